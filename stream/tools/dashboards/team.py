"""Team and cost: how much came by which way, how long it took, and what it cost."""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import Panel

from stream.core.policy import Policy
from stream.tools.dashboards import palette
from stream.tools.dashboards.figures import OF_QUEUE as _Q
from stream.tools.dashboards.figures import by_queue, describe, hour, money, named, part_of_a_day, recorded, split
from stream.tools.dashboards.page import Page
from stream.tools.dashboards.panels import COUNT, RATIO, SECONDS, Look, Query, lines_panel, looking, stat_panel


def team(policy: Policy) -> Page:
    """Return the dashboard of the team."""
    page = Page("team", "Deskpulse: Team and cost", "How much came, how long it took, what it cost.", start="now-24h")
    page.with_choices(("queue", "deskpulse_clocks"), default_window=hour(policy).name)
    page.row(
        0,
        (6, _now(policy, "average_handle_time_s", "Handle time", "How long one contact keeps an agent busy.", SECONDS)),
        (6, _now(policy, "occupancy", "Occupancy", "How much of their time on duty agents work.", RATIO)),
        (
            6,
            _now(policy, "utilisation", "Utilisation", "The same, breaks counted as time that could be worked.", RATIO),
        ),
        (6, _cost(policy)),
        h=5,
    )
    page.row(
        5,
        (8, _volume(policy, "day", 1, "30d")),
        (8, _volume(policy, "week", 7, "13w")),
        (8, _volume(policy, "month", 30, "1y")),
    )
    page.row(13, (12, _channels(policy)), (12, _handle(policy)))
    page.row(21, (12, _occupancy(policy)), (12, _presence()))
    return page


def _now(policy: Policy, key: str, title: str, text: str, look: Look) -> Panel:
    shown = looking(look, band=palette.band_of(policy, key))
    return stat_panel(title, describe(key, text), shown, [Query(f"max({recorded(key, window='$window')})")])


def _cost(policy: Policy) -> Panel:
    key = "cost_per_resolution"
    look = Look(
        money(policy), band=palette.band_of(policy, key), decimals=2, nothing="no cost.agent_hour in the policy"
    )
    expr = f"max({recorded(key, window='$window')})"
    return stat_panel(
        "Cost per solved ticket", describe(key, "What a solved ticket costs us in working time."), look, [Query(expr)]
    )


def _volume(policy: Policy, name: str, days: int, back: str) -> Panel:
    """Return what came by day, week or month: windows added up that touch each other and count nothing twice."""
    window = part_of_a_day(policy).name
    came = (
        f'sum {split(policy, "channel")}({{__name__=~"deskpulse_window_(created|offered)", window="{window}", {_Q}}})'
    )
    total = f"sum_over_time(({came})[{days}d:{window}])"
    return (
        lines_panel(
            f"Came by {name}",
            f"Tickets and contacts of a {name}, by the way they came.\n\nFormula: created + offered.",
            looking(COUNT, nothing=f"no whole {name} yet"),
            [Query(total, "{{channel}}" if split(policy, "channel") else "all")],
            bars=True,
            stacked=True,
        )
        .interval(f"{days}d")
        .time_from(back)
    )


def _channels(policy: Policy) -> Panel:
    came = f'{{__name__=~"deskpulse_window_(created|offered)", window="$window", {_Q}}}'
    share = f"sum {split(policy, 'channel')}({came}) / on () group_left () (sum({came}) > 0)"
    return lines_panel(
        "Share of the channels",
        "By which way customers come.\n\nFormula: (created + offered) of the channel / of all.",
        RATIO,
        [Query(share, "{{channel}}" if split(policy, "channel") else "all")],
        stacked=True,
    )


def _handle(policy: Policy) -> Panel:
    key = "average_handle_time_s"
    figure = by_queue(policy, key, window="$window")
    return lines_panel(
        "Handle time, by queue",
        describe(key, "How long one contact keeps an agent busy, after-work included."),
        SECONDS,
        [Query(f"max by (queue) ({figure})", named(policy, "{{queue}}"))],
    )


def _occupancy(policy: Policy) -> Panel:
    key = "occupancy"
    figure = by_queue(policy, key, window="$window")
    queries = [Query(f"max by (queue) ({figure})", named(policy, "{{queue}}"))]
    if key in policy.bands:
        queries.append(Query(f'max(kpi:deskpulse_band_good:value{{kpi="{key}"}})', "goal"))
    return lines_panel(
        "Occupancy, by queue", describe(key, "How much of their time on duty agents work."), RATIO, queries
    )


def _presence() -> Panel:
    return lines_panel(
        "Agents on duty",
        "Everybody once, by what they do.\n\nFormula: number of agents by state.",
        COUNT,
        [Query("sum by (state) (deskpulse_all_agents)", "{{state}}")],
        stacked=True,
    )
