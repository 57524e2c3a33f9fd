"""Labelled passages as the analyzer sees them: read, parsed, and taken through the components that come first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from analyzer.annotate.masking import OffsetMap

Row = dict[str, Any]


def parsed_passages(
    nlp: Language, passages: Sequence[Row], stages: Sequence[Callable[[Doc], Doc]]
) -> Iterator[tuple[Row, Doc, OffsetMap]]:
    """Yield each passage (``text``, ``title``, ``id`` or ``doc_id``) with its Doc after the stages, and its offsets.

    A passage in which there is nothing to parse is left out.
    """
    from analyzer.annotate import documents
    from analyzer.readers import read

    articles = (
        read(row["text"].encode("utf-8"), title=row.get("title") or "", format="plaintext", id=passage_id(row))
        for row in passages
    )
    for passage, (_, doc, offsets) in zip(passages, documents(nlp, articles), strict=True):
        if not len(doc):
            continue
        for stage in stages:
            doc = stage(doc)
        yield passage, doc, offsets


def passage_id(passage: Row) -> str:
    """Return the passage's id, as the gold format or the attribution corpora name it."""
    return str(passage.get("id") or passage["doc_id"])
