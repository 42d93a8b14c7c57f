"""`deskpulse health`: whether the worker on this machine is alive, for the health check of a container."""

from __future__ import annotations

import ssl
import urllib.request
from contextlib import suppress
from http.client import HTTPException

import click

from stream.errors import DeskpulseError


@click.command(epilog="Example: deskpulse health --web-port 8000")
@click.option("--web-host", metavar="HOST", envvar="DESKPULSE_WEB_HOST", default="127.0.0.1", help="Its address.")
@click.option(
    "--web-port", type=click.IntRange(1, 65_535), metavar="PORT", envvar="DESKPULSE_WEB_PORT", default=8000,
    help="Its port.",
)  # fmt: skip
@click.option("--within", type=click.FloatRange(0, min_open=True), metavar="S", default=4.0, help="Seconds to wait.")
def health(web_host: str, web_port: int, within: float) -> None:
    """Ask /healthz of a worker on this machine, over HTTP or HTTPS; exit code 1 where it does not answer.

    It proves nothing to the worker and is asked for nothing.
    """
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(web_host, web_host)  # noqa: S104  every address is this one, too
    place = f"{f'[{host}]' if ':' in host else host}:{web_port}/healthz"
    # It talks to its own machine and sends nothing that is worth stealing; the certificate names another host.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
    for scheme in ("http", "https"):
        with suppress(OSError, HTTPException), opener.open(f"{scheme}://{place}", timeout=within / 2) as answer:
            click.echo(answer.read(1_000).decode().strip())
            return
    raise DeskpulseError(f"{place} does not answer within {within:g} s; is a worker running there?")
