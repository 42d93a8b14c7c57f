"""Benchmarks: `make bench` measures the worker beside others on the same job; docs/benchmarks.md tells of the rest."""
