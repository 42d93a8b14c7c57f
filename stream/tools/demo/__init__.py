"""The demo: a broker in the box, a generator that behaves like a support desk, a live table."""
