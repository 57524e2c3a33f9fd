"""Labels of the user's own: pre-labelled sentences in the gold format, written for correction and read back checked.

docs/labels.md tells people what the labels mean, and shows both forms: a passage is one line of JSON Lines, or as a CSV
one row a sentence and attribution. What stands between sentences is blank in the text read back from a CSV; extents
stay.
"""

import csv
import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import get_args

from analyzer.errors import UnreadableInput
from analyzer.limits import MAX_TITLE
from analyzer.readers import read_many
from analyzer.readers.sniff import cleaned
from analyzer.records import Article, Attribution, Report
from analyzer.train.core.recipe import Row, read_jsonl
from analyzer.vocabulary import Mode, SourceType, Stance

COLUMNS = (
    *("passage", "title", "subject", "paragraph", "sentence", "start", "end", "text", "stance", "confidence"),
    *("source", "name", "type", "mode", "carried", "cue"),
)
_RUN = re.compile(r"'*[=+\-@\t\r]")


def guard(cell: str) -> str:
    """Return the cell so that no spreadsheet runs it; :func:`unguard` undoes it."""
    return f"'{cell}" if _RUN.match(cell) else cell


def unguard(cell: str) -> str:
    """Return the cell as it was before :func:`guard`."""
    return cell[1:] if cell.startswith("'") and _RUN.match(cell) else cell


def write_sheet(passages: Iterable[Row], path: Path) -> None:
    """Write the passages; UTF-8 with a mark, so that spreadsheets know the encoding."""
    with path.open("w", encoding="utf-8-sig", errors="replace", newline="") as handle:
        writer = csv.DictWriter(handle, COLUMNS)
        writer.writeheader()
        for passage in passages:
            for row in _rows(passage):
                writer.writerow({key: guard(str(value)) for key, value in row.items() if value is not None})


def read_sheet(path: Path) -> list[Row]:
    """Return the passages of a CSV; raises :class:`UnreadableInput` that names the row."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.DictReader(handle)
            lacking = {"passage", "title", "start", "text", "stance"} - set(reader.fieldnames or ())
            if lacking:
                raise UnreadableInput(
                    f"{path}: no column {', '.join(sorted(lacking))}; expected {', '.join(COLUMNS)} in the first row."
                )
            rows: list[Row] = [
                {key: unguard(value or "") for key, value in row.items() if key} | {"line": reader.line_num}
                for row in reader
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UnreadableInput(f"{path}: cannot be read as CSV in UTF-8 ({error}).") from error
    rows = [row for row in rows if row["passage"].strip()]
    return [_passage(list(group), path) for _, group in groupby(rows, key=lambda row: row["passage"])]


def _rows(passage: Row) -> Iterator[Row]:
    text, paragraph, end = passage["text"], 1, 0
    for sentence in passage["sentences"]:
        paragraph += "\n" in text[end : sentence["start"]]
        end = sentence["end"]
        for attribution in sentence["attributions"] or [None]:
            row: Row = {key: sentence.get(key) for key in ("start", "end", "stance", "confidence")}
            row |= {key: passage.get(key) for key in ("title", "subject")}
            row |= {"passage": passage["id"], "paragraph": paragraph, "sentence": sentence.get("id")}
            row["text"] = text[sentence["start"] : end]
            if attribution:
                row |= {key: attribution.get(key) for key in ("name", "type", "mode")}
                row |= {key: (attribution.get(key) or {}).get("text") for key in ("source", "cue")}
                row["carried"] = "yes" if attribution.get("carried") else "no"
            yield row


def _passage(rows: list[Row], path: Path) -> Row:
    """Return the passage of its rows, the text put together again by the sentences' extents."""
    text, paragraph = "", rows[0].get("paragraph")
    sentences: list[Row] = []
    for (start, _), group in groupby(rows, key=lambda row: (_number(row, "start", path), row["text"])):
        same = list(group)
        first = same[0]
        gap = start - len(text)
        if gap < 0:
            raise UnreadableInput(f"{path}:{first['line']}: starts at {start}, before the sentence above it ends.")
        broken = first.get("paragraph") != paragraph and gap
        paragraph = first.get("paragraph")
        text += ("\n" + " " * (gap - 1)) if broken else " " * gap
        text += first["text"]
        sentences.append(
            {
                "id": first.get("sentence") or f"{first['passage']}.{len(sentences) + 1:02}",
                "start": start,
                "end": len(text),
                "stance": first["stance"].strip().lower(),
                "attributions": [_attribution(row, start, path) for row in same if row.get("type", "").strip()],
            }
        )
    title, subject = rows[0]["title"], rows[0].get("subject")
    head = {"id": rows[0]["passage"], "title": title, "subject": subject or title, "section": None}
    return head | {"text": text, "sentences": sentences}


