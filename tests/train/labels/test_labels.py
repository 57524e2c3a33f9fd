"""Labels of one's own survive both formats, are checked on reading, and cannot run in a spreadsheet."""

import csv
import json

import pytest

from analyzer.errors import UnreadableInput, UsageError
from analyzer.train.labels.agreement import agreement, disagreements
from analyzer.train.labels.passages import guard, passage_of, read_labels, unguard, write_labels


@pytest.mark.parametrize("name", ["labels.jsonl", "labels.csv"])
def test_labels_come_back_as_they_were_written(tmp_path, name, passage):
    path = tmp_path / name
    write_labels([passage("p1"), passage("p2", ("endorsement", "mixed"))], path)
    assert read_labels(path) == [passage("p1"), passage("p2", ("endorsement", "mixed"))]


def test_no_cell_of_the_sheet_can_run_as_a_formula(tmp_path, passage):
    write_labels([passage()], tmp_path / "labels.csv")
    with (tmp_path / "labels.csv").open(encoding="utf-8-sig", newline="") as handle:
        cells = [cell for row in csv.reader(handle) for cell in row]
    assert "'=The inspectorate said that the bridge is unsafe." in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize("cell", ["=1+1", "-x", "+x", "@x", "\tx", "'=x", "''-x", "'quoted'", "plain", "", "'"])
def test_guarding_a_cell_can_be_undone(cell):
    assert unguard(guard(cell)) == cell


