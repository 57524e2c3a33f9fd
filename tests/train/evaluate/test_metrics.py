"""The figures follow their definitions: small cases by hand, and the scorers beside the corpora on their dev sets."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from analyzer.train.evaluate import corpora, metrics
from analyzer.train.evaluate.metrics import Judged, attribution_counts, attribution_figures, gold_counts, gold_figures

SHARED = Path(__file__).resolve().parents[3].parent / "shared"


def test_stance_figures_of_a_small_case():
    found = metrics.stance_figures(
        ["critique", "critique", "neutral", "neutral", "endorsement"],
        ["critique", "neutral", "neutral", "neutral", "critique"],
    )
    # critique: P 1/2, R 1/2; neutral: P 2/3, R 1; endorsement: nothing
    assert found == pytest.approx(
        {
            "macro_f1": (1 / 2 + 4 / 5 + 0) / 3,
            "accuracy": 3 / 5,
            "avg_recall": (1 / 2 + 1 + 0) / 3,
            "polar_f1": (1 / 2 + 0) / 2,
            "f1_critique": 1 / 2,
            "f1_neutral": 4 / 5,
            "f1_endorsement": 0.0,
        }
    )


def test_a_label_that_the_gold_lacks_has_no_row_and_is_wrong_for_the_one_that_was_due():
    found = metrics.stance_figures(["neutral", "neutral"], ["neutral", "mixed"])
    assert found["macro_f1"] == found["f1_neutral"] == pytest.approx(2 / 3)
    assert "f1_mixed" not in found


TEXT = "The mayor said that the bridge is safe. Critics disagree. It opened in May."


def at(words, text=TEXT):
    return [[text.index(words), text.index(words) + len(words)]]


def document(*attributions):
    ends = [TEXT.index(". ") + 1, TEXT.index("disagree") + 9, len(TEXT)]
    sentences = [[0, ends[0]], [ends[0] + 1, ends[1]], [ends[1] + 1, ends[2]]]
    return {"text": TEXT, "sentences": sentences, "attributions": list(attributions)}


MAYOR = {"source": at("The mayor"), "cue": at("said"), "content": at("that the bridge is safe.")}
CRITICS = {"source": at("Critics"), "cue": at("disagree"), "content": []}


def figures_of(found, *gold):
    return attribution_figures(np.array([attribution_counts(document(*gold), found)]))


def test_what_equals_the_gold_is_right_throughout_but_for_punctuation_around_it():
    found = figures_of([MAYOR | {"content": at("that the bridge is safe")}, CRITICS], MAYOR, CRITICS)
    assert found == pytest.approx(dict.fromkeys(found, 1.0))


def test_sources_match_by_a_word_that_is_no_function_word():
    assert figures_of([MAYOR | {"source": at("mayor")}], MAYOR)["source_overlap"] == 1.0
    assert figures_of([MAYOR | {"source": at("mayor")}], MAYOR)["source_exact"] == 0.0
    assert figures_of([MAYOR | {"source": at("The")}], MAYOR)["source_overlap"] == 0.0


def test_one_missed_attribution_costs_recall_alone():
    found = figures_of([MAYOR], MAYOR, CRITICS)
    assert found["source_overlap_precision"] == 1.0 and found["source_overlap_recall"] == 0.5
    assert found["source_overlap"] == found["sentence_any"] == pytest.approx(2 / 3)
    assert found["content_exact"] == 1.0  # the other has no content


def test_content_earns_the_share_that_its_partner_covers():
    found = figures_of([MAYOR | {"content": at("bridge is safe")}], MAYOR)
    # 3 of 3 words are right, 3 of 5 are found; Dice .75
    assert found["content_soft"] == found["content_tokens"] == pytest.approx(2 * 1 * 0.6 / 1.6)
    assert found["who_said_what"] == 1.0 and found["content_exact"] == 0.0
    assert figures_of([MAYOR | {"content": at("safe")}], MAYOR)["who_said_what"] == 0.0


def test_as_many_are_matched_one_to_one_as_can_be():
    both = {"source": at("The mayor said that the bridge")}
    narrow, wide = {"source": at("mayor")}, {"source": at("bridge")}
    # the wide gold source is likest the first found one, which alone fits the narrow
    assert figures_of([narrow, both], both, wide)["source_overlap"] == 1.0


def test_counts_add_up_over_documents():
    pair = [attribution_counts(document(MAYOR), [MAYOR]), attribution_counts(document(CRITICS), [])]
    assert attribution_figures(np.array(pair))["source_overlap"] == pytest.approx(2 / 3)


def report_of(passage, **changes):
    """A report that says what the gold says, with changes to its first attribution's source."""
    rows = [
        {"sentence": k, "source": {**(row["source"] or {"start": None}), "name": row["name"], "type": row["type"]}}
        | {"mode": row["mode"]}
        for k, sentence in enumerate(passage["sentences"])
        for row in sentence["attributions"]
    ]
    if rows:
        rows[0]["source"] |= changes
    return {"sentences": [dict(sentence) for sentence in passage["sentences"]], "attributions": rows}


