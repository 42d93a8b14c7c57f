"""Panels in the few shapes that the dashboards use, made of nothing that Grafana 9.4 lacks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.builders import prometheus as query_builder
from grafana_foundation_sdk.models import bargauge, common, dashboard, heatmap, prometheus, stat, table, timeseries

from stream.tools.dashboards import palette

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stream.core.policy import Band

SOURCE: Final = dashboard.DataSourceRef(type_val="prometheus", uid="${datasource}")


@dataclass(frozen=True, slots=True)
class Query:
    """One expression of a panel, and the name of its lines; `format` is Grafana's."""

    expr: str
    legend: str = ""
    instant: bool = False
    format: prometheus.PromQueryFormat = prometheus.PromQueryFormat.TIME_SERIES


@dataclass(frozen=True, slots=True)
class Look:
    """What all shapes of panels share.

    Attributes:
        unit: Grafana's name of it.
        band: gives colours; None: one colour that judges nothing.
        mappings: texts instead of values.
        nothing: what is shown where there is no sample.
        nothing_colour: the colour of that.
        links: by title: addresses behind a value.
        floor: the least value of the axis.
        ceiling: the greatest value of the axis.
        decimals: digits after the point; None: as many as Grafana likes.
        colour: the only colour, where the band shall not give one.
    """

    unit: str = "short"
    band: Band | None = None
    mappings: Sequence[dashboard.ValueMapping] = ()
    nothing: str = "nothing yet"
    nothing_colour: str = palette.UNKNOWN
    links: Sequence[tuple[str, str]] = ()
    floor: float | None = None
    ceiling: float | None = None
    decimals: int | None = None
    colour: str = ""


RATIO: Final = Look("percentunit", floor=0, ceiling=1, decimals=1)
COUNT: Final = Look("short", floor=0)
SECONDS: Final = Look("s", floor=0)
SCORE: Final = Look("short", decimals=1)


def stat_panel(
    title: str, text: str, look: Look, queries: Sequence[Query], *, spark: bool = True, name_size: int = 0
) -> build.Panel:
    """Return one big figure, or one for each line, on a ground of its colour, with its name inside at `name_size`."""
    if not spark:
        # A series that ends shall leave no last value behind.
        queries = [replace(query, instant=True) for query in queries]
    options = stat.Options(
        graph_mode=common.BigValueGraphMode.AREA if spark else common.BigValueGraphMode.NONE,
        color_mode=common.BigValueColorMode.BACKGROUND,
        justify_mode=common.BigValueJustifyMode.CENTER,
        reduce_options=_last(),
        text=common.VizTextDisplayOptions(title_size=name_size) if name_size else None,
        text_mode=common.BigValueTextMode.VALUE_AND_NAME if name_size else common.BigValueTextMode.VALUE,
        orientation=common.VizOrientation.AUTO,
    )
    return _panel("stat", title, text, look, queries).options(options)


def bars_panel(title: str, text: str, look: Look, queries: Sequence[Query], *, size: int = 0) -> build.Panel:
    """Return a bar for each line with its name before and its value behind, in the order of the answer."""
    options = bargauge.Options(
        display_mode=common.BarGaugeDisplayMode.BASIC,
        value_mode=common.BarGaugeValueMode.COLOR,
        show_unfilled=True,
        min_viz_width=0,
        min_viz_height=32,
        reduce_options=_last(),
        text=common.VizTextDisplayOptions(title_size=size, value_size=size) if size else None,
        orientation=common.VizOrientation.HORIZONTAL,
    )
    return _panel("bargauge", title, text, look, queries).options(options)


