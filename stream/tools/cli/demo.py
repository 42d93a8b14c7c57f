"""`deskpulse demo`: everything on this machine, with nothing but Python."""

from __future__ import annotations

from pathlib import Path

import click

from stream.core.times import SECOND
from stream.errors import UsageError
from stream.tools.cli.options import Span, read_policy


@click.command(epilog="Example: deskpulse demo --for 60s")
@click.argument("scenario", type=click.Choice(["breach"]), required=False)
@click.option("--for", "length", type=Span(), metavar="DURATION", help="End by itself after that; else Ctrl-C ends it.")
@click.option(
    "--speed", type=click.FloatRange(0, 3_600, min_open=True), metavar="X", default=60.0, show_default=True,
    help="How fast time passes: 60 is an hour a minute.",
)  # fmt: skip
@click.option(
    "--port", type=click.IntRange(0, 65_535), metavar="N", default=0,
    help="Port of /metrics and the API; else a free one.",
)  # fmt: skip
@click.option("--headless", is_flag=True, help="Plain lines instead of the table.")
@click.option("--policy", metavar="FILE", help="Policy file; the default policy where absent.")
@click.option("--seed", type=int, metavar="N", default=1, show_default=True, help="Another seed, another day.")
@click.option("--picture", type=click.Path(dir_okay=False, path_type=Path), hidden=True)
def demo(
    scenario: str | None,
    length: int | None,
    speed: float,
    port: int,
    headless: bool,
    policy: str | None,
    seed: int,
    picture: Path | None,
) -> None:
    """Start a broker in the box, an invented support desk, a worker and a live table.

    With `breach` one of its queues goes bad at once: nobody is left at billing.

    It needs nothing but Python, opens ports on this machine only, and leaves nothing behind.
    """
    from rich.console import Console

    from stream.tools.demo.demo import Demo, Wishes

    if policy == "-":
        raise UsageError("--policy -: the demo's worker reads the policy again, so a file is expected")
    rules = read_policy(policy)
    wishes = Wishes(
        None if length is None else length / SECOND, speed, port, headless, policy, seed, picture, scenario == "breach"
    )
    Demo(wishes, rules, Console()).run()
