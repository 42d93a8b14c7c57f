"""The group `deskpulse`: knows its commands by name and imports one only when it is called."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Final, NoReturn

import click

from stream import __version__
from stream.errors import DeskpulseError

COMMANDS: Final = {
    "check": "Validate a policy file.",
    "dashboards": "Write the Grafana dashboards of a policy.",
    "demo": "Broker in the box, generator, worker and a live table.",
    "explain": "Show every clock of every ticket and contact.",
    "generate": "Send the events of an invented support desk to Kafka.",
    "health": "Ask the worker on this machine whether it is alive.",
    "notices": "Show what Alertmanager would have sent.",
    "produce": "Send a file of events to their topics.",
    "replay": "Compute the figures of a file of events.",
    "rules": "Write Prometheus rules and the configuration of Alertmanager.",
    "schema": "Print the JSON Schema of every event.",
    "worker": "Read Kafka, keep the figures, serve /metrics.",
}


class LazyGroup(click.Group):
    """Lists its commands without importing them; command `x` is the function `x` of `stream.tools.cli.x`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """Name every command, in the order of the alphabet."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click's signature
        """Import one command; None where there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        command = getattr(importlib.import_module(f"stream.tools.cli.{cmd_name}"), cmd_name)
        if not isinstance(command, click.Command):
            raise TypeError(f"stream.tools.cli.{cmd_name}.{cmd_name} is no click command: {command!r}")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands from the table above, so that `--help` imports none of them."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: deskpulse demo --for 60s",
)
@click.version_option(__version__, prog_name="deskpulse")
def cli() -> None:
    """Show the service levels of a support desk, live, from the events in its Kafka topics."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit: 0 done, 1 the thing looked at is bad, 2 used wrongly, 130 interrupted.

    Whatever people can cause ends in one line on standard error; a traceback is a bug.
    """
    try:
        outcome = cli.main(arguments, prog_name="deskpulse", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as nothing:
        nothing.show()
        sys.exit(2)
    except click.UsageError as wrong:
        place = wrong.ctx.command_path if wrong.ctx else "deskpulse"
        _leave(f"{place}: {wrong.format_message()} ({place} --help shows the usage)", 2)
    except click.ClickException as refused:
        _leave(f"deskpulse: {refused.format_message()}", refused.exit_code)
    except DeskpulseError as error:
        _leave(str(error), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        # The reader (`head`, a pager) has seen enough; Python must not complain of it while it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        if error.filename is None:
            raise
        _leave(f"{error.filename}: {error.strerror}", 2)
    sys.exit(outcome if isinstance(outcome, int) else 0)


def _leave(line: str, code: int) -> NoReturn:
    click.echo(line, err=True)
    sys.exit(code)