def test_a_report_that_says_what_the_gold_says_is_right_throughout(passage):
    gold = passage()
    found = gold_figures([gold_counts(gold, report_of(gold))])
    assert found.pop("unnamed_recall") == found.pop("carried_recall") == 0.0  # there is none
    assert found == pytest.approx(dict.fromkeys(found, 1.0))


def test_a_source_of_a_wrong_type_is_found_but_not_of_its_type(passage):
    gold = passage()
    found = gold_figures([gold_counts(gold, report_of(gold, type="media"))])
    assert found["source_f1"] == 1.0 and found["type_accuracy_of_found"] == 0.0
    assert found["source_and_type_f1_government"] == found["source_and_type_macro_f1"] == 0.0


def test_a_source_elsewhere_of_another_name_is_missed_and_one_too_many(passage):
    gold = passage()
    found = gold_figures([gold_counts(gold, report_of(gold, start=60, end=64, name="Ada Quill"))])
    assert found["source_precision"] == found["source_recall"] == 0.0
    assert found["attributed_sentence_f1"] == 1.0


def test_what_only_one_reader_saw_is_neither_asked_for_nor_held_against_a_report(passage):
    gold = passage()
    report = report_of(gold)
    gold["sentences"][0]["attributions"][0]["disputed"] = True
    counts = gold_counts(gold, report)
    assert not [key for key in counts if key[0] == "type"]
    assert gold_figures([counts])["attributed_sentence_f1"] == 0.0  # nothing asked for, nothing wrong


def test_a_gold_sentence_takes_the_labels_of_the_one_that_overlaps_it_most(passage):
    gold = passage(stances=("critique", "neutral"))
    report = report_of(gold)
    whole = {"start": 0, "end": len(gold["text"]), "stance": "critique"}
    found = gold_figures([gold_counts(gold, report | {"sentences": [whole]})])
    assert found["stance_accuracy"] == 0.5 and found["sentence_boundary_f1"] == 0.0
    assert found["stance_macro_f1"] == pytest.approx((2 / 3 + 0) / 2)


def ratings(*opinions, neutrality=(3, 3)):
    return [{"issues": one, "neutrality": n} for one, n in zip(opinions, neutrality, strict=True)]


def judged(scores, said, neutrality_score=None, neutrality=3.0, words=100):
    return Judged(scores, said, neutrality_score, neutrality, words)


def test_readers_opinions_are_means_and_who_does_not_name_an_issue_says_no():
    row = {"words": 7, "ratings": ratings({"a.b": 2, "a.c": 1}, {"a.b": 1}, neutrality=(2, 5))}
    found = Judged.of(row, {"a.b": 0.7}, 0.4)
    assert found == ({"a.b": 0.7}, {"a.b": 1.5, "a.c": 0.5}, 0.4, 3.5, 7)


