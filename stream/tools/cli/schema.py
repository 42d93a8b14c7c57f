"""`deskpulse schema`: what a producer may send."""

from __future__ import annotations

import json

import click

from stream.core.events import ADAPTER


@click.command(epilog="Example: deskpulse schema > events.schema.json")
def schema() -> None:
    """Print the JSON Schema of every event."""
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Deskpulse events"}
    click.echo(json.dumps(document | ADAPTER.json_schema(), indent=2))
