"""Benchmarks: `make bench` measures the worker beside the bare loop that it cannot beat."""
