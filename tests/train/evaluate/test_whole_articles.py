"""Whole articles: sentences are known by their text, two readers' labels count as said, attributions by confidence."""

import hashlib
import json
import lzma
from collections import Counter

import pytest

from analyzer.train.core.recipe import DataMissing
from analyzer.train.evaluate import run as evaluate
from analyzer.train.evaluate import whole_articles as whole
from analyzer.train.evaluate.whole_articles import Shown

TEXT = "Ann Hale praised [1] the mill. She said it turns. It turns."


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def sentence(index, start, end, text, stance="neutral", *, unsure=False):
    head = {"index": index, "start": start, "end": end, "text": text}
    return head | {"stance": stance, "confidence": 0.5, "unsure": unsure}


def said(source, name, kind="person", **changes):
    row = {"source": source, "name": name, "type": kind, "mode": "indirect", "carried": False, "stance": "neutral"}
    return row | changes


def found(index, text, start, name, kind, confidence):
    source = {"text": text, "name": name, "type": kind, "start": start, "end": start + len(text)}
    return {"sentence": index, "source": source, "mode": "indirect", "confidence": confidence}


@pytest.fixture
def report():
    return {
        "article": {"title": "Mill", "text": TEXT, "citations": [{"start": 17, "end": 20}], "inline_tags": []},
        "sentences": [
            sentence(0, 0, 30, "Ann Hale praised the mill.", "endorsement"),
            sentence(1, 31, 49, "She said it turns."),
            sentence(2, 50, 59, "It turns."),
        ],
        "attributions": [
            found(0, "Ann Hale", 0, "Ann Hale", "person", 0.9),
            found(1, "She", 31, "Ann Hale", "academic", 0.6),
            found(2, "It", 50, "Mill", "subject", 0.2),
        ],
    }


@pytest.fixture
def labels():
    she = said([0, 3], "Ann Hale", carried=True)
    return [
        {"sha": sha("Ann Hale praised the mill."), "A": "e", "B": "n", "A_attributions": [said([0, 8], "Ann Hale")]},
        {"sha": sha("She said it turns."), "A": "n", "B": "n", "A_attributions": [she], "B_attributions": [she]},
        {"sha": sha("It turned once."), "A": "c", "B": "c"},
    ]


def test_a_sentence_is_known_by_its_text_and_a_label_is_used_once(labels, report):
    assert [(row["A"], s["index"]) for row, s in whole.keyed(labels, report)] == [("e", 0), ("n", 1)]
    twice = report | {"sentences": [report["sentences"][1]] * 2}
    assert len(whole.keyed(labels, twice)) == 1
    assert len(whole.keyed([*labels, labels[1]], twice)) == 2


def test_where_readers_differ_either_is_right_and_neither_is_asked_for():
    agreed, open_ = frozenset(["critique"]), frozenset(["critique", "neutral"])
    rows = [
        Shown("critique", 0.9, agreed),
        Shown("critique", 0.85, open_),
        Shown("critique", 0.8, frozenset(["neutral"])),
        Shown("neutral", 0.5, agreed),
        Shown("neutral", 0.5, open_),
    ]
    figures = whole.stance_figures(whole.stance_counts(rows))
    assert figures["critique_precision"] == pytest.approx(2 / 3)
    assert figures["critique_recall"] == 0.5
    assert figures["neutral_precision"] == 0.5 and figures["neutral_recall"] == 0.0
    assert figures["stance_macro_f1"] == pytest.approx(4 / 7 / 4)
    assert figures["sure_right"] == figures["critique_sure_right"] == pytest.approx(2 / 3)
    # .8 to .9: .825 in the mean, one of two right; .9: one right; .5: one of two right
    assert figures["stance_calibration_error"] == pytest.approx((2 * 0.325 + 0.1) / 5)


def test_sure_figures_leave_unsure_labels_out():
    critique = frozenset(["critique"])
    rows = [Shown("critique", 0.9, critique), Shown("critique", 0.6, frozenset(["neutral"]), unsure=True)]
    articles = [rows, [Shown("critique", 0.6, critique, unsure=True)]]
    figures = whole.figures_with_sure([whole.counts_with_sure(article) for article in articles])
    assert figures["critique_precision"] == pytest.approx(2 / 3) and figures["sure.critique_precision"] == 1.0
    assert figures["critique_recall"] == 1.0 and figures["sure.critique_recall"] == 0.5
    assert figures["sure_share_of_sides"] == pytest.approx(1 / 3)


def test_places_pass_over_markers_and_the_blank_before_them(report):
    at = whole.places(report["article"], report["sentences"][0])
    assert "".join(TEXT[i] for i in at) == "Ann Hale praised the mill."
    assert at[17] == TEXT.index("the mill")


def test_what_one_reader_saw_alone_is_neither_asked_for_nor_wrong(labels, report):
    figures = whole.attribution_figures([whole.attribution_counts(whole.keyed(labels, report), report)])
    assert figures["source_precision"] == figures["source_recall"] == 1.0  # Ann Hale of the first sentence is open
    labels[0]["B_attributions"] = [said([0, 8], "Ann Hale", "academic")]
    counts = whole.attribution_counts(whole.keyed(labels, report), report)
    assert counts["type", "person", "person"] == counts["type", "academic", "person"] == 1


