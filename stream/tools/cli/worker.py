"""`deskpulse worker`: reads Kafka, keeps the figures, serves them."""

from __future__ import annotations

import asyncio
import logging
import tomllib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click
import yaml

from stream.errors import UsageError
from stream.tools.cli.options import connects_to_kafka, guards_its_web, option, read_policy

if TYPE_CHECKING:
    from stream.core.policy import Policy
    from stream.edge.pipeline import WorkerView
    from stream.edge.web import Access

LAST_PORT: Final = 65_535


def read_config(ctx: click.Context, _param: click.Parameter, path: str | None) -> None:
    """Take defaults from a file of options, YAML or TOML, named as on the command line.

    Raises:
        UsageError: the file cannot be read, or names an option that does not exist.
    """
    if path is None:
        return
    try:
        text = Path(path).read_text(encoding="utf-8")
        given = tomllib.loads(text) if path.endswith(".toml") else yaml.safe_load(text) or {}
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; expected a file of options") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, yaml.YAMLError) as error:
        raise UsageError(f"{path}: {str(error).splitlines()[0]}; expected options in YAML or TOML") from None
    if not isinstance(given, dict):
        raise UsageError(f"{path}: expected `option: value` lines")
    known = {param.name for param in ctx.command.params}
    options = {str(key).replace("-", "_"): value for key, value in given.items()}
    unknown = sorted(options.keys() - known)
    if unknown:
        raise UsageError(f"{path}: there is no option {unknown[0].replace('_', '-')!r}; see deskpulse worker --help")
    ctx.default_map = {**(ctx.default_map or {}), **options}


class Typed(click.Command):
    """A command whose context's object is what was typed after its name."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep it, and take it apart as ever."""
        ctx.obj = tuple(args)
        return super().parse_args(ctx, args)


