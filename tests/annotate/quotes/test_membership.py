"""Which quotation each word stands in."""

from __future__ import annotations

import spacy

from analyzer.annotate import store
from analyzer.annotate.tokens import quoted_tokens

DOC = spacy.blank("en")('She said "It is so" of "Hamlet" and his "reforms".')


def rows(*kinds: str) -> list[store.Row]:
    text, found, at = DOC.text, [], 0
    for kind in kinds:
        start = text.index('"', at)
        at = text.index('"', start + 1) + 1
        found.append({"start": start, "end": at, "kind": kind})
    return found


def test_quotations_are_numbered_and_titles_and_scare_quotes_told_apart() -> None:
    store.put(DOC, "quotations", rows("quotation", "title", "scare"))
    tokens = quoted_tokens(DOC)
    assert [word for word, at in zip(tokens.words, tokens.quoted, strict=True) if at == 0] == [
        '"',
        "It",
        "is",
        "so",
        '"',
    ]
    assert [word for word, inside in zip(tokens.words, tokens.titled, strict=True) if inside] == [
        *('"', "Hamlet", '"'),
        *('"', "reforms", '"'),
    ]
    assert [word for word, inside in zip(tokens.words, tokens.scare, strict=True) if inside] == ['"', "reforms", '"']


def test_what_one_layer_says_is_not_left_over_for_the_next() -> None:
    store.put(DOC, "quotations", rows("quotation", "quotation"))
    assert max(quoted_tokens(DOC).quoted) == 1
    store.put(DOC, "quotations", [])
    assert set(quoted_tokens(DOC).quoted) == {-1}
