"""Evaluations put the corpora before the analyzer as they say, and name what is not there."""

import json

import pytest

from analyzer.train.core.recipe import DataMissing
from analyzer.train.core.wiki_banners import wikitext
from analyzer.train.evaluate import banners as evaluate_banners
from analyzer.train.evaluate import composed as evaluate_composed
from analyzer.train.evaluate import corpora
from analyzer.train.evaluate import run as evaluate
from analyzer.train.evaluate import stance as evaluate_stance
from analyzer.train.evaluate import wording as evaluate_wording
from analyzer.train.evaluate.wording import TASKS


def article(**changes):
    row = {
        "id": "x",
        "title": "Gear pump",
        "text": "A gear pump moves oil.[1] It is loud.[who?] It wears.[1][9]\n\n== Use ==\n\nIn [mills].",
        "inline_tags": [{"text": "[who?]"}],
        "reference_labels": ["1", None],
        "references": ["Pump Review {{x}}", "Kept aside"],
        "reference_urls": [["https://pumps.example/1"], ["https://pumps.example/2", "https://pumps.example/3"]],
        "bibliography": ["Brown, Pumps"],
        "bibliography_urls": [[]],
        "further_reading": [],
        "external_links": ["Pump [site]", "No address"],
        "external_link_urls": [["https://pumps.example/"]],
        "labels": {},
        "labels_unplaced": {},
    }
    return row | changes


def test_an_article_becomes_wikitext_with_its_footnotes_and_lists_and_without_its_tags():
    text = wikitext(article())
    assert text == (
        'A gear pump moves oil.<ref name="n1">Pump Review { {x}} https://pumps.example/1</ref> It is loud. '
        'It wears.<ref name="n1"/>[9]\n\n== Use ==\n\nIn [mills].\n\n'
        "== Bibliography ==\n* Brown, Pumps\n\n"
        "== External links ==\n* [https://pumps.example/ Pump [site)]\n* No address\n\n"
        "== References ==\n<references/>\n* [https://pumps.example/2 Kept aside] https://pumps.example/3"
    )


def test_banners_over_sections_without_a_marker_are_put_back():
    lacking = {"id": "unreferenced-section", "template": "Unreferenced section", "level": "section", "date": "May 2016"}
    kept = lacking | {"section": "Use"}
    text = "It moves oil.[1]\n\n== Use ==\n\nIn mills.\n\n=== Other ===\n\nIn ships.\n\n== Past ==\n\nOld.[1]"
    others = [lacking | {"section": "Past"}, lacking | {"section": "Notes"}, kept | {"id": "tone"}]
    found = evaluate_banners.with_banners(article(text=text, inline_tags=[], section_banners=[*others, kept]))
    assert found == text.replace("== Use ==\n", "== Use ==\n{{Unreferenced section|date=May 2016}}\n\n", 1)
    # the marker of a subsection is one of the section
    marked = text.replace("In ships.", "In ships.[1]")
    assert evaluate_banners.with_banners(article(text=marked, inline_tags=[], section_banners=[kept])) is None


def test_an_article_counts_for_a_family_by_the_level_of_its_label():
    task = next(task for task in evaluate_banners.TASKS if task.name == "unreferenced")
    rows = [
        article(labels={"unreferenced": "article"}),
        article(labels={"unreferenced": "inline"}),
        article(labels={"cleanup": "article"}),
        article(labels_unplaced={"unreferenced": ["x"]}),
    ]
    assert evaluate_banners.labelled(rows, task) == ([0, 2], [1, 0])


@pytest.mark.parametrize("date, month", [("November 2011", "2011-11"), ("2011", None), ("Moon 2011", None)])
def test_dates_are_compared_as_months(date, month):
    assert evaluate_banners.month_of(date) == month


def test_versions_of_one_subject_are_ranked_pair_by_pair():
    labels = dict.fromkeys(evaluate_composed.ISSUES, 0)
    rows = [
        {"subject": "a", "version": "n", "labels": labels},
        {"subject": "a", "version": "p", "labels": labels | {"advert": 1, "paid": 1}},
        {"subject": "b", "version": "p", "labels": labels | {"advert": 1}},
    ]
    nothing = dict.fromkeys(evaluate_composed.ISSUES, 0.0)
    scores = [nothing | {"paid": 0.5}, nothing | {"advert": 0.5, "paid": 0.5}, nothing | {"advert": 0.4}]
    figures = evaluate_composed.figures(rows, scores, range(3))
    assert figures["pairs_right"] == 0.75  # advert right, paid a tie; b has no neutral version
    assert figures["auroc_advert"] == 1.0 and "auroc_paid" not in figures


