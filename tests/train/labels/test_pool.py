"""The pool of unlabelled sentences: what counts as a sentence, whose title it gets, and what its keys mean later."""

from __future__ import annotations

import bz2
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from analyzer.train.core.recipe import Data, Recipe, digest
from analyzer.train.labels import pool
from analyzer.train.labels.pool import clean

ARTICLE = """Penlow is a town.[1] Its harbour, built by J. R. Moss in 1881, was praised as a masterpiece.[2][3] Yes.

== Name ==
* A list item that is long enough to be a sentence but is none of prose.
Mr. Hale of the Vell Trust condemned the council for neglect of the old quays! It has {math}, and so it is no prose."""


@pytest.fixture
def data(tmp_path: Path) -> Data:
    folder = tmp_path / "recipe"
    folder.mkdir()
    rows = {
        "composed.jsonl": [{"subject": "Penlow", "wikitext": ARTICLE.replace("Penlow is", "'''Penlow''' is")}],
        "statements.jsonl": [{"text": "A study found the sleeper trains of Norrland Rail dirty and always late."}],
        "empty.jsonl": [],
    }
    for name, content in rows.items():
        (tmp_path / name).write_text("\n".join(map(json.dumps, content)), "utf-8")
    (tmp_path / "dump.xml.bz2").write_bytes(bz2.compress(b"<mediawiki/>"))
    paths = {"composed": "composed.jsonl", "statements": "statements.jsonl", "dump": "dump.xml.bz2"}
    recipe = 'name="x"\nversion="1"\nseed=1\nsummary=""\n'
    for source in pool.SOURCES:
        path = paths.get(source, "empty.jsonl")
        digest = hashlib.sha256((tmp_path / path).read_bytes()).hexdigest()
        recipe += f'[[data]]\nid="{source}"\npath="{path}"\nsha256="{digest}"\nuse="train"\nlicence=""\n'
    (folder / "recipe.toml").write_text(recipe, "utf-8")
    return Data(Recipe.load(folder), tmp_path)


def _texts(text: str) -> list[str]:
    return [clean(text[start:end]) for start, end in pool.sentences(text)]


def test_whole_sentences_of_prose_are_found_and_nothing_else() -> None:
    assert _texts(ARTICLE) == [
        "Its harbour, built by J. R. Moss in 1881, was praised as a masterpiece.",
        "Mr. Hale of the Vell Trust condemned the council for neglect of the old quays!",
    ]


def test_the_keys_give_titles_and_sentences_back(data: Data) -> None:
    most = dict.fromkeys(pool.SOURCES, 9)
    keys = pool.candidates(data, (), most, seed=1)
    titles, texts, sections, before = pool.read(data, keys)
    assert "Penlow" in titles
    where = dict(zip(texts, zip(sections, before, strict=True), strict=True))
    assert where["Its harbour, built by J. R. Moss in 1881, was praised as a masterpiece."] == ("", "Penlow is a town.")
    assert where["Mr. Hale of the Vell Trust condemned the council for neglect of the old quays!"] == ("Name", "")
    assert ("Norrland Rail", "A study found the sleeper trains of Norrland Rail dirty and always late.") in zip(
        titles, texts, strict=True
    )
    again = pool.candidates(data, (), most, seed=1)
    assert np.array_equal(keys, again)
    assert digest([*titles, *texts]) != digest([*titles[::-1], *texts[::-1]])


def test_articles_titled_as_one_kept_out_give_nothing(data: Data) -> None:
    keys = pool.candidates(data, ["PENLOW"], dict.fromkeys(pool.SOURCES, 9), seed=1)
    assert {pool.SOURCES[number] for number in keys[:, 0]} == {"statements"}


def test_sentences_that_judge_go_first(data: Data) -> None:
    keys = pool.candidates(data, (), {**dict.fromkeys(pool.SOURCES, 0), "composed": 2}, seed=1)
    texts = pool.read(data, keys).texts
    assert sorted(word for text in texts for word in ("praised", "condemned") if word in text) == [
        "condemned",
        "praised",
    ]
