"""Alerts on the desk: what customers feel, each over all workers, silent while the monitor is blind."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import Final

from stream.core.calendar import Schedule
from stream.core.policy import Policy
from stream.core.times import DAY, duration_text, seconds
from stream.edge.exposition import names
from stream.tools.rules.burn import Burn
from stream.tools.rules.expression import braced, decimal, one_of, quoted, seen
from stream.tools.rules.links import QUEUE_IN_WORDS as QUEUE
from stream.tools.rules.reach import reach
from stream.tools.rules.rule import Alert, Severity, Watches
from stream.tools.rules.spans import matching, spans_of, whole_hours

KEEP: Final = "10m"
"""So long an alert goes on once its figure is good again, or is not seen: a worker that restarts resolves nothing."""
WAITS: Final = 6
"""A wait of so many times its target is too long."""
ABANDONED: Final = 0.10
"""Share of abandoned contacts that is bad where the policy has no band."""
BACKLOG: Final = 1.25
"""A backlog grows where so many times more tickets come than are solved."""
VOLUME: Final = 2
"""So many times the volume of the week before, or its inverse, is unusual."""
_YEAR: Final = (1_767_225_600_000_000, 1_767_225_600_000_000 + 364 * DAY)
"""2026 from its first day: the year in which a schedule's ordinary week is looked for."""

_alert = partial(Alert, watches=Watches.DESK, keep=KEEP, dashboard="queues")
_CLOCK = "{{ $labels.clock }}"


def desk_alerts(policy: Policy, burnt: tuple[Burn, ...]) -> Iterator[Alert]:
    """Iterate over the alerts on the desk, the most urgent first."""
    yield from (_burn(policy, each) for each in burnt)
    yield from _clocks(policy)
    yield from _waits(policy)
    if any(target.clock == "wait" for target in policy.targets):
        yield _service_level(policy)
    yield _abandonment(policy)
    yield from _agents()
    yield from _unanswered(policy)
    yield _backlog(policy)
    yield from _volume(policy)
    if "csat" in policy.bands:
        yield _csat(policy)


def _burn(policy: Policy, burn: Burn) -> Alert:
    ratio = "queue_target_window:deskpulse_sla_breached:ratio"
    targets, least = one_of("target", burn.targets), policy.alerts.min_events
    bound = f"> {decimal(float(burn.threshold))}"
    counted = f"sum by (queue, clock, target) ({names.OUTCOMES.family}{braced(targets, matching(burn.long))})"
    still = f"and ignoring (window) {ratio}{braced(targets, matching(burn.short))} {bound}\n"
    too = f", and more than {float(burn.threshold) * 100:.4g} % within {burn.short.name}"
    if burn.short is burn.long:
        still = too = ""
    return _alert(
        "DeskpulseSlaBurn",
        seen(
            f"{ratio}{braced(targets, matching(burn.long))} {bound}\n{still}and ignoring (window) {counted} >= {least}"
        ),
        burn.tier.severity,
        summary=f"{{{{ $labels.target }}}} is missed too often in {QUEUE}",
        description=(
            f"{{{{ $value | humanizePercentage }}}} of the clocks of {{{{ $labels.target }}}} ({_CLOCK}) in {QUEUE} "
            f"were missed within {burn.long.name}{too}; "
            f"the objective is {float(burn.objective) * 100:g} % met. {burn.arithmetic}."
        ),
        dashboard="sla",
        wait=burn.tier.wait,
        labels={"burnrate_tier": burn.tier.name, "objective": decimal(float(burn.objective))},
    )


def _clocks(policy: Policy) -> Iterator[Alert]:
    # Waits are many and short: their alerts are those of the service level and of the longest wait.
    fixed = 'clock!="wait"'
    grouped, called = "priority" in policy.group_by, policy.alerts.page_priorities
    urgent = one_of("priority", called) if grouped and called else ""
    others = one_of("priority", called, others=True) if urgent else ""
    late = f"{{{{ $value }}}} {_CLOCK} clocks in {QUEUE}"

    def count(state: str, *matchers: str) -> str:
        return seen(
            f"sum by (queue, clock) ({names.CLOCKS.family}{braced(f'state={quoted(state)}', fixed, *matchers)}) > 0"
        )

    if urgent:
        yield _alert(
            "DeskpulseClockBreaching",
            count("breaching", urgent),
            Severity.PAGE,
            summary=f"A customer of priority {' or '.join(sorted(called))} in {QUEUE} has waited past the promise",
            description=f"{late} of priority {' or '.join(sorted(called))} are past their deadline and still open.",
            wait="30s",
        )
    yield _alert(
        "DeskpulseClockBreaching",
        count("breaching", others),
        Severity.TICKET,
        summary=f"Promises are broken in {QUEUE}",
        description=f"{late} are past their deadline and still open.",
        wait="5m",
    )
    yield _alert(
        "DeskpulseClockImminent",
        count("imminent", urgent),
        Severity.TICKET if urgent else Severity.INFO,
        summary=f"A promise in {QUEUE} is about to be broken",
        description=f"{late} are about to pass their deadline; there is still time to answer.",
        wait="30s",
        keep="2m",
    )


