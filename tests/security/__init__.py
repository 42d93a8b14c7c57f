"""Who may do what: a broker with SASL, TLS and an authorizer, a web server with a guard, and no secret in any text."""
