"""Short ways to run the commands that read a file."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from benchmarks.desk import events
from stream.tools.cli.main import cli

_numbers = itertools.count(1)


def line(kind: str, when: str, **fields: Any) -> str:
    """Return an event as a line of a file; `when` is `02T09:00`, a day and a local time of Berlin in March 2026."""
    clock = when if when.count(":") == 2 else f"{when}:00"
    offset = "+02:00" if when >= "29T03" else "+01:00"
    body = {"type": kind, "event_id": f"e{next(_numbers)}", "occurred_at": f"2026-03-{clock}{offset}"} | fields
    return json.dumps(body)


def ticket(kind: str, when: str, **fields: Any) -> str:
    """Return an event of ticket T1; its creation is by e-mail, in billing."""
    first = {"channel": "email", "queue": "billing", "priority": "normal"} if kind == "created" else {}
    return line(f"ticket.{kind}", when, **{"ticket_id": "T1"} | first | fields)


def answer(when: str, author: str = "agent", **fields: Any) -> str:
    """Return a public message on ticket T1."""
    return ticket("message", when, author=author, visibility="public", **fields)


def chat(kind: str, when: str, **fields: Any) -> str:
    """Return an event of contact C1."""
    return line(f"chat.{kind}", when, **{"chat_id": "C1"} | fields)


def desk(count: int, per_second: float, seed: int = 1) -> list[str]:
    """Return the events of a busy desk as lines."""
    return [(message.value or b"").decode() for _, message in events(count, per_second, seed)]


def policy_file(folder: Path, text: str, name: str = "policy.yaml") -> str:
    """Write a policy and return its path."""
    path = folder / name
    path.write_text(f"version: 1\n{text}")
    return str(path)


def run(*arguments: str, lines: list[str]) -> tuple[str, str]:
    """Run a command with lines on standard input; return what it printed and what it said on standard error."""
    ran = CliRunner().invoke(cli, arguments, input="\n".join(lines), catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    return ran.stdout, ran.stderr
