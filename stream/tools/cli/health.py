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
@click.option(
    "--processes", type=click.IntRange(1), metavar="N", envvar="DESKPULSE_PROCESSES", default=1,
    help="So many workers, at that port and those after it.",
)  # fmt: skip
@click.option("--within", type=click.FloatRange(0, min_open=True), metavar="S", default=4.0, help="Seconds to wait.")
def health(web_host: str, web_port: int, processes: int, within: float) -> None:
    """Ask /healthz of a worker on this machine, over HTTP or HTTPS; exit code 1 where it does not answer.

    It proves nothing to the worker and is asked for nothing. Of several workers each is asked.
    """
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(web_host, web_host)  # noqa: S104  every address is this one, too
    # It talks to its own machine and sends nothing that is worth stealing; the certificate names another host.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
    for port in range(web_port, web_port + processes):
        place = f"{f'[{host}]' if ':' in host else host}:{port}/healthz"
        click.echo(_answer(opener, place, within / processes))


def _answer(opener: urllib.request.OpenerDirector, place: str, within: float) -> str:
    for scheme in ("http", "https"):
        with suppress(OSError, HTTPException), opener.open(f"{scheme}://{place}", timeout=within / 2) as answer:
            said: bytes = answer.read(1_000)
            return said.decode().strip()
    raise DeskpulseError(f"{place} does not answer within {within:g} s; is a worker running there?")
