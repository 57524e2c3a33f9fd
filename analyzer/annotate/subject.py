"""Placeholder of the ground plan for the subject component; the real one replaces it."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc


@Language.factory("analyzer_subject")
def create_subject(nlp: Language, name: str) -> Subject:
    """Return the component."""
    return Subject()


class Subject:
    """The subject component."""

    def __call__(self, doc: Doc) -> Doc:
        """Return the Doc."""
        return doc
