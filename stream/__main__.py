"""`python -m stream` is the command `deskpulse`."""

from stream.tools.cli.main import main

if __name__ == "__main__":
    main()
