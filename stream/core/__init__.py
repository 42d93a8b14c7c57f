"""What a figure is: pure functions and state, time always an argument."""
