"""A dashboard: its frame, its variables, its links, the event log, and the places of its panels."""

from __future__ import annotations

import json
from typing import Final

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard

from stream.tools.dashboards import palette
from stream.tools.dashboards.panels import SOURCE

COLUMNS: Final = 24
TAG: Final = "deskpulse"
SCHEMA: Final = 37
"""Grafana 9.4's version of the format; later ones bring it up to date when they read it."""

PROVISIONED: Final = "prometheus"
"""The data source that is chosen at first: the uid of the one that is provisioned with the dashboards."""

AT_RISK: Final = "${worker}/api/at-risk?queue=${__field.labels.queue}"
AT_RISK_ROW: Final = "${worker}/api/at-risk?queue=${__data.fields.Queue}"
TO_QUEUE: Final = "/d/deskpulse-queues?var-queue=${__field.labels.queue}"

_ALERTS: Final = 'ALERTS{service="deskpulse", alertstate="firing", severity=~"page|ticket"}'
_FIRING: Final = f"max by (alertname, queue) ({_ALERTS})"
_FIRING_BEFORE: Final = f"max by (alertname, queue) ({_ALERTS} offset $__interval)"
_EVENTS: Final = (
    # Name, colour, expression, title. Each has a sample at its beginning only: Grafana draws what has several as a
    # ground over the whole height, which hides the lines. A change is seen where the series was not there before.
    (
        "Alerts",
        palette.BAD,
        f"{_FIRING} unless {_FIRING_BEFORE}",
        "{{alertname}} {{queue}}",
    ),
    (
        "Deployments",
        palette.CALM,
        "count by (version) (deskpulse_build_info) unless count by (version) (deskpulse_build_info offset $__interval)",
        "Deskpulse {{version}}",
    ),
    (
        "Policy changes",
        palette.YELLOW,
        "count by (policy) (deskpulse_build_info) unless count by (policy) (deskpulse_build_info offset $__interval)",
        "Policy {{policy}}",
    ),
)


class Page:
    """One dashboard; panels are put where they are told, and must not lie on each other (a test looks)."""

    def __init__(self, name: str, title: str, text: str, *, start: str = "now-6h", refresh: str = "30s") -> None:
        self._panels = 0
        self._builder = (
            build.Dashboard(title)
            .uid(f"deskpulse-{name}")
            .description(text)
            .tags([TAG])
            .timezone("browser")
            .readonly()
            .refresh(refresh)
            .time(start, "now")
            .tooltip(dashboard.DashboardCursorSync.CROSSHAIR)
        )
        self._variables: list[build.DatasourceVariable | build.QueryVariable | build.TextBoxVariable] = [
            _source(hidden=False)
        ]
        self._is_wall = False

    def as_wall(self) -> Page:
        """Hide all that can be chosen: a wall has no mouse."""
        self._is_wall = True
        self._variables = [_source(hidden=True)]
        self._builder.timepicker(build.TimePicker().hidden(hidden=True))
        return self

    def with_choices(self, *labels: tuple[str, str], default_window: str = "") -> Page:
        """Let people choose values of labels, each given with a metric that has it, and a window."""
        if default_window:
            current = dashboard.VariableOption(selected=True, text=default_window, value=default_window)
            window = _query("window", "deskpulse_window_length_seconds").current(current).multi(multi=False)
            self._variables.append(window.include_all(include_all=False))
        for label, metric in labels:
            current = dashboard.VariableOption(selected=True, text="All", value="$__all")
            every = _query(label, metric).current(current).multi(multi=True)
            self._variables.append(every.include_all(include_all=True).all_value(".*"))
        return self

    def put(self, x: int, y: int, w: int, h: int, panel: build.Panel) -> None:
        """Place a panel on the grid of 24 columns."""
        self._panels += 1
        self._builder.with_panel(panel.id(self._panels).grid_pos(dashboard.GridPos(h=h, w=w, x=x, y=y)))

    def row(self, y: int, *panels: tuple[int, build.Panel], h: int = 8) -> None:
        """Place panels side by side, each with its width."""
        x = 0
        for w, panel in panels:
            self.put(x, y, w, h, panel)
            x += w

    def json(self, worker_url: str) -> str:
        """Return the dashboard as Grafana reads it; its links lead to a worker at this address."""
        self._variables.append(_worker(worker_url, hidden=self._is_wall))
        for variable in self._variables:
            self._builder.with_variable(variable)
        for name, colour, expression, title in _EVENTS:
            self._builder.annotation(_Event(name, colour, expression, title))
        if not self._is_wall:
            self._builder.link(_to_others())
        found = json.loads(json.dumps(self._builder.build(), cls=JSONEncoder))
        found["schemaVersion"] = SCHEMA
        for variable in found["templating"]["list"]:
            # The builder gives each the same id, and Grafana 9.4 keeps only the last variable of an id.
            del variable["id"]
        # The builder sets a place for panels at (0, 0) only, and lists what it does not know as null: leave these out.
        return json.dumps(_without_nulls(found), indent=1, ensure_ascii=False) + "\n"