def lines_panel(
    title: str, text: str, look: Look, queries: Sequence[Query], *, bars: bool = False, stacked: bool = False
) -> build.Panel:
    """Return lines over time, or bars; a line whose name starts with `goal` or `bad` is dashed and grey.

    Lines of labels are not filled, since many grounds on each other hide all; goals of labels are not in the legend.
    """
    many = any("{{" in query.legend for query in queries)
    options = timeseries.Options(
        legend=common.VizLegendOptions(
            display_mode=common.LegendDisplayMode.LIST,
            placement=common.LegendPlacement.BOTTOM,
            show_legend=True,
            calcs=[],
        ),
        tooltip=common.VizTooltipOptions(mode=common.TooltipDisplayMode.MULTI, sort=common.SortOrder.DESCENDING),
    )
    custom = common.GraphFieldConfig(
        draw_style=common.GraphDrawStyle.BARS if bars else common.GraphDrawStyle.LINE,
        line_width=1 if bars else 2,
        fill_opacity=70 if bars else 40 if stacked else 0 if many else 12,
        show_points=common.VisibilityMode.NEVER,
        span_nulls=False,
        stacking=common.StackingConfig(
            mode=common.StackingMode.NORMAL if stacked else common.StackingMode.NONE, group="A"
        ),
    )
    panel = _panel("timeseries", title, text, look, queries).options(options).custom(custom)
    if not look.colour:
        panel = panel.color_scheme(build.FieldColor().mode(dashboard.FieldColorModeId.PALETTE_CLASSIC))
    for place, query in enumerate(queries):
        if "{{" not in query.legend and not look.colour:
            panel = panel.override_by_query(_name(place), [_fixed(_colour(place, query))])
    if any(query.legend == "{{state}}" for query in queries):
        for state, colour in palette.NAMED.items():
            panel = panel.override_by_name(state, [_fixed(colour)])
    dashed = common.LineStyle(fill="dash", dash=[10, 10])
    goal = [_fixed(palette.UNKNOWN), _property("custom.lineStyle", dashed), _property("custom.fillOpacity", 0)]
    if any(query.legend == "goal {{target}}" for query in queries):
        goal.append(_property("custom.hideFrom", {"legend": True, "tooltip": False, "viz": False}))
    return panel.override_by_regexp("/^(goal|bad)\\b.*/", [*goal, _property("custom.drawStyle", "line")])


def table_panel(
    title: str, text: str, columns: Mapping[str, tuple[str, Look]], key: Sequence[str], *, links: Sequence[str] = ()
) -> build.Panel:
    """Return a table of one row for each combination of the labels in `key`.

    Args:
        title: of the panel.
        text: its description.
        columns: by heading: expression and look; the rows are sorted by the first, the largest above.
        key: labels, which are the first columns.
        links: addresses behind each row's first column, each as title and address parted by a bar.
    """
    table_format = prometheus.PromQueryFormat.TABLE
    queries = [Query(expr, instant=True, format=table_format) for expr, _ in columns.values()]
    first = next(iter(columns))
    options = table.Options(
        frame_index=0,
        show_header=True,
        show_type_icons=False,
        sort_by=[common.TableSortByFieldState(display_name=first, desc=True)],
    )
    # The value of a single query has no letter behind its name.
    heads = (
        {f"Value #{_name(place)}": head for place, head in enumerate(columns)} if len(columns) > 1 else {"Value": first}
    )
    order = {name: place for place, name in enumerate([*key, *heads])}
    panel = (
        _panel("table", title, text, Look(), queries)
        .options(options)
        .custom(common.TableFieldOptions(align=common.FieldTextAlignment.AUTO, inspect=False))
        .with_transformation(dashboard.DataTransformerConfig(id_val="merge", options={}))
        .with_transformation(
            dashboard.DataTransformerConfig(
                id_val="organize",
                options={
                    "excludeByName": {"Time": True},
                    "indexByName": order,
                    "renameByName": {**heads, **{name: name.capitalize() for name in key}},
                },
            )
        )
    )
    if links:
        shown = [_link(*each.split("|", 1)) for each in links]
        panel = panel.override_by_name(key[0].capitalize(), [_property("links", shown)])
    for head, (_, look) in columns.items():
        panel = panel.override_by_name(head, _cell(look))
    return panel


def heat_panel(title: str, text: str, query: Query, unit: str) -> build.Panel:
    """Return how buckets fill over time: darker is more."""
    options = heatmap.Options(
        calculate=False,
        color=heatmap.HeatmapColorOptions(
            mode=heatmap.HeatmapColorMode.SCHEME,
            scheme="Cividis",  # reads the same to all kinds of colour vision
            fill="dark-orange",
            scale=heatmap.HeatmapColorScale.EXPONENTIAL,
            exponent=0.5,
            steps=32,
            reverse=False,
        ),
        filter_values=heatmap.FilterValueRange(le=1e-9),
        rows_frame=heatmap.RowsHeatmapOptions(layout=common.HeatmapCellLayout.AUTO),
        show_value=common.VisibilityMode.NEVER,
        cell_gap=1,
        cell_values=heatmap.CellValues(unit="short", decimals=0),
        y_axis=heatmap.YAxisConfig(unit=unit, reverse=False, axis_placement=common.AxisPlacement.LEFT),
        legend=heatmap.HeatmapLegend(show=True),
        tooltip=heatmap.HeatmapTooltip(show=True, y_histogram=False),
        exemplars=heatmap.ExemplarConfig(color=palette.VIOLET),
    )
    return _panel("heatmap", title, text, Look(unit), [query]).options(options)


