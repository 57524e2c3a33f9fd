"""Reports as charts (Altair): who is heard, the stance along an article, its issues, articles side by side.

Their rows are those of :mod:`analyzer.report.pictures`, strings on one line with what would act made visible. Place,
sign or name tell a stance besides its colour. They are charts of Altair's own, to be changed, joined and saved as any;
until the user enables a renderer they show themselves without a network (:class:`Offline`).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, get_args, get_type_hints

from msgspec import json

from analyzer import counting
from analyzer.records import Report
from analyzer.report import labels, pictures
from analyzer.report.escape import visible
from analyzer.report.notebook.extras import needed
from analyzer.vocabulary import SOURCE_TYPES, THRESHOLD, VERDICTS

if TYPE_CHECKING:
    import altair as alt
    import polars as pl
else:
    alt, pl = needed("altair", "notebook"), needed("polars", "notebook")

_WIDTH = 440  # of a plot, in pixels
_NAMES = 230  # of the names beside it, in pixels
_SIGNED = 80  # sentences: in a longer article a sign would be wider than its sentence
_LANES = ("endorsement", "mixed", "neutral", "critique")
_LINE, _PLAIN = "#666666", "#8a8f98"  # seen on white and on black
_SHAPES = ("square", "triangle-up", "diamond", "circle", "cross")  # of the verdicts
_MIME = "application/vnd.vegalite.v{}+json"
# Black on white where a notebook's dark theme would turn the axes white and leave the text on the plot black.
_CARD = {
    "background": "white",
    "view": {"stroke": "#dddddd"},
    "title": {"color": "black", "subtitleColor": "black"},
    "style": {"guide-label": {"fill": "black"}, "guide-title": {"fill": "black"}},
    "axis": {"domainColor": _PLAIN, "tickColor": _PLAIN, "gridColor": "#dddddd"},
}


class Offline:
    """A chart that shows itself without a network: as data for a notebook that draws Vega-Lite, else as SVG."""

    def _repr_mimebundle_(self, *args: object, **kwargs: object) -> Any:  # noqa: ANN401 - as Altair has it
        if alt.renderers.active != "default":  # the user has chosen
            return super()._repr_mimebundle_(*args, **kwargs)  # type: ignore[misc]  # of the chart beside it
        spec = self.to_dict()  # type: ignore[attr-defined]
        spec["config"] = {**_CARD, **spec.get("config", {})}
        drawn: str = needed("vl_convert", "notebook").vegalite_to_svg(spec)
        return {**{_MIME.format(version): spec for version in (5, 6)}, "image/svg+xml": drawn, "text/plain": repr(self)}


class LayerChart(Offline, alt.LayerChart):
    """Layers, offline."""


class FacetChart(Offline, alt.FacetChart):
    """Rows of plots, offline."""


class HConcatChart(Offline, alt.HConcatChart):
    """Plots side by side, offline."""


def sources(report: Report, most: int) -> FacetChart:
    """Return who is heard: a bar a source, parted by stance, in a group a type."""
    rows = pictures.heard(report, most)
    words: defaultdict[tuple[str, str], float] = defaultdict(float)
    signs: defaultdict[tuple[str, str], str] = defaultdict(str)
    for row in rows:
        words[row.source, row.type] += row.share
        signs[row.source, row.type] += pictures.SIGNS[row.stance]
    # One order for all groups: a name that several have ("2 other sources") stands where the last of them has it.
    order = list(dict.fromkeys(row.source for row in reversed(rows)))[::-1]
    first = {row.type: row for row in sorted(rows, key=lambda row: -order.index(row.source))}
    frame = _frame(
        pictures.Heard,
        rows,
        group=[_type_name(row.type) for row in rows],
        sign=[pictures.SIGNS[row.stance] for row in rows],
        rank=[pictures.STANCES.index(row.stance) for row in rows],
        all=[words[row.source, row.type] for row in rows],
        headed=[_type_name(row.type) if row == first[row.type] else "" for row in rows],  # beside its first source
        told=[f"{counting.percent(words[row.source, row.type])} {signs[row.source, row.type]}" for row in rows],
    )
    names = [visible(name) for name in order]
    base = alt.Chart().encode(
        y=alt.Y("source:N", title=None, sort=names, axis=_names()),
        x=alt.X(
            "share:Q",
            stack="zero",
            scale=alt.Scale(domain=[0, 1.2 * max(words.values(), default=1.0)], nice=False),
            title="share of the article's words",
            axis=alt.Axis(format="%", grid=False),
        ),
        order=alt.Order("rank:Q"),
        tooltip=["source", "type", "stance", "words", alt.Tooltip("share", format=".1%"), "sentences"],
    )
    bars = base.mark_bar(stroke=_LINE, strokeWidth=0.7).encode(color=_stances("stance"))
    inside = base.mark_text(fontWeight="bold").encode(
        x=alt.X("share:Q", stack="zero", bandPosition=0.5),
        text="sign",
        color=_on_stance("stance"),
        opacity=_where("datum.share > 0.02"),
    )
    told = alt.Chart().encode(y=alt.Y("source:N", sort=names))
    behind = told.mark_text(align="left", dx=5).encode(x="max(all):Q", text="told:N")
    beside = told.mark_text(align="left", fontWeight="bold").encode(x=alt.value(_WIDTH + 10), text="headed:N")
    return FacetChart(
        data=frame,
        spec=alt.layer(bars, inside, behind, beside).properties(width=_WIDTH, height=alt.Step(19)),
        facet={"row": alt.Row("group:N", sort=_order(frame, "group"), header=alt.Header(title=None, labels=False))},
        spacing=6,
        resolve=alt.Resolve(scale=alt.ScaleResolveMap(y="independent")),
        title=_title(report, "Who is heard: words by source and stance"),
    )


def stance(report: Report) -> FacetChart:
    """Return the stance along the article: a lane a stance, the own voice apart from what is reported."""
    rows = pictures.along(report)
    counted = [pictures.UNSURE if row.unsure else row.stance for row in rows]
    voices = {"article": pictures.OWN_VOICE, "attributed": "reported from sources"}
    frame = _frame(
        pictures.Along,
        rows,
        counted=counted,
        speaks=[voices[row.voice] for row in rows],
        sign=[pictures.SIGNS[stance] for stance in counted],
        begins=[row.number - 0.5 for row in rows],
        ends=[row.number + 0.5 for row in rows],
    )
    lanes = alt.Y("stance:N", title=None, scale=alt.Scale(domain=_LANES), axis=_names(grid=True))
    scale = alt.Scale(domain=[0.5, len(rows) + 0.5], nice=False)
    tooltip = ["number", "section", "stance", "unsure", alt.Tooltip("confidence", format=".2f"), "source", "text"]
    boxes = (
        alt.Chart()
        .mark_rect(stroke=_LINE, strokeWidth=0.7 if len(rows) <= _SIGNED else 0.3)
        .encode(
            x=alt.X("begins:Q", scale=scale, title="sentence", axis=alt.Axis(tickMinStep=1, format="d", grid=False)),
            x2="ends:Q",
            y=lanes,
            color=_stances("counted"),
            tooltip=tooltip,
        )
    )
    signs = (
        alt.Chart()
        .mark_text(fontWeight="bold")
        .encode(x=alt.X("number:Q", scale=scale), y=lanes, text="sign", color=_on_stance("counted"), tooltip=tooltip)
    )
    header = alt.Header(
        title=None, labelOrient="top", labelAnchor="start", labelAlign="left", labelFontWeight="bold", labelPadding=3
    )
    return FacetChart(
        data=frame,
        spec=alt.layer(boxes, *([signs] if len(rows) <= _SIGNED else [])).properties(width=_WIDTH, height=alt.Step(17)),
        facet={"row": alt.Row("speaks:N", sort=list(voices.values()), header=header)},
        spacing=12,
        title=_title(report, "Stance toward the subject, sentence by sentence"),
    )


def issues(report: Report) -> LayerChart:
    """Return the issues with their scores: what was found or is claimed on top, what cannot be assessed at the end."""
    rows = pictures.issue_scores(report)
    frame = _frame(
        pictures.Scored,
        rows,
        at=[row.score or 0.0 for row in rows],
        told=[_told_score(row) for row in rows],
    )
    found = "datum.score !== null && datum.score >= datum.least"
    base = alt.Chart().encode(
        y=alt.Y("title:N", title=None, sort=_order(frame, "title"), axis=_names()),
        color=alt.condition(found, alt.value(pictures.COLOURS["critique"]), alt.value(_PLAIN)),
        tooltip=["title", "issue", "score", "verdict", "claimed", "evidence", "why_null"],
    )
    x = alt.X(
        "at:Q",
        scale=alt.Scale(domain=[0, 1]),
        title="score: 0 clean, counts as found from 0.5 on",
        axis=alt.Axis(grid=False),
    )
    shape = alt.Shape(
        "verdict:N",
        scale=alt.Scale(domain=VERDICTS, range=_SHAPES),
        legend=alt.Legend(
            title=None, orient="top", columns=3, symbolFillColor=_PLAIN, labelExpr=_worded(labels.VERDICT_NAMES)
        ),
    )
    threshold = alt.Chart().mark_rule(strokeDash=[3, 3], color=_LINE).transform_aggregate(rows="count()")
    return LayerChart(
        data=frame,
        layer=[
            threshold.encode(x=alt.XDatum(THRESHOLD)),
            base.mark_bar(height=4).encode(x=x),
            base.mark_point(filled=True, size=55, opacity=1).encode(x=x, shape=shape),
            base.mark_text(align="left", dx=8).encode(x=x, text="told", color=alt.value("black")),
        ],
        width=_WIDTH,
        height=alt.Step(18),
        title=_title(report, "Issues"),
    )


def _told_score(row: pictures.Scored) -> str:
    claimed = ", though a banner claims it" if row.claimed and row.score is None else ""
    verdict = "" if row.verdict == "not raised" else f", {labels.VERDICT_NAMES[row.verdict]}"
    if row.verdict in ("supported", "missing banner") and (row.score or 0.0) < row.least:
        verdict = f", in sections: {labels.VERDICT_NAMES[row.verdict]}"
    return f"not assessable{claimed}" if row.score is None else f"{labels.score(row.score)}{verdict}"


def plot_compare(reports: Iterable[Report]) -> HConcatChart:
    """Return articles side by side as a chart: their scores, the stance of their sentences, who is heard in them.

    Its ``data`` is the table that it shows; it needs no network. Raises UsageError where Altair is not installed.

    Examples:
        >>> pipeline = analyzer.load_pipeline(engine="fast")
        >>> reports = list(analyzer.analyze_many(["article.txt", "article.wikitext"], pipeline=pipeline))
        >>> analyzer.plot_compare(reports).save("compared.svg")
    """
    rows = pictures.compared(reports)
    frame = _frame(
        pictures.Compared,
        rows,
        told=[_told_figure(row) for row in rows],
        sign=[pictures.SIGNS.get(row.measure, "") for row in rows],
        rank=[pictures.STANCES.index(row.measure) if row.panel == "stance" else 0 for row in rows],
    )
    heard = dict.fromkeys(row.measure for row in rows if row.panel == "heard" and row.value)
    kinds = [kind for kind in (pictures.OWN, *SOURCE_TYPES) if kind in heard]
    scores = [_figures(frame, "neutrality", _names()), _figures(frame, "free of spam", None)]
    return HConcatChart(data=frame, hconcat=[*scores, _shares(frame), _table(frame, kinds)], spacing=16)


def _told_figure(row: pictures.Compared) -> str:
    if row.panel == "scores":
        return "not assessable" if row.value is None else labels.score(row.value)
    return counting.percent(row.value or 0.0) if row.value else ""


def _articles(frame: pl.DataFrame, axis: alt.Axis | None = None) -> alt.Y:
    return alt.Y("title:N", title=None, sort=_order(frame, "title"), axis=axis)


def _figures(frame: pl.DataFrame, measure: str, axis: alt.Axis | None) -> "alt.LayerChart | alt.FacetChart":
    """Return a bar and a number an article: one of the scores."""
    base = alt.Chart(height=alt.Step(26), width=110).transform_filter(
        f"datum.panel === 'scores' && datum.measure === '{measure}'"
    )
    x = alt.X(
        "value:Q", scale=alt.Scale(domain=[0, 1]), title=f"{measure} (1 is best)", axis=alt.Axis(values=[0, 0.5, 1])
    )
    y = _articles(frame, axis)
    bars = base.mark_bar(height=7, color=_PLAIN, yOffset=7).encode(x=x, y=y, tooltip=["title", "measure", "told"])
    return alt.layer(bars, base.mark_text(align="left", dy=-5).encode(x=alt.value(2), y=y, text="told"))


def _shares(frame: pl.DataFrame) -> "alt.LayerChart | alt.FacetChart":
    """Return a bar an article, parted by the stance of its sentences."""
    base = alt.Chart(height=alt.Step(26), width=230).transform_filter("datum.panel === 'stance'")
    base = base.encode(
        y=_articles(frame), order=alt.Order("rank:Q"), tooltip=["title", "measure", alt.Tooltip("value", format=".0%")]
    )
    x = alt.X(
        "value:Q", stack="zero", scale=alt.Scale(domain=[0, 1]), title="stance of sentences", axis=alt.Axis(format="%")
    )
    bars = base.mark_bar(stroke=_LINE, strokeWidth=0.7, height=17).encode(x=x, color=_stances("measure"))
    signs = base.mark_text(fontWeight="bold").encode(
        x=alt.X("value:Q", stack="zero", bandPosition=0.5),
        text="sign",
        color=_on_stance("measure"),
        opacity=_where("datum.value > 0.05"),
    )
    return alt.layer(bars, signs)


def _table(frame: pl.DataFrame, kinds: Sequence[str]) -> "alt.LayerChart | alt.FacetChart":
    """Return the share of words of each type of source as a table, more of them in a darker cell."""
    base = alt.Chart(height=alt.Step(26), width=alt.Step(62)).transform_filter("datum.panel === 'heard'")
    axis = alt.Axis(
        labelAngle=0,
        labelExpr=f"split({_worded({kind: _type_name(kind) for kind in kinds})}, ' ')",  # a word a line
        title="who is heard: share of words",
        ticks=False,
        domain=False,
    )
    base = base.encode(y=_articles(frame), x=alt.X("measure:N", scale=alt.Scale(domain=kinds), axis=axis))
    cells = base.mark_rect(color=pictures.COLOURS["endorsement"]).encode(
        opacity=alt.Opacity("value:Q", scale=alt.Scale(domain=[0, 1], range=[0, 0.6]), legend=None),
        tooltip=["title", "measure", alt.Tooltip("value", format=".1%")],
    )
    return alt.layer(cells, base.mark_text().encode(text="told"))


def _frame(kind: type[NamedTuple], rows: Sequence[NamedTuple], **more: list[Any]) -> pl.DataFrame:
    """Return rows as a typed frame, with further columns for the drawing; strings on one line, made safe to show."""
    types: dict[type, Any] = {str: pl.String, int: pl.Int64, float: pl.Float64, bool: pl.Boolean}
    hints = {name: (get_args(hint) or (hint,))[0] for name, hint in get_type_hints(kind).items()}
    columns = {name: [row[at] for row in rows] for at, name in enumerate(hints)} | more
    safe = {
        name: [visible(cell) if isinstance(cell, str) else cell for cell in cells] for name, cells in columns.items()
    }
    untyped = {} if rows else dict.fromkeys(more, pl.String)  # an empty column would have no type at all
    return pl.DataFrame(safe, schema_overrides={name: types[hint] for name, hint in hints.items()} | untyped)


def _order(frame: pl.DataFrame, column: str) -> list[str]:
    """Return the values of a column in the order in which they first stand."""
    return frame[column].unique(maintain_order=True).to_list()


def _title(report: Report, what: str) -> alt.Title:
    article = report.article
    return alt.Title(visible(labels.clip(article.title or article.id, 80)), subtitle=what, anchor="start", offset=12)


def _names(*, grid: bool = False) -> alt.Axis:
    return alt.Axis(labelLimit=_NAMES, labelPadding=7, minExtent=90, ticks=False, domain=False, grid=grid, zindex=0)


def _stances(field: str) -> alt.Color:
    """Return the colours of stances, with a legend that says sign and name."""
    signs = _worded({stance: f"{sign} {stance}" for stance, sign in pictures.SIGNS.items()})
    return alt.Color(
        f"{field}:N",
        scale=alt.Scale(domain=pictures.STANCES, range=list(pictures.COLOURS.values())),
        legend=alt.Legend(
            title=None, labelExpr=signs, orient="top", symbolType="square", symbolStrokeColor=_LINE, symbolSize=130
        ),
    )


def _type_name(kind: str) -> str:
    return "own voice" if kind == pictures.OWN else labels.source_type(kind)


def _worded(words: dict[str, str]) -> str:
    """Return the expression that puts labels into words."""
    return f"{json.encode(words).decode()}[datum.label]"


def _on_stance(field: str) -> Any:  # noqa: ANN401 - what alt.condition makes has no one type
    """Return the colour of a sign on the colour of its stance."""
    return alt.condition(f"datum.{field} === 'endorsement'", alt.value("white"), alt.value("black"))


def _where(test: str) -> Any:  # noqa: ANN401 - what alt.condition makes has no one type
    return alt.condition(test, alt.value(1), alt.value(0))