class _Event(build.AnnotationQuery):
    """An entry of the event log, and what Grafana's Prometheus data source wants to know of it besides."""

    def __init__(self, name: str, colour: str, expression: str, title: str) -> None:
        super().__init__()
        self.name(name).enable(enable=True).icon_color(colour).datasource(SOURCE).expr(expression)
        self._title = title

    def build(self) -> dashboard.AnnotationQuery:
        """Build the query with its title."""
        return _Titled(super().build(), self._title)


class _Titled(dashboard.AnnotationQuery):
    def __init__(self, query: dashboard.AnnotationQuery, title: str) -> None:
        super().__init__(query.name, query.datasource, query.enable, query.hide, query.icon_color, expr=query.expr)
        self._title = title

    def to_json(self) -> dict[str, object]:
        """Return what Grafana reads."""
        return {**super().to_json(), "titleFormat": self._title, "step": "30s", "useValueForTime": False}


def _source(*, hidden: bool) -> build.DatasourceVariable:
    current = dashboard.VariableOption(selected=True, text="Prometheus", value=PROVISIONED)
    hide = dashboard.VariableHide.HIDE_VARIABLE if hidden else dashboard.VariableHide.DONT_HIDE
    return build.DatasourceVariable("datasource").label("Data source").type("prometheus").current(current).hide(hide)


def _worker(address: str, *, hidden: bool) -> build.TextBoxVariable:
    hide = dashboard.VariableHide.HIDE_VARIABLE if hidden else dashboard.VariableHide.DONT_HIDE
    current = dashboard.VariableOption(selected=True, text=address, value=address)
    text = build.TextBoxVariable("worker").label("Worker").default_value(address).current(current)
    return text.options([current]).hide(hide).description("Where links to the tickets at risk lead")


def _query(label: str, metric: str) -> build.QueryVariable:
    asked = f"label_values({metric}, {label})"
    variable = build.QueryVariable(label).label(label.capitalize()).datasource(SOURCE).query(asked)
    return variable.refresh(dashboard.VariableRefresh.ON_TIME_RANGE_CHANGED).sort(
        dashboard.VariableSort.ALPHABETICAL_ASC
    )


def _to_others() -> build.DashboardLink:
    link = build.DashboardLink("Deskpulse").type(dashboard.DashboardLinkType.DASHBOARDS).tags([TAG])
    return link.as_dropdown(as_dropdown=False).keep_time(keep_time=False).icon("external link").tooltip("")


def _without_nulls(found: object) -> object:
    if isinstance(found, dict):
        # A threshold without a value is the lowest: Grafana wants to see that null.
        return {key: _without_nulls(value) for key, value in found.items() if value is not None or "color" in found}
    if isinstance(found, list):
        return [_without_nulls(each) for each in found]
    return found
