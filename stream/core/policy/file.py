"""The policy file, key by key: what may stand there and what holds where it does not."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    model_validator,
)

from stream.core.calendar import ZONES, countries, parse_days, parse_interval, states
from stream.core.policy.fields import (
    Amount,
    Count,
    Day,
    Days,
    Duration,
    Name,
    Names,
    PositiveDuration,
    Share,
    TicketUrl,
    WindowEntry,
    fault,
    listed,
    nearest,
    one_of,
    readable,
    shown,
)
from stream.core.policy.kpis import BandValue, KpiName
from stream.core.policy.model import CLOCKS, FORMULAS, GROUP_KEYS, Window
from stream.core.times import DAY, HOUR, MINUTE, SECOND, duration_text

ALWAYS_NAME: Final = "24x7"
PAUSES: Final = ("new", "open", "pending", "on_hold")


def _schedule(value: object, info: ValidationInfo) -> object:
    """Look a schedule up among those of the file, which are the validation's context."""
    known: frozenset[str] = info.context or frozenset((ALWAYS_NAME,))
    if not isinstance(value, str) or value not in known:
        message = f"{shown(value)} is no schedule of this file; expected {' or '.join(sorted(known))}"
        raise fault(message, nearest(value, known))
    return value


def _not_always(value: str) -> str:
    if value == ALWAYS_NAME:
        raise fault(f"{ALWAYS_NAME!r} is built in; expected another name")
    return value


def _zone(value: str) -> str:
    if value not in ZONES:
        word = value.replace(" ", "_")
        city = sorted(name for name in ZONES if name.casefold().split("/")[-1] == word.casefold().split("/")[-1])
        hint = f"did you mean {city[0]!r}?" if city else nearest(word, ZONES)
        raise fault(f"{value!r} is no time zone of the tz database; expected a name such as Europe/Berlin", hint)
    return value


def _version(value: object) -> object:
    if value is True or value != 1:
        raise fault(f"{shown(value)} is no version of the policy file that this program reads; expected 1")
    return value


def _no_wait(value: object) -> object:
    if value == "wait":
        raise fault("'wait' is the clock of contacts; expected its target under `service_level`")
    return value


def _different(values: list[str]) -> list[str]:
    for position, value in enumerate(values):
        if value in values[:position]:
            raise fault(f"{value!r} stands twice here", at=(position,))
    if not values:
        raise fault("the list is empty; expected at least one value")
    return values


def _different_windows(windows: list[Window]) -> list[Window]:
    lengths = [window.length for window in windows]
    for position, window in enumerate(windows):
        if window.length in lengths[:position]:
            first = windows[lengths.index(window.length)].name
            raise fault(
                f"{window.name!r} is as long as {first!r} before it; expected different windows", at=(position,)
            )
    if not windows:
        raise fault("the list is empty; expected at least one length, such as 1h")
    return windows


def _holiday_kind(value: object) -> str:
    return "#region" if isinstance(value, dict | RegionEntry) else "#date"


class Section(BaseModel):
    """A mapping of the file: no other keys, no coercion."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


Words = Annotated[Names, AfterValidator(_different)]
DayNames = Annotated[str, readable(parse_days)]
IntervalText = Annotated[str, readable(parse_interval)]
ScheduleName = Annotated[str, BeforeValidator(_schedule)]
Pause = Annotated[str, one_of(PAUSES, "status that pauses")]


class RegionEntry(Section):
    """The public holidays of a country, or of one of its states."""

    country: Name
    state: Name | None = None

    @model_validator(mode="after")
    def _known(self) -> RegionEntry:
        known = states(self.country)
        if known is None:
            message = f"{self.country!r} is no country of the `holidays` library; expected a code such as DE or US"
            raise fault(message, nearest(self.country, countries()), at=("country",))
        if self.state is not None and self.state not in known:
            has = f"expected {', '.join(sorted(known))}" if known else "it has no states: leave the key out"
            message = f"{self.state!r} is no state of {self.country} in the `holidays` library; {has}"
            raise fault(message, nearest(self.state, known), at=("state",))
        return self


class ScheduleEntry(Section):
    """Weekly open hours in a zone; without any it is open around the clock."""

    zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    hours: dict[DayNames, Annotated[list[IntervalText], BeforeValidator(listed)]] = {}
    holidays: list[
        Annotated[
            Annotated[Day, Tag("#date")] | Annotated[RegionEntry, Tag("#region")],
            Discriminator(_holiday_kind),
        ]
    ] = []


class MatchEntry(Section):
    """Which subjects a target is for."""

    queue: Words | None = None
    channel: Words | None = None
    priority: Words | None = None
    tier: Words | None = None
    tenant: Words | None = None


class TargetEntry(Section):
    """The target of a clock; without `pause_on` a resolution clock pauses on pending and on_hold, no other does."""

    name: Name | None = None
    clock: Annotated[str, one_of(CLOCKS[:-1], "clock of a target"), BeforeValidator(_no_wait)]
    match: MatchEntry = MatchEntry()
    within: Duration | None
    schedule: ScheduleName = ALWAYS_NAME
    objective: Share = 0.90
    warn: Duration | None = None
    pause_on: Annotated[list[Pause], BeforeValidator(listed)] | None = None
    on_reopen: Annotated[str, one_of(("continue", "restart"), "choice")] = "continue"

    @model_validator(mode="after")
    def _warned_in_time(self) -> TargetEntry:
        if self.within and self.warn and self.warn > self.within:
            message = f"{duration_text(self.warn)} is more than the whole target of {duration_text(self.within)}"
            raise fault(f"{message}; expected the open time that is left when the warning comes", at=("warn",))
        return self


class ServiceLevelEntry(Section):
    """The target of a contact's wait, and the formula of its service level."""

    match: MatchEntry = MatchEntry()
    within: Duration | None = 20 * SECOND
    short_abandon: Duration | None = 5 * SECOND
    formula: Annotated[str, one_of(FORMULAS, "formula")] = "strict"
    objective: Share = 0.80


