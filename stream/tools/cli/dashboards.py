"""`deskpulse dashboards`: the Grafana dashboards of a policy."""

from __future__ import annotations

from pathlib import Path

import click

from stream.errors import UsageError
from stream.tools.cli.options import read_policy

_NEEDED = "grafana_foundation_sdk"


@click.command(epilog="Example: deskpulse dashboards --policy policy.yaml --out grafana/dashboards")
@click.option("--policy", "policy_path", metavar="FILE", help="Policy file; the default policy where absent.")
@click.option(
    "--out", metavar="DIR", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder of the files."
)
@click.option("--check", is_flag=True, help="Write nothing; say which files are not what would be written.")
@click.option(
    "--worker-url",
    metavar="URL",
    default="http://localhost:8000",
    show_default=True,
    help="Where people find a worker.",
)
def dashboards(policy_path: str | None, out: Path, check: bool, worker_url: str) -> None:
    """Write the dashboards for Grafana 9.4 and later, one JSON file each.

    With --check nothing is written; files that differ are named, and the exit code is then 1.
    """
    from stream.tools.dashboards import make_dashboards

    policy = read_policy(policy_path)
    try:
        made = make_dashboards(policy, worker_url.rstrip("/"))
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.partition(".")[0] != _NEEDED:
            raise
        raise UsageError(
            "dashboards: the package grafana-foundation-sdk is missing; install it by"
            " `pip install --constraint constraints.txt grafana-foundation-sdk`"
        ) from None
    if check:
        _compare(made, out)
        return
    out.mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        (out / name).write_text(text, encoding="utf-8")
        click.echo(out / name)


def _compare(made: dict[str, str], out: Path) -> None:
    differing = [name for name, text in made.items() if _read(out / name) != text]
    for name in differing:
        click.echo(f"{out / name}: differs from what the policy gives; write it by deskpulse dashboards", err=True)
    if differing:
        raise SystemExit(1)
    click.echo(f"{out}: {len(made)} dashboards are what the policy gives")


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
