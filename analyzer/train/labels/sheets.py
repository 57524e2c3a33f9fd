"""Labels as a CSV that a spreadsheet opens: one row a sentence and attribution, safe from formula injection.

Columns: passage, title, subject, paragraph, sentence, start, end, text, stance, confidence, source, name, type, mode,
carried, cue. A sentence with two attributions has two rows; one with none has empty cells from ``source`` on. Leave
``source`` empty and fill ``type`` for a source that has no words in the sentence.

A cell that a spreadsheet would run (it begins with ``= + - @``, a tab or a return) gets an apostrophe before it,
which is taken away on reading. What stands between sentences (headings, markers) is blank in the text read back;
extents stay.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from analyzer.errors import UnreadableInput

Row = dict[str, Any]
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
