"""A second desk that shares no code with Deskpulse: it lives through every minute and counts again from scratch."""