def _waits(policy: Policy) -> Iterator[Alert]:
    bounds: defaultdict[int, list[tuple[str, ...]]] = defaultdict(list)
    for target, places in reach(policy, "wait").items():
        bounds[WAITS * target.within] += places
    for bound, places in sorted(bounds.items()):
        yield _alert(
            "DeskpulseLongestWait",
            seen(_older(names.OLDEST_WAITING.family, places, bound)),
            Severity.TICKET,
            summary=f"A customer has waited in {QUEUE} for {{{{ $value | humanizeDuration }}}}",
            description=(
                f"The chat or call that waits longest in {QUEUE} has waited for {{{{ $value | humanizeDuration }}}}; "
                f"more than {duration_text(bound)} is {WAITS} times its target."
            ),
            wait="1m",
            labels={"target_wait": duration_text(bound // WAITS)},
        )


def _unanswered(policy: Policy) -> Iterator[Alert]:
    bounds: defaultdict[int, list[tuple[str, ...]]] = defaultdict(list)
    for target, places in reach(policy, "first_response", "email").items():
        bounds[2 * target.within + ordinary_gap(target.schedule)] += places
    for bound, places in sorted(bounds.items()):
        yield _alert(
            "DeskpulseOldestUnanswered",
            seen(_older(names.OLDEST_UNANSWERED.family, places, bound)),
            Severity.TICKET,
            summary=f"An e-mail in {QUEUE} has had no answer for {{{{ $value | humanizeDuration }}}}",
            description=(
                f"The oldest unanswered e-mail in {QUEUE} is {{{{ $value | humanizeDuration }}}} old; "
                f"{duration_text(bound)} are twice its target and the longest time that the desk is ordinarily closed."
            ),
            wait="5m",
            labels={"older_than": duration_text(bound)},
        )


def _older(family: str, places: list[tuple[str, ...]], bound: int) -> str:
    found = " or ".join(f"{family}{braced(*place)}" for place in sorted(places))
    return f"scalar(max({names.DATA_TIME.family})) - min by (queue) ({found}) > {seconds(bound):g}"


def ordinary_gap(schedule: Schedule) -> int:
    """Return the longest closed stretch that comes at least twenty times a year: a weekend, and no holiday."""
    opened = list(schedule.intervals(*_YEAR))
    gaps = Counter(later[0] - earlier[1] for earlier, later in pairwise(opened))
    return max((gap for gap, times in gaps.items() if times >= 20), default=0)


def _service_level(policy: Policy) -> Alert:
    spans, objective = spans_of(policy), "formula:deskpulse_service_level_objective:ratio"
    ratio = "queue_window:deskpulse_service_level:ratio"

    def below(window: str) -> str:
        return f"({ratio}{{{window}}} < on (formula) group_left () {objective})"

    return _alert(
        "DeskpulseServiceLevelLow",
        seen(
            f"{below(matching(spans.middle))}\nand ignoring (window) {below(matching(spans.short))}\n"
            f"and on (queue) {_contacts(policy)} >= {policy.alerts.min_events}"
        ),
        Severity.TICKET,
        summary=f"Too few customers of {QUEUE} are answered in time",
        description=(
            f"{{{{ $value | humanizePercentage }}}} of the chats and calls of {QUEUE} were answered within their "
            f"target in {spans.middle.name} (formula {{{{ $labels.formula }}}}), which is below the objective."
        ),
        wait="5m",
        dashboard="sla",
    )


def _contacts(policy: Policy) -> str:
    window = matching(spans_of(policy).middle)
    return f'sum by (queue) ({{__name__=~"deskpulse_window_(answered|abandoned)", {window}}})'


def _abandonment(policy: Policy) -> Alert:
    spans, ratio = spans_of(policy), "queue_window:deskpulse_abandonment_rate:ratio"
    banded = "abandonment_rate" in policy.bands
    bound = 'on () group_left () kpi:deskpulse_band_bad:value{kpi="abandonment_rate"}' if banded else f"{ABANDONED:g}"
    return _alert(
        "DeskpulseAbandonmentHigh",
        seen(
            f"{ratio}{{{matching(spans.middle)}}} > {bound}\n"
            f"and ignoring (window) {ratio}{{{matching(spans.short)}}} > {bound}\n"
            f"and on (queue) {_contacts(policy)} >= {policy.alerts.min_events}"
        ),
        Severity.TICKET,
        summary=f"Customers of {QUEUE} give up waiting",
        description=(
            f"{{{{ $value | humanizePercentage }}}} of the chats and calls of {QUEUE} gave up within "
            f"{spans.middle.name}, and they still do."
        ),
        wait="5m",
    )


def _agents() -> Iterator[Alert]:
    waiting = "queue:deskpulse_waiting_contacts:sum > 0"

    def none(states: str) -> str:
        return seen(f"{waiting}\nand on (queue) sum by (queue) ({names.AGENTS.family}{{state{states}}}) == 0")

    yield _alert(
        "DeskpulseNoAgent",
        none('=~"available|busy|wrap_up"'),
        Severity.PAGE,
        summary=f"Nobody is at work for {QUEUE}, and customers wait",
        description=f"{{{{ $value }}}} chats and calls wait in {QUEUE}, and none of its agents is at work.",
        wait="2m",
    )
    yield _alert(
        "DeskpulseNoAgent",
        none('="available"'),
        Severity.TICKET,
        summary=f"No agent is free for {QUEUE}, and customers wait",
        description=f"{{{{ $value }}}} chats and calls wait in {QUEUE}, and every agent is busy or away for 5 minutes.",
        wait="5m",
    )


def _backlog(policy: Policy) -> Alert:
    spans = spans_of(policy)

    def count(counter: str, window: str) -> str:
        return f"sum by (queue) ({names.COUNTS[counter].family}{{{window}}})"

    short, long = matching(spans.middle), matching(spans.long)
    return _alert(
        "DeskpulseBacklogGrowing",
        seen(
            f"{count('created', long)} - {count('solved', long)} >= {policy.alerts.min_events}\n"
            f"and {count('created', long)} > {BACKLOG:g} * {count('solved', long)}\n"
            f"and {count('created', short)} > {count('solved', short)}"
        ),
        Severity.TICKET,
        summary=f"The backlog of {QUEUE} grows",
        description=(
            f"{{{{ $value }}}} more tickets came to {QUEUE} than were solved within {spans.long.name}, "
            "and it still grows."
        ),
        wait="30m",
        dashboard="team",
    )


def _volume(policy: Policy) -> Iterator[Alert]:
    window = whole_hours(policy)
    if window is None:
        return
    ratio = f"queue_window:deskpulse_volume_against_last_week:ratio{{{matching(window)}}}"
    base = f"sum by (queue) ({names.COUNTS['arrived_week_before'].family}{{{matching(window)}}})"
    yield _alert(
        "DeskpulseVolumeUnusual",
        seen(f"({ratio} > {VOLUME} or {ratio} < {1 / VOLUME:g})\nand on (queue) {base} >= {policy.alerts.min_events}"),
        Severity.INFO,
        summary=f"{QUEUE} has {{{{ $value | humanizePercentage }}}} of last week's volume",
        description=(
            f"{{{{ $value | humanizePercentage }}}} as many tickets, chats and calls came to {QUEUE} in the last whole "
            f"hours of {window.name} as in the same hours a week before."
        ),
        wait="10m",
        dashboard="team",
    )


def _csat(policy: Policy) -> Alert:
    spans, ratio = spans_of(policy), "queue_window:deskpulse_csat:ratio"
    bound = 'on () group_left () kpi:deskpulse_band_bad:value{kpi="csat"}'
    answers = f"sum by (queue) ({names.COUNTS['csat_answers'].family}{{{matching(spans.long)}}})"
    return _alert(
        "DeskpulseCsatLow",
        seen(
            f"{ratio}{{{matching(spans.long)}}} < {bound}\n"
            f"unless on (queue) {ratio}{{{matching(spans.middle)}}} >= {bound}\n"
            f"and on (queue) {answers} >= {policy.alerts.min_events}"
        ),
        Severity.TICKET,
        summary=f"Customers of {QUEUE} are not satisfied",
        description=(
            f"{{{{ $value | humanizePercentage }}}} of the answers of {QUEUE} within {spans.long.name} were satisfied, "
            "which is below the policy's band, and newer answers are no better."
        ),
        wait="30m",
        dashboard="quality",
    )
