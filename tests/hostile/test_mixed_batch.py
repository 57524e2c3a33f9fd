"""Good articles among hostile ones: nothing of what is said of them changes, and every article is accounted for.

``python -m pytest tests/hostile/test_mixed_batch.py`` takes a few; ``NPOV_MIXED=2000`` takes so many good ones and a
tenth of hostile ones.
"""

from __future__ import annotations

import bz2
import gzip
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from .running import run, told_in_order

pytestmark = pytest.mark.pipeline

GOOD = int(os.environ.get("NPOV_MIXED", "60"))
NAMES = ("Ann Hale", "Bo Lind", "Cara Voss", "the ministry", "critics", "The Daily Ledger", "the Lake Board")
VERBS = ("said", "argued", "claimed", "wrote", "praised the view", "denied")
CLAIMS = ("the lake is clean", "the fares are unfair", "the service was a failure", "it had saved the valley")


def good(number: int) -> bytes:
    """Return an article: a few paragraphs with quotations, references and a banner now and then."""
    chance = random.Random(number)
    lines = [f"Lake {number}\n"] if chance.random() < 0.5 else []
    if chance.random() < 0.3:
        lines.append("This article contains content that is written like an advertisement. (March 2021) |\n")
    for _ in range(chance.randint(1, 6)):
        said = [
            f"{chance.choice(NAMES)} {chance.choice(VERBS)} that {chance.choice(CLAIMS)}.[{n}]" for n in range(1, 5)
        ]
        said.append(f'"It is {chance.choice(("deep", "cold", "corrupt", "superb"))}," said {chance.choice(NAMES)}.')
        chance.shuffle(said)
        lines.append(" ".join(said) + "\n")
    return "\n".join(lines).encode()


HOSTILE = (
    b"", b"\x00" * 5000, b"(" * 30_000, b"a" * 200_000, b"said that " * 8_000, b", " * 20_000, b'"' * 20_000,
    b"{{a|" * 4_000, b"<div>" * 20_000, b"[[a|" * 8_000, b"{|\n|a\n" * 2_000, b"<ref>a" * 8_000, b"1.2.3." * 10_000,
    b"It is. " * 6_000, b"\xff\xfe" + b"a\x00" * 20_000, b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
    bz2.compress(b"a " * (40 << 20)), gzip.compress(b"Ann said so. " * 2000)[:-20], b"<ref name=" * 5_000,
    "\u202eevil\u202c \x1b[2J =cmd() said Ann.".encode() * 500, b"#REDIRECT [[Lake]]", b"[http://a " * 8_000,
)  # fmt: skip


def files(folder: Path, *, hostile: bool) -> Iterator[Path]:
    """Write the articles, with a hostile one among every ten or without."""
    folder.mkdir()
    for number in range(GOOD):
        path = folder / f"{number:05}-good.txt"
        path.write_bytes(good(number))
        yield path
        if hostile and number % 10 == 4:
            path = folder / f"{number:05}-hostile.txt"
            path.write_bytes(HOSTILE[number // 10 % len(HOSTILE)])
            yield path


def reports(folder: Path) -> list[bytes]:
    shards = sorted((folder / "reports").glob("*.jsonl.gz"))
    return [line for shard in shards for line in gzip.decompress(shard.read_bytes()).splitlines()]


def test_hostile_articles_change_nothing_of_the_good_ones_and_all_are_accounted_for(tmp_path):
    found, accounts = [], []
    for hostile in (False, True):
        given = tmp_path / f"in-{hostile}"
        count = sum(1 for _ in files(given, hostile=hostile))
        out = tmp_path / f"out-{hostile}"
        words = ["batch", ".", "--out", out, "--write", "reports", "--engine", "fast", "--workers", 2]
        done = run([*words, "--article-timeout", 120], cwd=given, timeout=60 + 6 * count)
        assert done.code == 0 and told_in_order(done), done.err
        found.append(reports(out))
        account = json.loads((out / "manifest.json").read_bytes())["account"]
        rejected = [json.loads(line) for path in sorted((out / "rejected").iterdir()) for line in path.open("rb")]
        assert account["in"] == count == account["out"] + sum(account["rejected"].values())
        assert account["out"] == len(found[-1]) and len(rejected) == sum(account["rejected"].values())
        assert all("hostile" in row["name"] and row["reason"] and row["kind"] == "unreadable" for row in rejected)
        accounts.append(account)
    alone, mixed = found
    assert len(alone) == GOOD and accounts[1]["rejected"]
    kept = set(alone)
    assert [line for line in mixed if line in kept] == alone
