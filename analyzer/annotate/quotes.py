"""Placeholder of the ground plan for the quotes component; the real one replaces it."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc


@Language.factory("analyzer_quotes")
def create_quotes(nlp: Language, name: str) -> Quotes:
    """Return the component."""
    return Quotes()


class Quotes:
    """The quotes component."""

    def __call__(self, doc: Doc) -> Doc:
        """Return the Doc."""
        return doc
