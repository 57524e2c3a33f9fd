"""One article and many through the whole path."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from msgspec import UNSET

import analyzer
from analyzer import modelstore
from analyzer.annotate import store
from analyzer.errors import ModelError, UnreadableInput, UsageError
from analyzer.lexicons.domains import user_table
from analyzer.limits import MAX_RUN
from analyzer.pipeline import DEFAULT_MODEL
from analyzer.train.core.fit import npz_bytes, write_model

pytestmark = pytest.mark.pipeline

BRIDGE = (
    "The Halden Bridge is a road bridge in Norvia.[1] Critics called the bridge a costly mistake.[2]\n\n"
    '"It is the safest crossing in the country," said the Norvian Roads Union.[3] It was opened in 1911.\n'
)


def test_extents_lie_in_the_text_and_sentences_cover_the_prose():
    report = analyzer.analyze(BRIDGE, title="Halden Bridge")
    text = report.article.text
    assert text == BRIDGE
    ends = 0
    for sentence in report.sentences:
        assert ends <= sentence.start < sentence.end <= len(text)
        assert not text[ends : sentence.start].strip()
        ends = sentence.end
    assert not text[ends:].strip()
    for attribution in report.attributions:
        source = attribution.source
        if source.start is not None:
            assert text[source.start : source.end] == source.text
        for part in attribution.content:
            assert 0 <= part.start < part.end <= len(text)


def test_a_marker_belongs_to_its_sentence_and_not_to_its_words():
    first = analyzer.analyze(BRIDGE, title="Halden Bridge").sentences[0]
    assert BRIDGE[first.start : first.end] == "The Halden Bridge is a road bridge in Norvia.[1]"
    assert first.text == "The Halden Bridge is a road bridge in Norvia."
    assert first.citations == ("1",)


def test_many_articles_give_the_same_reports_as_each_alone():
    others = [BRIDGE, "Nothing is known of it.", BRIDGE.replace("Halden", "Varden")]
    articles = [analyzer.read(text, title="Halden Bridge") for text in others]
    together = [report.to_json() for report in analyzer.analyze_many(articles)]
    assert together == [analyzer.analyze(text, title="Halden Bridge").to_json() for text in others]


def test_reports_before_an_article_that_cannot_be_read_come_before_its_error():
    reports = analyzer.analyze_many(["Sorrel is a town.", "Orme is a lake.", " \n", "Hale is a hill."])
    assert [next(reports).sentences[0].text for _ in range(2)] == ["Sorrel is a town.", "Orme is a lake."]
    with pytest.raises(UnreadableInput, match="blank"):
        next(reports)


def test_an_article_of_banners_alone_gives_a_report_of_no_sentence():
    text = "This article contains content that is written like an advertisement. (May 2021)\n"
    report = analyzer.analyze(text, title="Acme")
    assert report.sentences == ()
    assert report.summary.sentences == 0
    assert report.summary.balance is None
    assert {issue.score for issue in report.issues} == {None}


def test_the_front_door_reads_after_its_submodule_was_imported():
    import analyzer.readers.plaintext.reader

    assert analyzer.read("A town.\n\nIt is old.", title="T").title == "T"


def test_raising_the_confidence_leaves_attributions_out_and_never_adds_one():
    loose = analyzer.analyze(BRIDGE, title="Halden Bridge")
    strict = analyzer.analyze(BRIDGE, title="Halden Bridge", min_confidence=0.999999)
    assert loose.attributions
    assert len(strict.attributions) < len(loose.attributions)
    for sentence in strict.sentences:
        assert all(strict.attributions[i].sentence == sentence.index for i in sentence.attributions)


def test_attributions_less_probable_than_half_are_shown_to_those_who_ask():
    def doubt(doc):
        store.get(doc, "attributions")[0]["confidence"] = 0.49
        return doc

    loaded = analyzer.load_pipeline()
    doubting = replace(loaded, components=(*loaded.components, doubt))
    shown, everything = (
        analyzer.analyze(BRIDGE, title="Halden Bridge", pipeline=doubting, **options).attributions
        for options in ({}, {"min_confidence": 0})
    )
    assert shown == everything[1:] and everything[0].confidence == 0.49


def test_what_cannot_be_parsed_in_bounded_time_is_named():
    prose = "The bridge was opened in the spring of that year. " * 20
    report = analyzer.analyze(f"{prose}{'(' * (MAX_RUN + 1)} It goes on. {prose}", title="Acme")
    assert any("without a blank" in notice for notice in report.article.notices)
    assert "It goes on." in [s.text for s in report.sentences]


def test_a_missing_pipeline_says_what_to_do():
    with pytest.raises(ModelError, match=r"no_such_pipeline.*--model"):
        analyzer.load_pipeline("no_such_pipeline")


def test_a_pipeline_without_a_parser_is_refused(tmp_path: Path):
    import spacy

    spacy.blank("en").to_disk(tmp_path / "blank")
    with pytest.raises(ModelError, match="parser"):
        analyzer.load_pipeline(tmp_path / "blank")


def test_a_pipeline_given_by_path_gives_the_same_report(tmp_path: Path):
    import spacy

    spacy.load(DEFAULT_MODEL).to_disk(tmp_path / "copy")
    other = analyzer.analyze(BRIDGE, title="Halden Bridge", pipeline=analyzer.load_pipeline(tmp_path / "copy"))
    assert other.sentences == analyzer.analyze(BRIDGE, title="Halden Bridge").sentences


def test_a_title_for_an_article_already_read_is_a_usage_error():
    with pytest.raises(UsageError, match="read already"):
        analyzer.analyze(analyzer.read(BRIDGE, title="A"), title="B")


def test_a_file_that_is_not_there_is_unreadable():
    with pytest.raises(UnreadableInput, match="nowhere"):
        analyzer.analyze(Path("nowhere.txt"))


def test_a_gazetteer_of_the_users_own_decides_how_a_source_is_typed(tmp_path: Path):
    table = tmp_path / "sources.tsv"
    table.write_text("Norvian Roads Union\tcompany\n", encoding="utf-8")
    own = analyzer.load_pipeline(gazetteer=table)
    found = analyzer.analyze(BRIDGE, title="Halden Bridge", pipeline=own).attributions
    assert {a.source.type for a in found if "Roads Union" in (a.source.name or "")} == {"company"}


def test_a_gazetteer_of_unknown_types_is_refused_with_the_line(tmp_path: Path):
    table = tmp_path / "sources.tsv"
    table.write_text("Norvian Roads Union\tfriend\n", encoding="utf-8")
    with pytest.raises(UnreadableInput, match=r"sources\.tsv:1: expected name"):
        analyzer.load_pipeline(gazetteer=table)


def test_a_report_tells_the_settings_that_are_not_the_default_and_gives_the_same_bytes_again(tmp_path: Path):
    words, names = tmp_path / "words.tsv", tmp_path / "names.tsv"
    words.write_text("road bridge\tpeacock\n", "utf-8")
    names.write_text("Norvian Roads Union\tngo\n", "utf-8")

    def report(**asked: object) -> analyzer.Report:
        return analyzer.analyze(BRIDGE, title="Halden Bridge", pipeline=analyzer.load_pipeline(engine="fast", **asked))

    usual = report()
    assert usual.provenance.settings is UNSET and "settings" not in usual.to_dict()["provenance"]
    asked = {"lexicons": [words], "gazetteer": names, "issues": ["language", "balance"], "ignore": ["balance.undue"]}
    found = report(**asked, thresholds={"language.weasel": 0.6})
    digests = [f"sha256:{sha256(path.read_bytes()).hexdigest()}" for path in (words, names)]
    assert found.provenance.settings == {
        "lexicons": digests[:1],
        "gazetteer": digests[1],
        "issues": ["language", "balance"],
        "ignore": ["balance.undue"],
        "thresholds": {"language.weasel": 0.6},
    }
    assert {row.family for row in found.issues} == {"language", "balance"}
    assert "balance.undue" not in {row.issue for row in found.issues}
    assert [mark.text for mark in found.marks if mark.lexicon == "words"] == ["road bridge"]
    assert analyzer.Report.from_json(found.to_json()) == found
    copies = [tmp_path / "copy.tsv", tmp_path / "more.tsv"]
    for copy, path in zip(copies, (words, names), strict=True):
        copy.write_bytes(path.read_bytes())
    asked |= {"lexicons": [copies[0]], "gazetteer": copies[1]}
    again = report(**asked, thresholds={"language.weasel": 0.6})
    assert again.provenance == found.provenance
    assert report().to_json() == usual.to_json(), "other settings leave the default ones alone"
    words.write_text("", "utf-8")
    changed = report(lexicons=[words])
    assert not [mark for mark in changed.marks if mark.lexicon == "words"], "a list that has changed is read again"


def test_a_confidence_or_a_table_of_domains_that_is_not_the_default_is_told(tmp_path: Path):
    table = tmp_path / "domains.tsv"
    table.write_text("domain\tverdict\nledger.example\tunreliable\n", "utf-8")
    pipeline = analyzer.load_pipeline(engine="fast")
    with user_table(table):
        report = analyzer.analyze(BRIDGE, title="Halden Bridge", pipeline=pipeline, min_confidence=0.2)
    digest = f"sha256:{sha256(table.read_bytes()).hexdigest()}"
    assert report.provenance.settings == {"sources": digest, "min_confidence": 0.2}


def test_references_are_rated_and_the_weights_behind_a_report_named():
    text = (
        BRIDGE
        + '\n== References ==\n1. Doe, Jane. "Bridges". https://www.theguardian.com/bridges\n2. Facts.\n3. Roads.\n'
    )
    report = analyzer.analyze(text, title="Halden Bridge")
    rated = [r for r in report.article.references if r.domain == "theguardian.com"]
    assert rated and rated[0].reliability
    assert {"attribution", "judge", "sources", "stance"} <= set(report.provenance.models)


def test_models_of_ones_own_take_effect_when_they_are_named_and_end_with_it(tmp_path: Path, monkeypatch):
    weights = dict(modelstore.load("stance").arrays("linear.npz"))
    weights["coef"], weights["intercept"] = 0 * weights["coef"], 0 * weights["intercept"]
    weights["shift"] = weights["shift"] * 0
    write_model(tmp_path / "stance", "stance", "9", {"linear.npz": npz_bytes(weights)})
    before = analyzer.load_pipeline(engine="fast")
    monkeypatch.setenv("NPOV_MODELS", str(tmp_path))
    own = analyzer.load_pipeline(engine="fast")
    first = analyzer.analyze(BRIDGE, title="Halden Bridge", pipeline=own).sentences[0]
    assert own.provenance.models["stance"] != before.provenance.models["stance"]
    assert len(set(first.probabilities.values())) == 1
    monkeypatch.delenv("NPOV_MODELS")
    assert analyzer.load_pipeline(engine="fast").provenance == before.provenance