class CostEntry(Section):
    """What agents cost."""

    agent_hour: Amount | None = None
    currency: Name = "EUR"


class CustomersEntry(Section):
    """How churn and revenue are counted."""

    period: PositiveDuration = 30 * DAY
    lifespan: PositiveDuration | None = None


class AgentsEntry(Section):
    """Whether figures per agent are exported."""

    export: bool = False
    max: Count = 200


class BandEntry(Section):
    """From where on a figure is good, and from where on it is bad."""

    good: BandValue
    bad: BandValue


class TeamEntry(Section):
    """Who is called for some queues."""

    queues: Words
    receiver: Name = "default"


class AlertsEntry(Section):
    """When and whom to call."""

    min_events: Annotated[int, Field(ge=0)] = 20
    page_priorities: Names = ["urgent"]
    teams: dict[Name, TeamEntry] = {}


class PolicyFile(Section):
    """The whole file."""

    version: Annotated[int, BeforeValidator(_version)]
    schedules: dict[Annotated[Name, AfterValidator(_not_always)], ScheduleEntry] = {}
    targets: list[TargetEntry] = []
    service_level: list[ServiceLevelEntry] = [ServiceLevelEntry()]
    windows: Annotated[list[WindowEntry], BeforeValidator(listed), AfterValidator(_different_windows)] = [
        Window("5m", 5 * MINUTE, 5 * SECOND),
        Window("1h", HOUR, MINUTE),
        Window("24h", DAY, 24 * MINUTE),
    ]
    group_by: Annotated[
        list[Annotated[str, one_of(GROUP_KEYS, "group")]], BeforeValidator(listed), AfterValidator(_different)
    ] = list(GROUP_KEYS)
    max_groups: Count = 100
    buckets: list[PositiveDuration] = [
        *(15 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE),
        *(HOUR, 4 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY),
    ]
    reopen_days: Days = 7 * DAY
    clock_skew: Duration = 5 * MINUTE
    cost: CostEntry = CostEntry()
    customers: CustomersEntry = CustomersEntry()
    agents: AgentsEntry = AgentsEntry()
    ticket_url: TicketUrl | None = None
    bands: dict[KpiName, BandEntry] = {}
    alerts: AlertsEntry = AlertsEntry()


SECTIONS: Final[dict[tuple[str, ...], type[Section]]] = {
    (): PolicyFile,
    ("schedules", "*"): ScheduleEntry,
    ("schedules", "*", "holidays", "*"): RegionEntry,
    ("targets", "*"): TargetEntry,
    ("targets", "*", "match"): MatchEntry,
    ("service_level", "*"): ServiceLevelEntry,
    ("service_level", "*", "match"): MatchEntry,
    ("cost",): CostEntry,
    ("customers",): CustomersEntry,
    ("agents",): AgentsEntry,
    ("bands", "*"): BandEntry,
    ("alerts",): AlertsEntry,
    ("alerts", "teams", "*"): TeamEntry,
}
"""Which keys are known where; `*` is any name or index."""
