"""`deskpulse notices`: a page that shows what Alertmanager would have sent."""

from __future__ import annotations

import signal
from pathlib import Path

import click


@click.command(epilog="Example: deskpulse notices --runbook docs/runbook.md")
@click.option("--host", metavar="HOST", default="127.0.0.1", show_default=True, help="Address to bind to.")
@click.option("--port", type=click.IntRange(0, 65_535), metavar="N", default=9_095, show_default=True, help="Port.")
@click.option(
    "--runbook", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Runbook that alerts link to."
)
def notices(host: str, port: int, runbook: Path | None) -> None:
    """Show what Alertmanager would have sent, so that nothing has to leave the machine; Ctrl-C ends it."""
    from stream.tools.notices import NoticeServer

    with NoticeServer(host, port, runbook) as server:
        click.echo(f"notices at {server.url}/")
        signal.sigwait({signal.SIGINT, signal.SIGTERM})
