"""The command `deskpulse`: one thin module per command."""
