"""Writes the JSON reports of a fixed set of real inputs, and compares two such sets byte by byte.

A change that is meant to leave behaviour alone is held to it with this script::

    python tests/contracts/reports_bytes.py write OLD                  # in the checkout before the change
    python tests/contracts/reports_bytes.py write NEW                  # in the checkout after it
    python tests/contracts/reports_bytes.py compare OLD NEW            # exit code 1 where a byte differs

Sets: the seed, every file of ``../shared/samples``, 40 articles of wiki_banners dev, and gold dev; each with both
engines, unless ``--sets`` or ``--engines`` say fewer. ``--read-only`` writes what the readers give, without a parse:
seconds in place of minutes.
"""

from __future__ import annotations

import argparse
import json
import lzma
import re
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

import analyzer
from analyzer.errors import AnalyzerError
from analyzer.readers import read_many
from analyzer.records import Article

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
SETS = ("seed", "samples", "wiki_banners", "gold")
ENGINES = ("fast", "accurate")
WIKI_BANNERS = 40
# The accurate engine reads the first this many articles of a file of many (dump, snapshot, blocks): time, not doubt.
ACCURATE_SHARE = 12
_MARKER = re.compile(r"\[([^\[\]\n]{1,12})\]")


def seed() -> Iterator[Article]:
    """Yield the owner's seed article."""
    for path in sorted((ROOT / "seeds").glob("*.txt")):
        yield analyzer.read(path)


def samples() -> Iterator[Article]:
    """Yield the articles of every sample file, one after another; a refusal is an article that holds its message."""
    for path in sorted(p for p in (SHARED / "samples").rglob("*") if p.is_file() and p.name != "README.md"):
        if path.name == "expected.jsonl":
            continue
        try:
            yield from _articles(path)
        except AnalyzerError as error:
            message = re.sub(r"\S*/shared/", "", str(error))
            yield Article(title=path.name, text="", format="plaintext", notices=(message,))


def _articles(path: Path) -> Iterator[Article]:
    if path.name == "banner_blocks_w3m.jsonl":
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            yield analyzer.read(row["text"], title="Halden Bridge", format="plaintext")
    elif path.suffix == ".xz":
        yield analyzer.read(lzma.decompress(path.read_bytes()), id=path.stem)
    else:
        yield from read_many(path)


def wiki_banners() -> Iterator[Article]:
    """Yield articles of wiki_banners dev as wikitext, their references in footnotes."""
    path = SHARED / "corpora/wiki_banners/dev.jsonl.xz"
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in islice(lines, WIKI_BANNERS):
            row = json.loads(line)
            yield analyzer.read(_wikitext(row), title=row["title"], format="wikitext", id=str(row["id"]))


def _wikitext(row: dict[str, Any]) -> str:
    notes = dict(zip(row["reference_labels"], row["references"], strict=True))
    urls = dict(zip(row["reference_labels"], row["reference_urls"], strict=True))

    def note(match: re.Match[str]) -> str:
        if match[1] not in notes:
            return match[0]
        return f'<ref name="{match[1]}">{notes[match[1]]} {" ".join(urls[match[1]] or ())}</ref>'

    banners = "\n".join(banner["text"] for banner in row["lead_banners"])
    links = "\n".join(f"* [{url}]" for url in row.get("external_link_urls") or ())
    return f"{banners}\n\n{_MARKER.sub(note, row['text'])}\n\n== External links ==\n{links}\n"


def gold() -> Iterator[Article]:
    """Yield the passages of gold dev."""
    for line in (SHARED / "gold/dev.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        yield analyzer.read(row["text"].encode(), title=row["title"], format="plaintext", id=str(row["id"]))


def write(out: Path, sets: tuple[str, ...], engines: tuple[str, ...], *, read_only: bool) -> None:
    """Write a file of JSON lines a set and engine, and what the readers gave of each set."""
    out.mkdir(parents=True, exist_ok=True)
    for name in sets:
        articles = list(globals()[name]())
        encoder = msgspec.json.Encoder(order="deterministic")
        (out / f"{name}.articles.jsonl").write_bytes(b"\n".join(map(encoder.encode, articles)) + b"\n")
        print(f"{name}: {len(articles)} articles", file=sys.stderr)
        for engine in () if read_only else engines:
            pipeline = analyzer.load_pipeline(engine=engine)
            chosen = _thinned(articles) if engine == "accurate" and name == "samples" else articles
            with (out / f"{name}.{engine}.jsonl").open("w", encoding="utf-8") as file:
                for report in analyzer.analyze_many(chosen, pipeline=pipeline):
                    file.write(report.to_json() + "\n")
            print(f"{name}: {engine} done", file=sys.stderr)


def _thinned(articles: list[Article]) -> list[Article]:
    met: Counter[str] = Counter()
    kept = []
    for article in articles:
        met[article.format] += 1
        if met[article.format] <= ACCURATE_SHARE:
            kept.append(article)
    return kept


def compare(old: Path, new: Path, *, ignore_models: bool) -> int:
    """Say where two sets differ, by field; return 1 where they do."""
    files = sorted(path.name for path in new.glob("*.jsonl") if (old / path.name).exists())
    if not files:
        print(f"nothing to compare: {old} and {new} have no file in common", file=sys.stderr)
        return 1
    different = False
    for name in files:
        before, after = ((folder / name).read_text("utf-8").split("\n") for folder in (old, new))
        if ignore_models:
            before, after = (list(map(_without_models, rows)) for rows in (before, after))
        changed = [i for i, (one, other) in enumerate(zip(before, after, strict=False)) if one != other]
        different |= bool(changed) or len(before) != len(after)
        print(f"{name}: {len(changed)} of {len(after)} differ" + _lengths(before, after))
        fields: Counter[str] = Counter()
        for i in changed:
            fields.update(_fields(json.loads(before[i]), json.loads(after[i])))
        for field, count in fields.most_common(20):
            print(f"    {field}: {count}")
        if changed:
            print("    first:", _first_difference(before[changed[0]], after[changed[0]]))
    return int(different)


def _lengths(before: list[str], after: list[str]) -> str:
    return "" if len(before) == len(after) else f", and there were {len(before)}"


def _without_models(line: str) -> str:
    return re.sub(r'"models":\s*\{[^{}]*\}', '"models":{}', line)


def _fields(one: Any, other: Any, where: str = "") -> Iterator[str]:
    """Yield the paths at which two JSON values differ, indexes left out."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            yield from _fields(one.get(key), other.get(key), f"{where}.{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for a, b in zip(one, other, strict=True):
            yield from _fields(a, b, where)
    elif one != other:
        yield where


def _first_difference(one: str, other: str) -> str:
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"...{one[max(0, at - 120) : at + 80]!r} -> {other[max(0, at - 20) : at + 80]!r}"


def main() -> int:
    """Run one of the two commands."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    writing = commands.add_parser("write")
    writing.add_argument("out", type=Path)
    writing.add_argument("--sets", nargs="+", choices=SETS, default=SETS)
    writing.add_argument("--engines", nargs="+", choices=ENGINES, default=ENGINES)
    writing.add_argument("--read-only", action="store_true")
    comparing = commands.add_parser("compare")
    comparing.add_argument("old", type=Path)
    comparing.add_argument("new", type=Path)
    comparing.add_argument("--ignore-models", action="store_true", help="leave the models' digests out")
    asked = parser.parse_args()
    if asked.command == "compare":
        return compare(asked.old, asked.new, ignore_models=asked.ignore_models)
    write(asked.out, tuple(asked.sets), tuple(asked.engines), read_only=asked.read_only)
    return 0


if __name__ == "__main__":
    sys.exit(main())