def test_of_sources_that_readers_took_as_one_a_second_is_not_held_against_the_analyzer(report):
    text = "Hale and Roe praised it."
    report["article"] |= {"text": text, "citations": []}
    report["sentences"] = [sentence(0, 0, len(text), text)]
    report["attributions"] = [found(0, "Hale", 0, "Hale", "person", 0.9), found(0, "Roe", 9, "Roe", "person", 0.9)]

    def precision(extent, name):
        both = [said(extent, name)]
        labels = [{"sha": sha(text), "A": "n", "B": "n", "A_attributions": both, "B_attributions": both}]
        counts = whole.attribution_counts(whole.keyed(labels, report), report)
        return whole.attribution_figures([counts])["source_precision"]

    assert precision([0, 12], "Hale and Roe") == 1.0
    assert precision([0, 4], "Hale") == 0.5


def test_attributions_below_the_confidence_asked_for_are_left_out(labels, report):
    labels.append({"sha": sha("It turns."), "A": "n", "B": "n"})
    pairs = whole.keyed(labels, report)
    shares = [
        whole.attribution_figures([whole.attribution_counts(pairs, report, least)])["source_precision"]
        for least in (0.0, 0.5)
    ]
    assert shares == [0.5, 1.0]


def test_pronouns_are_right_where_they_stand_for_whom_the_readers_name(labels, report):
    pairs = whole.keyed(labels, report)
    right = whole.attribution_counts(pairs, report)
    report["attributions"][1]["source"]["name"] = "Bob"
    wrong = whole.attribution_counts(pairs, report)
    assert [whole.attribution_figures([counts])["pronouns_right"] for counts in (right, wrong)] == [1.0, 0.0]


def test_the_set_says_how_many_of_its_sentences_are_read_no_more(labels, report):
    found = whole._of_stance("whole-articles", {"Mill": labels}, [report], "fast", frozenset())
    assert found.name == "whole-articles-fast"
    assert found.figures["keys_found"] == pytest.approx(2 / 3)
    assert found.notes[0] == (
        "Of 3 labelled sentences 1 are not read as they were labelled any more; 1 of those read have no label."
    )
    assert found.counts["endorsement"] == Counter(shown=1, right=1, agreed=0, found=0, sure=0, sure_right=0, unsure=0)


def test_what_a_network_was_tuned_on_is_left_out_of_what_is_unseen(labels, report):
    report["sentences"][2]["stance"] = "endorsement"
    labels[2] = {"sha": sha("It turns."), "A": "c", "B": "c"}
    every, some = (
        whole._of_stance("whole-articles", {"Mill": labels}, [report], "accurate", frozenset(known))
        for known in ((), {sha("Ann Hale praised the mill.")})
    )
    assert every.figures["endorsement_precision"] == some.figures["endorsement_precision"] == 0.5
    assert every.figures["unseen.endorsement_precision"] == 0.5
    assert some.figures["unseen.endorsement_precision"] == 0.0
    assert some.notes[1].startswith("1 are among those that the accurate engine's network was tuned on")


def test_without_the_dump_the_set_is_skipped_by_its_name(tmp_path):
    with pytest.raises(DataMissing, match=r"enwiki_2016_half_a\.xml\.bz2: the dump that the labels"):
        evaluate.run("whole-articles", tmp_path)


def test_articles_are_read_from_the_dev_sets_that_their_rows_name(tmp_path):
    rows = [{"source": "gold-articles-dev", "id": "d1", "title": "Mill"}]
    with pytest.raises(DataMissing, match="corpus 'articles' is missing"):
        list(whole.articles(tmp_path, rows))
    folder = tmp_path / "gold" / "articles"
    folder.mkdir(parents=True)
    kept, other = (
        {"id": id, "title": title, "wikitext": f"{title} turns."} for id, title in (("d1", "Mill"), ("d2", "Bob"))
    )
    with lzma.open(folder / "dev.jsonl.xz", "wt") as handle:
        handle.writelines(json.dumps(row) + "\n" for row in (kept, other))
    assert [(article.title, article.id) for article in whole.articles(tmp_path, rows)] == [("Mill", "d1")]


def test_pages_of_the_samples_have_the_title_of_their_row(tmp_path):
    rows = [{"source": "sample-pages", "id": "wikitext/the_mill.wikitext", "title": "Mill (tower)"}]
    with pytest.raises(DataMissing, match=r"the_mill\.wikitext: the page that labels of whole articles are of"):
        list(whole.articles(tmp_path, rows))
    page = tmp_path / "samples" / "wikitext" / "the_mill.wikitext"
    page.parent.mkdir(parents=True)
    page.write_text("The mill turns. It is old.")
    assert [article.title for article in whole.articles(tmp_path, rows)] == ["Mill (tower)"]


def test_a_set_that_no_network_has_learnt_from_has_no_figures_of_its_unseen_part(labels, report):
    found = whole._of_stance("whole-articles-2019", {"Mill": labels}, [report], "large", None)
    assert found.name == "whole-articles-2019-large"
    assert not any(name.startswith("unseen.") for name in found.figures)
    assert len(found.notes) == 2
