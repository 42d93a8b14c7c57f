"""Deskpulse: the events of a support desk in, its service levels out."""

__version__ = "0.1.0"