def looking(look: Look, **changes: Any) -> Look:
    """Return a look with other attributes."""
    return replace(look, **changes)


def linked(look: Look, *links: tuple[str, str]) -> Look:
    """Return a look with addresses behind its values."""
    return replace(look, links=links)


def _panel(kind: str, title: str, text: str, look: Look, queries: Sequence[Query]) -> build.Panel:
    scheme = build.FieldColor().mode(dashboard.FieldColorModeId.THRESHOLDS)
    steps = [dashboard.Threshold(color=look.colour)] if look.colour else palette.steps(look.band)
    panel = (
        build.Panel()
        .type(kind)
        .title(title)
        .description(text)
        .datasource(SOURCE)
        .unit(look.unit)
        .no_value(look.nothing)
        .color_scheme(scheme)
        .thresholds(build.ThresholdsConfig().mode(dashboard.ThresholdsMode.ABSOLUTE).steps(steps))
    )
    mappings = [*look.mappings]
    if kind in {"stat", "bargauge"}:
        mappings.append(palette.absent(look.nothing, look.nothing_colour))
    if mappings:
        panel = panel.mappings(mappings)
    if look.floor is not None:
        panel = panel.min(look.floor)
    if look.ceiling is not None:
        panel = panel.max(look.ceiling)
    if look.decimals is not None:
        panel = panel.decimals(look.decimals)
    if look.links:
        panel = panel.data_links([_LinkBuilder(title_, url) for title_, url in look.links])
    for place, query in enumerate(queries):
        panel = panel.with_target(_target(place, query))
    return panel


def _target(place: int, query: Query) -> query_builder.Dataquery:
    target = query_builder.Dataquery().expr(query.expr).ref_id(_name(place)).format(query.format)
    target = target.legend_format(query.legend or "__auto").datasource(SOURCE)
    return target.instant() if query.instant else target.range()


class _LinkBuilder(build.DashboardLink):
    """A link behind a value, which has fewer keys than one of a dashboard."""

    def __init__(self, title: str, url: str) -> None:
        super().__init__(title)
        self.url(url).target_blank(target_blank=True)


def _link(title: str, url: str) -> dict[str, object]:
    return {"title": title, "url": url, "targetBlank": True}


def _cell(look: Look) -> list[dashboard.DynamicConfigValue]:
    """Return the properties of a column; the way of colouring is said as 9.4 reads it and as later ones do."""
    found = [_property("unit", look.unit), _property("noValue", look.nothing)]
    if look.decimals is not None:
        found.append(_property("decimals", look.decimals))
    if look.band is not None or look.mappings:
        found.append(_property("mappings", [*look.mappings, palette.absent(look.nothing, palette.CLEAR)]))
    if look.band is not None or look.mappings:
        kind = common.TableCellDisplayMode.COLOR_BACKGROUND.value
        found += [
            _property(
                "thresholds", dashboard.ThresholdsConfig(dashboard.ThresholdsMode.ABSOLUTE, palette.steps(look.band))
            ),
            _property("custom.displayMode", kind),
            _property("custom.cellOptions", {"type": kind, "mode": "basic"}),
        ]
    return found


def _colour(place: int, query: Query) -> str:
    return palette.NAMED.get(query.legend, palette.SERIES[place % len(palette.SERIES)])


def _fixed(colour: str) -> dashboard.DynamicConfigValue:
    return _property("color", dashboard.FieldColor(dashboard.FieldColorModeId.FIXED, colour))


def _property(name: str, value: object) -> dashboard.DynamicConfigValue:
    return dashboard.DynamicConfigValue(name, value)


def _last() -> common.ReduceDataOptions:
    return common.ReduceDataOptions(values=False, calcs=["lastNotNull"], fields="")


def _name(place: int) -> str:
    """Return the letter of a query: A for the first."""
    return chr(ord("A") + place)