def _attribution(row: Row, start: int, path: Path) -> Row:
    """Return the attribution of one row; its words are looked for in the sentence."""
    return {
        "source": _locate(row, "source", start, path),
        "cue": _locate(row, "cue", start, path),
        "name": row.get("name", "").strip() or None,
        "type": row["type"].strip().lower(),
        "mode": row.get("mode", "").strip().lower() or "indirect",
        "carried": row.get("carried", "").strip().lower() in ("yes", "true", "1"),
    }


def _locate(row: Row, column: str, start: int, path: Path) -> Row | None:
    """Return the words of a cell with their extent, or None for an empty cell."""
    words = row.get(column, "").strip()
    if not words:
        return None
    at = row["text"].find(words)
    if at < 0:
        raise UnreadableInput(
            f"{path}:{row['line']}: {column} {words!r} does not stand in the sentence; copy its words exactly."
        )
    return {"text": words, "start": start + at, "end": start + at + len(words)}


def _number(row: Row, column: str, path: Path) -> int:
    try:
        return int(row[column])
    except ValueError as error:
        raise UnreadableInput(f"{path}:{row['line']}: {column} is {row[column]!r}, expected a whole number.") from error


_LISTS: dict[str, tuple[str, ...]] = {"stance": get_args(Stance), "type": get_args(SourceType), "mode": get_args(Mode)}
_NO_NAME = frozenset({"the", "a", "an", "of", "and", "in", "for", "on", "its", "his", "her", "their"})


def passage_of(report: Report) -> Row:
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
    """Write the articles, pre-labelled, to ``out`` (``.csv``, else JSON Lines), and return how many they are.

    Of a table or dump those of all its pages, or that of the page with the ``title``.
    """
    from analyzer.pipeline import analyze, load_pipeline

    pipeline = load_pipeline(model)
    passages = [passage_of(analyze(each, pipeline=pipeline)) for path in paths for each in _read(Path(path), title)]
    write_labels(passages, Path(out))
    return len(passages)


def _read(path: Path, title: str | None) -> Iterator[Article]:
    """Yield the article of a file, or those of a file of many; raises UnreadableInput where the title is of none."""
    wanted = None if title is None else cleaned(title)[:MAX_TITLE]
    met = False
    for article in read_many(path, title=title):
        if wanted in (None, article.title):
            met = True
            yield article
    if not met:
        what = "no article" if wanted is None else f"no page {wanted!r}"
        raise UnreadableInput(f"{path}: met {what}; expected one in it. Check the spelling.")


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


def _attribution_row(found: Attribution) -> Row:
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
    """Return the first of the others that shares most characters with an extent; None where none shares any.

    The others are in the order of the text and share none with each other, as sentences do.
    """
    near = others[bisect_right(others, x["start"], key=_end) : bisect_left(others, x["end"], key=_start)]
    best = max(near, key=lambda y: overlap(x, y), default=None)
    return best if best is not None and overlap(x, best) else None


def in_order(extents: Iterable[Row]) -> list[Row]:
    """Return extents in the order of the text."""
    return sorted(extents, key=_start)


def _start(extent: Row) -> int:
    return int(extent["start"])


def _end(extent: Row) -> int:
    return int(extent["end"])


def name_words(name: str | None) -> set[str]:
    """Return the lower-cased words of a name that tell it from another."""
    return {word for word in (name or "").lower().replace("'s", " ").split() if word not in _NO_NAME}
