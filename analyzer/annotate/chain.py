"""The whole chain as one component: ``nlp.add_pipe("analyzer")`` behind any English pipeline with tags and a parse.

Title and subject of a text come from the Doc (``doc._.analyzer_title``), from the context of
``nlp.pipe(..., as_tuples=True)``, or from the component's config, in that order (:func:`~.needs.settle`).
``doc.spans["attributions"]`` shows who says what to displaCy; ``DISPLACY_OPTIONS`` are its options.
"""

from collections.abc import Callable
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from analyzer.annotate import needs, store
from analyzer.annotate.encoder import TAGGERS
from analyzer.annotate.registry import CHAIN, OWN, Component, components, register_factories, spared
from analyzer.errors import UsageError
from analyzer.vocabulary import DEFAULT_ENGINE, LIKELY_ATTRIBUTION

SPANS = "attributions"
COLORS = {"SOURCE": "#9ecae1", "CUE": "#fdd0a2", "CONTENT": "#dadaeb"}
DISPLACY_OPTIONS: dict[str, Any] = {"spans_key": SPANS, "colors": COLORS}
"""Options for displaCy, which show who says what in a Doc's text.

Examples:
    >>> from spacy import displacy
    >>> doc = analyzer.load_pipeline(engine="fast").nlp("Critics called the Halden Bridge a costly mistake.")
    >>> html = displacy.render(doc, style="span", options=analyzer.DISPLACY_OPTIONS, jupyter=False)
"""


@Language.factory(
    CHAIN,
    assigns=[f"doc._.analyzer_{layer}" for layer in dict.fromkeys(layer for each in OWN for layer in each.layers)],
    requires=["token.dep", "token.tag", "token.lemma", "doc.sents", "doc.ents"],
    default_config={
        "engine": DEFAULT_ENGINE,
        "gazetteer": None,
        "lexicons": [],
        "title": None,
        "subject": None,
        "min_confidence": LIKELY_ATTRIBUTION,
    },
)
def create_chain(
    nlp: Language,
    name: str,
    engine: str,
    gazetteer: str | None,
    lexicons: list[str],
    title: str | None,
    subject: str | None,
    min_confidence: float,
) -> "Chain":
    """Return the component.

    ``engine`` is "fast", "accurate" or "large"; ``gazetteer`` a table of the user's own that types sources,
    ``lexicons`` lists of words to watch; ``title`` and ``subject`` stand in where a text brings none; attributions
    below ``min_confidence`` are not found.
    """
    register_factories()
    reader = TAGGERS.get(engine)
    settings: dict[str, dict[str, Any]] = {
        "analyzer_attribution": {"min_confidence": min_confidence, "reader": reader},
        "analyzer_sources": {"gazetteer": gazetteer, "reader": reader},
        "analyzer_stance": {"engine": engine},
        "analyzer_marks": {"lexicons": lexicons},
    }
    stages: list[Any] = [nlp.create_pipe(each.name, config=settings.get(each.name, {})) for each in OWN]
    for each in components()[len(OWN) :]:
        with spared(each):
            stages.append(Spared(each, nlp.create_pipe(each.name)))
    return Chain(stages, title, subject)


class Chain:
    """Runs the components in order; they are its ``stages``."""

    def __init__(self, stages: list[Any], title: str | None = None, subject: str | None = None) -> None:
        self.stages = tuple(stages)
        self.title, self.subject = title, subject

    def __call__(self, doc: Doc) -> Doc:
        """Return the Doc with every layer, and its attributions as spans."""
        needs.settle(doc, self.title, self.subject)
        for stage in self.stages:
            doc = stage(doc)
        doc.spans[SPANS] = spans(doc)
        return doc


class Spared:
    """A component of another package, which costs nothing but itself where it fails on a Doc."""

    def __init__(self, component: Component, stage: Callable[[Doc], Doc]) -> None:
        self._component, self._stage = component, stage
        self.models: dict[str, str] = getattr(stage, "models", {})

    def __call__(self, doc: Doc) -> Doc:
        """Return the Doc as the component leaves it."""
        with spared(self._component):
            return self._stage(doc)
        return doc


def spans(doc: Doc) -> list[Span]:
    """Return a Doc's attributions as spans labelled SOURCE, CUE and CONTENT, in the order of the text."""
    found = []
    for row in store.get(doc, "attributions"):
        parts = [("SOURCE", row.get("source_start"), row.get("source_end"))]
        parts.append(("CUE", row.get("cue_start"), row.get("cue_end")))
        parts += [("CONTENT", start, end) for start, end in row.get("content") or ()]
        found += [(start, end, label) for label, start, end in parts if start is not None and end is not None]
    made = (doc.char_span(start, end, label, alignment_mode="expand") for start, end, label in sorted(set(found)))
    return [span for span in made if span is not None]


def chain_of(nlp: Language) -> Chain:
    """Return the chain of a pipeline; raises :class:`UsageError` where it has none."""
    if CHAIN not in nlp.component_names:
        raise UsageError(f"this pipeline has no {CHAIN!r}; expected one made by load_pipeline or with add_pipe.")
    chain = nlp.get_pipe(CHAIN)
    assert isinstance(chain, Chain)
    return chain
