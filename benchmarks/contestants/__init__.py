"""Those that are compared, each in a process of its own: `python -m benchmarks.contestants NAME BROKERS EVENTS`."""
