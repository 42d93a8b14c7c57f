"""Limits: brokers that are slow, full or away, and what comes at once afterwards."""
