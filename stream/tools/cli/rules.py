"""`deskpulse rules`: Prometheus rules and the configuration of Alertmanager, made from the policy."""

from __future__ import annotations

from pathlib import Path

import click

from stream.tools.cli.options import read_policy


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
def rules(
    policy: str | None,
    out: Path,
    check: bool,
    grafana_url: str | None,
    worker_url: str | None,
    runbook_url: str | None,
) -> int:
    """Write recording rules, alerts and the configuration of Alertmanager, or compare them with what is there."""
    from stream.tools.rules import Links, generate, make_tables
    from stream.tools.rules.files import differences, write

    told = {"grafana": grafana_url, "worker": worker_url, "runbook": runbook_url}
    links = Links(**{name: address.rstrip("/") for name, address in told.items() if address})
    read = read_policy(policy)
    tables = make_tables(read)
    for warning in tables.warnings:
        click.echo(f"warning: {warning}", err=True)
    files = generate(read, tables, links)
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
