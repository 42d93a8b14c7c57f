"""Figures as Prometheus metrics."""