@click.command(
    cls=Typed,
    epilog="Example: deskpulse worker --brokers localhost:9092 --policy policy.yaml. "
    "Every option is DESKPULSE_… in the environment as well, such as DESKPULSE_BROKERS.",
)
@click.option(
    "--config", metavar="FILE", envvar="DESKPULSE_CONFIG", is_eager=True, expose_value=False, callback=read_config,
    help="Options from a file, YAML or TOML; the environment and the command line come first.",
)  # fmt: skip
@connects_to_kafka
@option("--policy", metavar="FILE", help="Policy file; the default policy where absent.")
@option("--clock", type=click.Choice(["live", "data"]), default="live", help="The wall's clock, or that of old logs.")
@option("--group", metavar="NAME", default="deskpulse", help="Consumer group; its workers share the partitions.")
@option("--state", type=click.Choice(["kafka", "none"]), default="kafka", help="Keep the state in Kafka, or nowhere.")
@option("--state-topic", metavar="NAME", help="Its topic; the group's name with `.state` where absent.")
@option("--sla-topic", metavar="NAME", default="support.sla", help="Where clocks tell of breaches, with the state.")
@option("--commit-interval", type=float, metavar="S", default=0.25, help="What is read is on record so much later.")
@option("--create-topics/--no-create-topics", default=True, help="Create topics that are missing.")
@option("--partitions", type=int, metavar="N", default=4, help="Partitions of a topic that is created.")
@option("--replication", type=int, metavar="N", default=-1, help="Its copies; -1 is the broker's default.")
@option("--processes", type=click.IntRange(1, 64), metavar="N", default=1, help="So many workers, each a process.")
@option("--session-timeout", type=float, metavar="S", default=10.0, help="A silent worker loses its partitions.")
@option("--web-host", metavar="HOST", default="127.0.0.1", help="Address of /metrics, /healthz, /readyz and /api.")
@option(
    "--web-port", type=click.IntRange(0, LAST_PORT), metavar="PORT", default=8000,
    help="Its port, and those after it with several processes; 0 takes free ones.",
)  # fmt: skip
@guards_its_web
@option("--verbose/--quiet", default=False, help="Say what the libraries say, too.")
@option("--clock-speed", type=float, default=1.0, hidden=True)
@option("--clock-origin", type=float, default=0.0, hidden=True)
@option("--clock-start", type=float, default=0.0, hidden=True)
def worker(
    kafka: dict[str, Any],
    policy: str | None,
    clock: str,
    group: str,
    state: str,
    state_topic: str | None,
    sla_topic: str,
    commit_interval: float,
    create_topics: bool,
    partitions: int,
    replication: int,
    processes: int,
    session_timeout: float,
    web_host: str,
    web_port: int,
    access: dict[str, Any],
    verbose: bool,
    clock_speed: float,
    clock_origin: float,
    clock_start: float,
) -> None:
    """Read the events of a support desk from Kafka, keep the figures, serve /metrics and the API."""
    from stream.core.shard import COMPILED, Shard
    from stream.edge.pipeline import Settings, WallClock, leave, run_worker
    from stream.edge.web import Access

    rules = read_policy(policy)
    settings = Settings(
        **kafka,
        group=group,
        state=state,
        state_topic=state_topic or "",
        sla_topic=sla_topic,
        commit_interval_s=commit_interval,
        create_topics=create_topics,
        partitions=partitions,
        replication=replication,
        live=clock == "live",
        wall=WallClock(clock_speed, clock_origin, clock_start),
        session_timeout_s=session_timeout,
        heartbeat_s=min(2.0, session_timeout / 4),
    )
    guard = Access(**access)
    _print_log(verbose=verbose)
    log = logging.getLogger("deskpulse.worker")
    if processes > 1:
        _supervise(processes, policy, web_port)
    log.info("Deskpulse worker: brokers %s, group %s, %s clock", settings.address, group, clock)
    log.info(
        "policy %s (%s…), %s", policy or "built in", rules.fingerprint[:12], "compiled" if COMPILED else "interpreted"
    )

    async def serve(view: WorkerView) -> Callable[[], Awaitable[None]]:
        return await _serve(view, rules, web_host, web_port, guard)

    def make(number: int) -> Shard:
        return Shard(rules, number, notes=settings.keeps_state)

    asyncio.run(run_worker(settings, rules.clock_skew, make, serve))
    leave()


def _supervise(processes: int, policy: str | None, web_port: int) -> NoReturn:
    """Run so many workers with what was typed, each with a port of its own, and end the command.

    Raises:
        UsageError: they cannot have the same policy, or there are not so many ports.
    """
    from stream.tools.processes import Supervisor

    if policy == "-":
        raise UsageError(f"--policy -: each of the {processes} processes reads the policy, so a file is expected")
    last = web_port + processes - 1
    if last > LAST_PORT:
        raise UsageError(f"--web-port {web_port}: {processes} processes would need ports up to {last}; expected less")
    ports = [web_port and web_port + number for number in range(processes)]
    logging.getLogger("deskpulse.worker").info("%d workers, each a process", processes)
    ctx = click.get_current_context()
    ctx.exit(Supervisor([(*ctx.obj, "--processes=1", f"--web-port={port}") for port in ports]).run())


async def _serve(
    view: WorkerView, rules: Policy, host: str, port: int, access: Access
) -> Callable[[], Awaitable[None]]:
    from stream.edge.web import start_web

    web = await start_web(view, rules, host, port, access)
    log = logging.getLogger("deskpulse.worker")
    log.info("figures at %s/metrics", web.url)
    if not access.is_guarded and not web.is_loopback:
        log.warning("whoever reaches %s may read every figure and ticket: give --web-user or --web-token-file", web.url)
    return web.close


def _print_log(*, verbose: bool) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s  %(message)s", "%H:%M:%S"))
    log = logging.getLogger("deskpulse")
    log.handlers[:] = [handler]
    log.setLevel(logging.DEBUG if verbose else logging.INFO)
    log.propagate = False
