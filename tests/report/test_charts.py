"""Charts: valid, true to the report, without a network, and none tells a stance by colour alone."""

from __future__ import annotations

import socket
import xml.etree.ElementTree as ET

import pytest
from msgspec.structs import replace

import analyzer
from analyzer.issues import titles
from analyzer.records import Source
from analyzer.report import pictures

from .example_report import build_report, poisoned

alt = pytest.importorskip("altair")
vl_convert = pytest.importorskip("vl_convert")
CHARTS = {
    "sources": lambda report: report.plot_sources(),
    "stance": lambda report: report.plot_stance(),
    "issues": lambda report: report.plot_issues(),
    "compare": lambda report: analyzer.plot_compare([report, report]),
}
ROWS = {
    "sources": lambda report: pictures.heard(report, 12),
    "stance": pictures.along,
    "issues": pictures.issue_scores,
    "compare": lambda report: pictures.compared([report, report]),
}
every_chart = pytest.mark.parametrize("name", CHARTS)


def unsure():
    report = build_report()
    return replace(report, sentences=tuple(replace(item, unsure=item.index == 0) for item in report.sentences))


def words(svg: str) -> list[str]:
    return ["".join(node.itertext()) for node in ET.fromstring(svg).iter() if node.tag.endswith("}text")]


@every_chart
def test_a_chart_holds_to_the_schema_and_draws_in_the_vega_lite_of_notebooks_old_and_new(name):
    spec = CHARTS[name](build_report()).to_dict(validate=True)
    for version in ("5.20", "6.4"):
        assert vl_convert.vegalite_to_svg(spec, vl_version=version).startswith("<svg")


@every_chart
def test_the_data_of_a_chart_is_the_table_that_it_shows(name):
    report = build_report()
    frame, rows = CHARTS[name](report).data, ROWS[name](report)
    assert frame.select(rows[0]._fields).rows() == [tuple(row) for row in rows]


@every_chart
def test_a_chart_shows_itself_without_a_network(name, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a chart asked for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    shown = CHARTS[name](build_report())._repr_mimebundle_()
    assert {"image/svg+xml", "application/vnd.vegalite.v5+json", "text/plain"} <= set(shown)
    assert "text/html" not in shown  # Altair's own would load scripts from elsewhere
    for value in shown.values():
        assert "http" not in str(value).replace("http://www.w3.org/", "").replace("https://vega.github.io/schema/", "")


@every_chart
def test_a_renderer_that_the_user_picked_shows_the_chart(name):
    with alt.renderers.enable("json"):
        shown = CHARTS[name](build_report())._repr_mimebundle_()
    shown = shown[0] if isinstance(shown, tuple) else shown
    assert "application/json" in shown and "image/svg+xml" not in shown


@every_chart
def test_a_chart_stays_altairs_and_can_be_changed_joined_and_drawn_again(name):
    chart = CHARTS[name](build_report())
    assert type(chart.properties(title="x")) is type(chart)
    assert (chart & chart).to_dict()
    assert chart.to_dict()["datasets"] == CHARTS[name](build_report()).to_dict()["datasets"]


@every_chart
def test_what_an_article_says_is_shown_and_does_not_act(name):
    for payload in ("<script>alert(1)</script>", "a\ud800b", "x\u202ey\x1b[2J", "</svg>"):
        svg = CHARTS[name](poisoned(payload))._repr_mimebundle_()["image/svg+xml"]
        assert not any("script" in node.tag for node in ET.fromstring(svg).iter())
        assert not {"\u202e", "\x1b", "\ud800"} & set(svg)


@every_chart
def test_a_report_without_a_sentence_or_an_issue_draws_too(name):
    empty = build_report(sentences=(), attributions=(), marks=(), sources=(), issues=())
    assert CHARTS[name](empty)._repr_mimebundle_()["image/svg+xml"]


@pytest.mark.parametrize("name", ["sources", "stance", "compare"])
def test_every_stance_is_told_by_a_sign_besides_its_colour(name):
    told = words(CHARTS[name](unsure())._repr_mimebundle_()["image/svg+xml"])
    for stance in ("critique", "endorsement", "unsure"):
        sign = pictures.SIGNS[stance]
        assert f"{sign} {stance}" in told  # the legend
        assert any(sign in text for text in told if stance not in text)


def test_the_stance_of_an_unsure_sentence_is_drawn_hollow_in_its_lane():
    row = unsure().plot_stance().data.row(0, named=True)
    assert (row["stance"], row["counted"], row["sign"]) == ("critique", "unsure", "?")
    assert pictures.COLOURS["unsure"] == "#ffffff"


def test_a_score_that_cannot_be_assessed_says_so_and_one_that_is_found_its_verdict():
    told = words(build_report().plot_issues()._repr_mimebundle_()["image/svg+xml"])
    assert told.count("not assessable") == 3 + 1  # rows, and the legend
    assert "0.62, banner supported" in told and "0.54, no banner for it" in told
    compared = words(analyzer.plot_compare([build_report()])._repr_mimebundle_()["image/svg+xml"])
    assert "not assessable" in compared  # free of spam


def test_each_issue_has_a_line_of_its_own():
    assert len(set(titles().values())) == len(titles())


def test_sources_beyond_those_that_are_asked_for_stand_together():
    first = build_report().attributions[0]
    people = tuple(replace(first, source=Source(type="person", name=name)) for name in ("Ada", "Ben", "Cyd", "Dot"))
    shown = build_report(attributions=people).plot_sources(most=2).data["source"].to_list()
    assert shown[-3:] == ["Ada", "Ben", "2 other sources"]


def test_a_type_stands_beside_the_first_of_its_sources_also_where_two_types_have_as_many_others():
    first = build_report().attributions[0]
    kinds = {"Ada": "person", "Bay": "ngo", "Cyd": "person", "Dot": "person", "Elm": "ngo", "Fay": "ngo"}
    sources = tuple(replace(first, source=Source(type=kind, name=name)) for name, kind in kinds.items())
    chart = build_report(attributions=sources).plot_sources(most=2)
    headed = {row["headed"]: row["source"] for row in chart.data.to_dicts() if row["headed"]}
    assert (headed["person"], headed["NGO"]) == ("Ada", "Bay")
    order = chart.to_dict()["spec"]["layer"][0]["encoding"]["y"]["sort"]
    assert order[-3:] == ["Bay", "Ada", "2 other sources"]  # as much said: by the name of the type


def test_an_issue_that_only_sections_carry_says_so():
    first, *rest = build_report().issues
    chart = build_report(
        issues=(replace(first, score=0.1, verdict="missing banner", claimed_by=()), *rest)
    ).plot_issues()
    assert "0.10, in sections: no banner for it" in chart.data["told"].to_list()


def test_types_of_sources_are_named_in_words_as_in_the_report():
    chart = build_report().plot_sources()
    assert {"international body", "NGO"} <= set(chart.data["group"]) and not {"igo", "ngo"} & set(chart.data["group"])