def test_findings_count_the_kinds_of_the_corpus_outside_quotations():
    from analyzer import records as r

    def mark(kind, quoted=False):
        return r.Mark(start=0, end=1, text="x", kind=kind, lexicon="l", quoted=quoted)

    header = r.Article(id="x", title="", subject="", format="plaintext")
    nobody = r.Attribution(sentence=0, source=r.Source(type="unnamed"))
    annotated = r.Annotated(
        article=header, marks=(mark("weasel"), mark("peacock"), mark("weasel", quoted=True)), attributions=(nobody,)
    )
    tasks = {task.name: evaluate_wording.findings(annotated, task) for task in TASKS if not task.score}
    assert tasks == {"weasel": 2, "szeged": 1, "hube-cw-hard": 2, "wnc": 2}


def test_the_share_of_pairs_ranked_right_counts_ties_half():
    rows = [{"pair": p, "label": label} for p in ("a", "b", "c") for label in (1, 0)]
    assert evaluate_wording._pairs(rows, [0.9, 0.1, 0.5, 0.5, 0.1, 0.9]) == {"pairs_right": 0.5}


def test_without_the_data_folder_the_run_says_where_it_looked(tmp_path):
    with pytest.raises(DataMissing, match="nowhere: no data folder there"):
        evaluate.run("all", tmp_path / "nowhere")


def test_a_corpus_that_is_missing_is_named_with_its_file(tmp_path):
    with pytest.raises(DataMissing, match=r"newsmtsc.dev_mt\.jsonl: corpus 'newsmtsc' is missing"):
        corpora.dev_rows(tmp_path, "newsmtsc")
    with pytest.raises(DataMissing, match="dev"):
        evaluate.run("wording", tmp_path)


def test_a_missing_part_is_skipped_by_name_and_the_rest_is_measured(tmp_path, monkeypatch):
    import sys
    import types

    from analyzer.train.core.measures import Evaluation

    def missing(root):
        raise DataMissing("corpus 'x' is missing")

    for name, function in (
        ("banners", missing),
        ("composed", lambda root: [Evaluation("composed", 2, {"f1": 0.5}, ("f1",))]),
    ):
        module = types.ModuleType(f"analyzer.train.evaluate.{name}")
        module.measure = function
        monkeypatch.setitem(sys.modules, f"analyzer.train.evaluate.{name}", module)
    result = evaluate.run("banners", tmp_path)
    assert result["skipped"] == {"banners": "corpus 'x' is missing"}
    assert result["sets"]["composed"]["figures"] == {"f1": 0.5}
    assert json.loads(json.dumps(result)) == result


@pytest.mark.pipeline
def test_own_labels_are_measured_without_the_corpora(tmp_path, passage, monkeypatch):
    from analyzer.train.core import recipe
    from analyzer.train.labels.passages import write_labels

    monkeypatch.setattr(evaluate, "CHECKOUT", tmp_path / "checkout")
    monkeypatch.setattr(recipe, "CHECKOUT", tmp_path / "checkout")
    write_labels([passage("p1"), passage("p2")], tmp_path / "mine.csv")
    result = evaluate.run("gold", file=tmp_path / "mine.csv", out=tmp_path / "reports.jsonl")
    figures = result["sets"]["gold"]["figures"]
    assert 0 <= figures["stance_accuracy"] <= 1 and "source_f1" in figures
    lines = (tmp_path / "reports.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["passage"] for line in lines] == ["p1", "p2"]


@pytest.mark.parametrize(
    "critique, endorsement, mixed, label",
    [(0.4, 0.1, 0.2, "critique"), (0.1, 0.2, 0.3, "endorsement"), (0.3, 0.1, 0.0, "neutral")],
)
def test_mixed_counts_for_the_likelier_side(critique, endorsement, mixed, label):
    rest = 1 - critique - endorsement - mixed
    found = {"critique": critique, "endorsement": endorsement, "mixed": mixed, "neutral": rest}
    assert evaluate_stance.three_way(found) == label


def test_the_baseline_sees_source_and_target_as_such():
    row = {"text": "Ann blames Bob.", "source": {"start": 0, "end": 3}, "target": {"start": 11, "end": 14}}
    assert evaluate_stance.masked(row) == " SOURCE  blames  TARGET ."


@pytest.mark.pipeline
def test_a_directed_stance_is_that_of_the_source_toward_the_target():
    text = "Harlow accused Brant of lying about the vote."
    harlow, brant = (
        {"text": name, "start": text.index(name), "end": text.index(name) + len(name)} for name in ("Harlow", "Brant")
    )
    rows = [
        {"id": "1", "text": text, "source": harlow, "target": brant},
        {"id": "2", "text": text, "source": brant, "target": harlow},
    ]
    assert set(map(tuple, evaluate_stance.predict(rows).values())) == {("critique", "neutral")}
