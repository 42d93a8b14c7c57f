"""The policy file: targets, windows, schedules."""
