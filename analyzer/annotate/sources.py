"""Placeholder of the ground plan for the sources component; the real one replaces it."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc


@Language.factory("analyzer_sources")
def create_sources(nlp: Language, name: str) -> Sources:
    """Return the component."""
    return Sources()


class Sources:
    """The sources component."""

    def __call__(self, doc: Doc) -> Doc:
        """Return the Doc."""
        return doc
