"""Labels of the user's own: pre-labelled sentences in the gold format, written for correction and read back checked.

A passage is one object (one line of JSON Lines)::

    {"id", "title", "subject", "section", "text", "sentences": [
        {"id", "start", "end", "stance", "attributions": [
            {"source": {"text", "start", "end"} or null, "name", "type", "mode", "carried", "cue": {...} or null}]}]}

Extents are characters of ``text``. docs/labels.md tells people what the labels mean. :mod:`.sheets`
holds the same as a CSV for spreadsheets.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from analyzer.errors import UnreadableInput
from analyzer.train.core.recipe import read_jsonl
from analyzer.train.labels.sheets import read_sheet, write_sheet
from analyzer.vocabulary import Mode, SourceType, Stance

if TYPE_CHECKING:
    from analyzer.records import Attribution, Report

Row = dict[str, Any]
_LISTS: dict[str, tuple[str, ...]] = {"stance": get_args(Stance), "type": get_args(SourceType), "mode": get_args(Mode)}
_NO_NAME = frozenset({"the", "a", "an", "of", "and", "in", "for", "on", "its", "his", "her", "their"})


def passage_of(report: "Report") -> Row:
    """Return a report as a passage of the gold format, to be corrected; ``confidence`` tells which are doubtful."""
    article = report.article
    sentences = [
        {
            "id": f"{article.id}.{sentence.index + 1:02}",
            "start": sentence.start,
            "end": sentence.end,
            "stance": sentence.stance,
            "confidence": round(sentence.confidence, 3),
            "attributions": [_attribution_row(report.attributions[i]) for i in sentence.attributions],
        }
        for sentence in report.sentences
    ]
    head = {"id": article.id, "title": article.title, "subject": article.subject, "section": None}
    return head | {"text": article.text, "sentences": sentences}


def annotate(
    paths: Sequence[Path | str], out: Path | str, *, title: str | None = None, model: str | None = None
) -> int:
    """Write the articles, pre-labelled, to ``out`` (``.csv``, else JSON Lines), and return how many they are."""
    from analyzer.pipeline import analyze, load_pipeline

    pipeline = load_pipeline(model)
    passages = [passage_of(analyze(Path(path), title=title, pipeline=pipeline)) for path in paths]
    write_labels(passages, Path(out))
    return len(passages)


def write_labels(passages: Iterable[Row], path: Path) -> None:
    """Write passages by the kind of the file's name: ``.csv`` or JSON Lines."""
    if path.suffix.lower() == ".csv":
        write_sheet(passages, path)
    else:
        with path.open("w", encoding="utf-8", errors="replace", newline="\n") as handle:
            handle.writelines(json.dumps(passage, ensure_ascii=False) + "\n" for passage in passages)


def read_labels(path: Path) -> list[Row]:
    """Return the passages of a label file (JSON Lines or CSV); raises :class:`UnreadableInput` naming what is wrong."""
    passages = read_sheet(path) if path.suffix.lower() == ".csv" else list(read_jsonl(path))
    if not passages:
        raise UnreadableInput(
            f"{path}: no labels in it; `npov annotate FILE --out {path.name}` writes some to correct."
        )
    for number, passage in enumerate(passages, 1):
        try:
            check_passage(passage)
        except (KeyError, TypeError, ValueError) as error:
            what = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
            name = passage.get("id", f"number {number}")
            raise UnreadableInput(f"{path}: passage {name}: {what}. docs/labels.md shows the format.") from error
    return passages


def check_passage(passage: Row) -> None:
    """Raise ``ValueError``, ``TypeError`` or ``KeyError`` unless the passage is sound: labels known, extents inside."""
    text = passage["text"]
    if not isinstance(text, str) or not isinstance(passage["title"], str):
        raise ValueError("title and text must be strings")
    end = 0
    for sentence in passage["sentences"]:
        where = f"sentence {sentence.get('id', sentence['start'])}"
        _check_extent(sentence, len(text), where)
        if sentence["start"] < end:
            raise ValueError(f"{where} starts at {sentence['start']}, before the one before it ends ({end})")
        end = sentence["end"]
        _check_label("stance", sentence["stance"], where)
        for attribution in sentence["attributions"]:
            _check_attribution(attribution, text, where)


def _check_attribution(row: Row, text: str, where: str) -> None:
    """Raise unless the attribution's labels are known and its source stands where it is said to stand."""
    _check_label("type", row["type"], where)
    _check_label("mode", row["mode"], where)
    if not isinstance(row.setdefault("carried", False), bool):
        raise ValueError(f"{where}: carried is {row['carried']!r}, expected true or false")
    row.setdefault("name", None)
    row.setdefault("cue", None)
    source = row["source"]
    if source is None:
        return
    _check_extent(source, len(text), f"{where}, source")
    if text[source["start"] : source["end"]] != source["text"]:
        raise ValueError(f"{where}: source {source['text']!r} does not stand at {source['start']}:{source['end']}")


def _check_extent(row: Row, length: int, where: str) -> None:
    start, end = row["start"], row["end"]
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= length):
        raise ValueError(f"{where}: extent {start}:{end} is not inside the text of {length} characters")


def _check_label(kind: str, label: object, where: str) -> None:
    if label not in _LISTS[kind]:
        raise ValueError(f"{where}: {kind} is {label!r}, expected one of {', '.join(_LISTS[kind])}")


def _attribution_row(found: "Attribution") -> Row:
    source, cue = found.source, found.cue
    has_words = source.start is not None and source.end is not None
    return {
        "source": {"text": source.text, "start": source.start, "end": source.end} if has_words else None,
        "cue": {"text": cue.text, "start": cue.start, "end": cue.end} if cue else None,
        "name": source.name,
        "type": source.type,
        "mode": found.mode,
        "carried": found.carried,
    }


def overlap(x: Row, y: Row) -> int:
    """Return how many characters two extents share."""
    return max(0, int(min(x["end"], y["end"])) - int(max(x["start"], y["start"])))


def most_overlapping(x: Row, others: Sequence[Row]) -> Row | None:
    """Return the first of the others that shares most characters with an extent; None where none shares any."""
    best = max(others, key=lambda y: overlap(x, y), default=None)
    return best if best is not None and overlap(x, best) else None


def name_words(name: str | None) -> set[str]:
    """Return the lower-cased words of a name that tell it from another."""
    return {word for word in (name or "").lower().replace("'s", " ").split() if word not in _NO_NAME}
