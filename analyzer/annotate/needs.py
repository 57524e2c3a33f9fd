"""What a component needs of a Doc, said where it is missing, so that nothing silently does less.

What each needs is what its factory ``requires``; spaCy's ``nlp.analyze_pipes()`` shows the same.
"""

import warnings
from collections.abc import Iterator, Mapping

from spacy.language import Language
from spacy.tokens import Doc

from analyzer.annotate import store
from analyzer.annotate.registry import components
from analyzer.errors import AnalyzerWarning
from analyzer.titles import opening_name

# spaCy's names for what a factory requires: as the Doc knows it, and what sets it.
_SET_BY = {
    "token.dep": ("DEP", "a parser"),
    "token.tag": ("TAG", "a tagger"),
    "token.lemma": ("LEMMA", "a lemmatizer"),
    "doc.ents": ("ENT_IOB", "an entity recogniser"),
    "doc.sents": ("SENT_START", "a parser, a senter or analyzer_sentences"),
    "token.is_sent_start": ("SENT_START", "a parser, a senter or analyzer_sentences"),
}
_LAYER = "doc._.analyzer_"


def check(doc: Doc, name: str) -> None:
    """Warn where a Doc lacks what the component of this name requires."""
    lacking = list(_lacking(doc, name)) if len(doc) > 1 else []
    if lacking:
        needs = "; ".join(f"{what} (add {by} before it)" for what, by in lacking)
        tell(f"{name} finds less than it could, or nothing: the text came without {needs}.")


def _lacking(doc: Doc, name: str) -> Iterator[tuple[str, str]]:
    """Yield what is required and not there, with what would set it."""
    for required in Language.get_factory_meta(name).requires:
        if required.startswith(_LAYER):
            layer = required.removeprefix(_LAYER)
            if not store.has(doc, layer):
                writers = [each.name for each in components() if layer in each.layers]
                yield required, writers[0] if writers else "the component that writes it"
        elif required in _SET_BY and not doc.has_annotation(_SET_BY[required][0]):
            yield required, _SET_BY[required][1]


def settle(doc: Doc, title: str | None = None, subject: str | None = None) -> None:
    """Store the title and subject that a Doc's text has, the first that is given of: the Doc's own, context, config.

    The Doc's own are ``doc._.analyzer_title`` and ``doc._.analyzer_given_subject``; the context is what stands beside
    the text in ``nlp.pipe(..., as_tuples=True)``, a mapping with "title" or "subject". Without a title the name that
    the text opens with stands in; where it opens with none, that is said.
    """
    context = getattr(doc, "_context", None)
    told = context if isinstance(context, Mapping) else {}
    for key, name, given in (("title", "title", title), ("given_subject", "subject", subject)):
        found = next((each for each in (told.get(name), given) if isinstance(each, str) and each.strip()), None)
        if not store.get_value(doc, key) and found:
            store.put_name(doc, key, found)
    if store.get_value(doc, "title") is None and not store.get_value(doc, "given_subject") and len(doc):
        guess = opening_name(doc.text[:1000])
        store.put_value(doc, "title", guess)
        if not guess:
            tell(
                "a text came without a title, and its first sentence names no subject; stance is toward what the title "
                'names. Give one: nlp.pipe([(text, {"title": "..."})], as_tuples=True), or doc._.analyzer_title.'
            )


def tell(message: str) -> None:
    """Warn whoever runs the pipeline; Python shows the same warning once."""
    warnings.warn(message, AnalyzerWarning, stacklevel=4)
