"""Open hours and deadlines."""