def test_flags_are_set_beside_what_readers_share_and_are_sure_of():
    said = [2.0, 1.5, 1.0, 1.0, 0.5, 0.0]
    scores = [0.9, 0.4, 0.5, 0.3, 0.8, 0.3]
    table = metrics.issue_table([judged({"a.b": score}, {"a.b": one}) for score, one in zip(scores, said, strict=True)])
    # free of it: .3 alone; above it .9, .4 and .5, a tie with .3
    assert table == {"a.b": {"flags": 3, "agreed": 2, "readers": 4, "sure": 2, "found": 1, "auroc": 3.5 / 4}}


def test_an_issue_of_three_articles_or_without_any_free_of_it_has_no_auroc():
    few = [judged({"a.b": 0.1}, {"a.b": 1.0})] * 3 + [judged({"a.b": 0.2}, {})]
    everywhere = [judged({"a.b": 0.1}, {"a.b": 1.0})] * 4
    assert all("auroc" not in metrics.issue_table(rows)["a.b"] for rows in (few, everywhere))


def test_over_all_issues_flags_and_sure_ones_are_pooled_and_ranks_compared():
    articles = [
        judged({"a.b": 0.9, "a.c": 0.5}, {"a.b": 1.0}, 0.2, 1.0, 300),
        judged({"a.b": 0.1, "a.c": 0.6}, {"a.b": 2.0, "a.c": 2.0}, 0.4, 3.0, 200),
        judged({"a.b": 0.0, "a.c": 0.0}, {}, 0.9, 2.0, 100),
        judged({"a.b": 0.0, "a.c": 0.0}, {}, None, 5.0, 900),
    ]
    # ranks 1 2 3 against 1 3 2: 1 - 6 x 2 / (3 x 8)
    assert metrics.article_figures(articles) == pytest.approx(
        {
            "flags": 3,
            "flags_agreed": 2 / 3,
            "sure_found": 1 / 2,
            "auroc_mean": 0.0,
            "rho_neutrality": 0.5,
            "rho_length_error": 1.0,
        }
    )


def test_what_does_not_vary_has_no_rank_correlation():
    assert metrics.rank_correlation([1, 1, 1], [1, 2, 3]) == metrics.rank_correlation([], []) == 0.0


# Against the scorers that lie beside the corpora: dev with every few labels spoilt stands for a prediction.

beside = pytest.mark.skipif(not SHARED.is_dir(), reason="the corpora are not there: no ../shared")


def printed(scorer, *paths):
    """What a scorer in ../shared prints."""
    words = [sys.executable, SHARED / scorer, *paths, "--json"]
    return json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout)


