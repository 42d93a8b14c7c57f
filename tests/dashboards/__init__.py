"""The dashboards: their grid, their words, and their expressions against a real Prometheus."""
