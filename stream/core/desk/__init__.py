"""Tickets and contacts: their events folded into state and contributions."""