def written(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


@pytest.mark.quality
@beside
@pytest.mark.parametrize("name", ["newsmtsc", "dse"])
def test_stance_figures_equal_what_the_scorer_beside_the_corpus_prints(tmp_path, name):
    rows = corpora.dev_rows(SHARED, name)
    labels = ["neutral" if k % 7 == 0 else rows[k - k % 5]["label"] for k in range(len(rows))]
    predicted = written(
        tmp_path / "p", [{"id": row["id"], "pred": label} for row, label in zip(rows, labels, strict=True)]
    )
    theirs = printed("corpora/score_stance.py", SHARED / corpora.FOLDERS[name] / DEV[name], predicted)
    ours = metrics.stance_figures([row["label"] for row in rows], labels)
    per_class = {f"f1_{label}": row["f1"] for label, row in theirs["per_class"].items()}
    assert ours == pytest.approx({k: theirs[k] for k in ("macro_f1", "accuracy", "avg_recall", "polar_f1")} | per_class)


DEV = {"newsmtsc": "dev_mt.jsonl", "dse": "dev.jsonl", "polnear": "dev.jsonl", "gum": "dev.jsonl"}


def spoilt(attributions):
    """Attributions with some left out, some without a role, some too long, and some twice."""
    for k, row in enumerate(attributions):
        copy = {role: [list(span) for span in row.get(role) or ()] for role in metrics.ROLES}
        if k % 5 == 1:
            copy["source"] = [[start - 9, end + 4] for start, end in copy["source"]]
        if k % 4 == 2:
            copy["content"] = [[start + 11, end + 30] for start, end in copy["content"]]
        if k % 7 == 3:
            copy["cue"] = []
        if k % 6 != 4:
            yield copy
        if k % 9 == 5:
            yield copy | {"content": attributions[k - 1].get("content") or []}


@pytest.mark.quality
@beside
@pytest.mark.parametrize("name", ["polnear", "gum"])
def test_attribution_figures_equal_what_the_scorer_beside_the_corpus_prints(tmp_path, name):
    rows = corpora.dev_rows(SHARED, name)
    found = [list(spoilt(row["attributions"])) for row in rows]
    predicted = [{"doc_id": row["doc_id"], "attributions": part} for row, part in zip(rows, found, strict=True)]
    path = written(tmp_path / "p", predicted)
    theirs = printed("corpora/score_attribution.py", SHARED / corpora.FOLDERS[name] / DEV[name], path)
    ours = attribution_figures(np.array([attribution_counts(*pair) for pair in zip(rows, found, strict=True)]))
    sides = {f"source_overlap_{side}": theirs["source_overlap"][side] for side in ("precision", "recall")}
    assert ours == pytest.approx({figure: theirs[figure]["f1"] for figure in metrics.ATTRIBUTION} | sides)


@pytest.mark.quality
@beside
def test_gold_figures_equal_what_the_scorer_beside_the_gold_prints(tmp_path):
    gold = corpora.dev_rows(SHARED, "gold")
    reports = []
    for k, passage in enumerate(gold):
        report = report_of(passage)
        report["sentences"][0]["stance"] = "mixed"
        for n, row in enumerate(report["attributions"]):
            if n % 3 == k % 3:
                row["source"] |= {"type": "unnamed", "name": None}
            if n % 4 == 1:
                row["source"] |= {"start": None, "end": None}
            if n % 5 == 2:
                row["mode"], row["sentence"] = "direct", 0
        if k % 4 == 0 and len(report["sentences"]) > 1:  # two sentences run together
            first, second, *rest = report["sentences"]
            report["sentences"] = [first | {"end": second["end"]}, *rest]
            report["attributions"] = [
                row | {"sentence": max(0, row["sentence"] - 1)} for row in report["attributions"][k % 2 :]
            ]
        reports.append({"passage": passage["id"], **report})
    theirs = printed("gold/score_gold.py", SHARED / "gold" / "dev.jsonl", written(tmp_path / "reports", reports))
    theirs.pop("sentences")
    assert gold_figures(map(gold_counts, gold, reports)) == pytest.approx(theirs)


@pytest.mark.quality
@beside
def test_article_figures_equal_what_the_scorer_beside_the_articles_prints(tmp_path):
    rows = corpora.dev_rows(SHARED, "articles")
    issues = sorted({issue for row in rows for issue in metrics.shared_opinion(row)})
    reports = [
        {
            "article": {"id": row["id"]},
            "issues": [
                {"issue": issue, "score": None if (n + k) % 11 == 0 else (3 * n + 7 * k + k * k) % 20 / 20}
                for n, issue in enumerate(issues)
            ],
            "summary": {"neutrality_score": None if k % 13 == 5 else (k * k % 17) / 17},
        }
        for k, row in enumerate(rows)
    ]
    path = written(tmp_path / "reports", reports)
    theirs = printed("gold/articles/score_articles.py", SHARED / "gold" / "articles" / "dev.jsonl.xz", path)
    ours = [
        Judged.of(row, {i["issue"]: i["score"] or 0.0 for i in report["issues"]}, report["summary"]["neutrality_score"])
        for row, report in zip(rows, reports, strict=True)
    ]
    for issue, found in metrics.issue_table(ours).items():
        assert {"auroc": None} | found == pytest.approx(theirs["issues"][issue])
    overall = theirs["overall"] | {"rho_length_error": abs(theirs["overall"]["rho_length"])}
    del overall["rho_length"]
    assert metrics.article_figures(ours) == pytest.approx(overall)