def test_a_sheet_that_lost_its_order_of_columns_and_gained_a_row_is_read(tmp_path, passage):
    path = tmp_path / "labels.csv"
    write_labels([passage()], path)
    with path.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    rows[1] |= {"source": "It", "name": "Bridge", "type": "Subject", "mode": "", "carried": "yes"}
    rows.insert(2, rows[1] | {"source": "", "name": "", "type": "unnamed", "carried": ""})
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, sorted(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    found = read_labels(path)[0]["sentences"][1]["attributions"]
    assert [(a["source"] and a["source"]["text"], a["type"], a["mode"], a["carried"]) for a in found] == [
        ("It", "subject", "indirect", True),
        (None, "unnamed", "indirect", False),
    ]


@pytest.mark.parametrize(
    "column, value, message",
    [
        ("source", "The ministry", r"labels\.csv:2: source 'The ministry' does not stand in the sentence"),
        ("start", "x", r"labels\.csv:2: start is 'x', expected a whole number"),
        ("stance", "bad", "stance is 'bad', expected one of critique, endorsement, mixed, neutral"),
        ("type", "paper", "type is 'paper', expected one of subject"),
    ],
)
def test_a_wrong_cell_is_named_with_its_row(tmp_path, column, value, message, passage):
    path = tmp_path / "labels.csv"
    write_labels([passage()], path)
    with path.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    rows[0][column] = value
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(UnreadableInput, match=message):
        read_labels(path)


def test_a_sheet_without_its_columns_is_refused(tmp_path):
    (tmp_path / "labels.csv").write_text("a,b\n1,2\n")
    with pytest.raises(UnreadableInput, match="no column passage, stance, start, text, title"):
        read_labels(tmp_path / "labels.csv")


@pytest.mark.parametrize(
    "spoil, message",
    [
        (lambda p: p["sentences"][0].update(end=9999), "extent 0:9999 is not inside the text"),
        (lambda p: p["sentences"][1].update(start=3), "starts at 3, before the one before it ends"),
        (lambda p: p["sentences"][0].pop("stance"), "'stance' is missing"),
        (lambda p: p["sentences"][0]["attributions"][0].update(mode="loud"), "mode is 'loud'"),
        (lambda p: p["sentences"][0]["attributions"][0].update(carried="no"), "carried is 'no'"),
        (lambda p: p["sentences"][0]["attributions"][0]["source"].update(text="X"), "source 'X' does not stand"),
        (lambda p: p.update(text=3), "must be strings"),
    ],
)
def test_an_unsound_passage_is_refused_by_name(tmp_path, spoil, message, passage):
    row = passage()
    spoil(row)
    (tmp_path / "labels.jsonl").write_text(json.dumps(row) + "\n")
    with pytest.raises(UnreadableInput, match=rf"passage p1: .*{message}"):
        read_labels(tmp_path / "labels.jsonl")


@pytest.mark.parametrize(
    "text, message", [("", "no labels in it"), ("[1]\n", "expected an object"), ("{\n", "not JSON")]
)
def test_a_file_that_holds_no_labels_is_refused(tmp_path, text, message):
    (tmp_path / "labels.jsonl").write_text(text)
    with pytest.raises(UnreadableInput, match=message):
        read_labels(tmp_path / "labels.jsonl")


def test_a_report_becomes_a_passage_that_reads_back(tmp_path):
    from analyzer import records as r

    text = "Inspectors said it leaks. It was built in 1931."
    report = r.Report(
        article=r.ArticleHeader(id="a", title="Dam", subject="Dam", format="plaintext", text=text),
        banners=(),
        sentences=(
            r.Sentence(index=0, start=0, end=25, text=text[:25], stance="critique", confidence=0.9, attributions=(0,)),
            r.Sentence(index=1, start=26, end=len(text), text=text[26:]),
        ),
        attributions=(
            r.Attribution(
                sentence=0,
                source=r.Source(type="government", text="Inspectors", name="Inspectors", start=0, end=10),
                cue=r.Cue(start=11, end=15, text="said"),
            ),
        ),
        marks=(),
        sources=(),
        issues=(),
        summary=r.Summary(),
        provenance=r.Provenance(package="0", spacy_model="none"),
    )
    write_labels([passage_of(report)], tmp_path / "labels.jsonl")
    (back,) = read_labels(tmp_path / "labels.jsonl")
    assert [s["stance"] for s in back["sentences"]] == ["critique", "neutral"]
    assert back["sentences"][0]["attributions"][0]["source"] == {"text": "Inspectors", "start": 0, "end": 10}
    assert back["sentences"][0]["confidence"] == 0.9


def two(tmp_path, first, second):
    write_labels(first, tmp_path / "a.jsonl")
    write_labels(second, tmp_path / "b.csv")
    return tmp_path / "a.jsonl", tmp_path / "b.csv"


def test_two_equal_files_agree_wholly(tmp_path, passage):
    rows = [passage("p1"), passage("p2", ("endorsement", "mixed"))]
    found = agreement(*two(tmp_path, rows, rows))
    figures = found["figures"]
    assert figures["stance_kappa"] == figures["attributed_kappa"] == figures["source_f1"] == 1.0
    assert found["counts"] == {
        **{"passages": 2, "sentences": 4, "attributions_first": 2, "attributions_second": 2, "matched": 2}
    }


def test_kappa_is_that_of_the_textbook(tmp_path, passage):
    # 20 pairs: both yes, 5 and 10 apart, 15 both no of 50 (Cohen 1960, as worked in every textbook): kappa .4
    stances = [("critique", "critique")] * 20 + [("critique", "neutral")] * 5
    stances += [("neutral", "critique")] * 10 + [("neutral", "neutral")] * 15
    first = [passage(f"p{i}", (a, "mixed")) for i, (a, _) in enumerate(stances)]
    second = [passage(f"p{i}", (b, "mixed")) for i, (_, b) in enumerate(stances)]
    for row in first + second:
        del row["sentences"][1]
    figures = agreement(*two(tmp_path, first, second))["figures"]
    assert figures["stance_kappa"] == pytest.approx(0.4)
    assert figures["stance_accuracy"] == pytest.approx(0.7)


def test_a_source_seen_by_one_alone_lowers_the_matched_f1(tmp_path, passage):
    other = passage("p2")
    other["sentences"][0]["attributions"] = []
    paths = two(tmp_path, [passage("p1"), passage("p2")], [passage("p1"), other])
    assert agreement(*paths)["figures"]["source_f1"] == pytest.approx(2 / 3)


def test_files_without_a_common_passage_cannot_agree(tmp_path, passage):
    with pytest.raises(UsageError, match="no passage id in common"):
        agreement(*two(tmp_path, [passage("p1")], [passage("p2")]))


def test_files_on_different_texts_are_not_compared(tmp_path, passage):
    other = passage()
    other["text"] = other["text"].replace("1931", "1932")
    with pytest.raises(UsageError, match="different sentences' text"):
        agreement(*two(tmp_path, [passage()], [other]))


def test_disagreements_are_listed_with_their_text(tmp_path, passage):
    paths = two(tmp_path, [passage()], [passage(stances=("neutral", "neutral"))])
    (row,) = disagreements(*paths)
    assert (row["first"], row["second"]) == ("critique", "neutral") and "unsafe" in row["text"]
