"""`deskpulse rules`: Prometheus rules and the configuration of Alertmanager, made from the policy."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import click

from stream.tools.cli.options import read_policy


class _Years(click.ParamType):
    """Two years, the first and the last, such as 2026-2030."""

    name = "years"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        found = re.fullmatch(r"(\d{4})-(\d{4})", str(value))
        if found is None or not 0 <= int(found[2]) - int(found[1]) < 50:
            self.fail(f"{value!r}: expected a first and a last year, such as 2026-2030", param, ctx)
        return int(found[1]), int(found[2])


@click.command(epilog="Example: deskpulse rules --policy policy.yaml --out grafana")
@click.option("--policy", metavar="FILE", help="Policy file; the default policy where absent.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", required=True,
    help="Folder that holds prometheus/ and alertmanager/.",
)  # fmt: skip
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 where a file differs.")
@click.option("--grafana-url", metavar="URL", help="Where people find Grafana.  [default: http://localhost:3000]")
@click.option("--worker-url", metavar="URL", help="Where they find a worker.  [default: http://localhost:8000]")
@click.option("--runbook-url", metavar="URL", help="Where they find docs/runbook.md.  [default: the page of notices]")
@click.option(
    "--years", type=_Years(), metavar="FIRST-LAST", help="Years whose holidays are written out.  [default: 2026-2030]"
)
def rules(
    policy: str | None,
    out: Path,
    check: bool,
    grafana_url: str | None,
    worker_url: str | None,
    runbook_url: str | None,
    years: tuple[int, int] | None,
) -> int:
    """Write recording rules, alerts and the configuration of Alertmanager, or compare them with what is there."""
    from stream.tools.rules import YEARS, Links, generate, make_tables, running_out
    from stream.tools.rules.files import differences, write

    told = {"grafana": grafana_url, "worker": worker_url, "runbook": runbook_url}
    links = Links(**{name: address.rstrip("/") for name, address in told.items() if address})
    read = read_policy(policy)
    tables = make_tables(read)
    calendar = years or YEARS
    late = running_out(read, calendar, datetime.now(UTC).date())
    for warning in filter(None, (*tables.warnings, late)):
        click.echo(f"warning: {warning}", err=True)
    files = generate(read, tables, links, calendar)
    if check:
        different = differences(files, out)
        for path in different:
            click.echo(
                f"{out / path}: differs from what the policy makes; run deskpulse rules without --check", err=True
            )
        return int(bool(different))
    for path in write(files, out):
        click.echo(f"{out / path}")
    return 0
