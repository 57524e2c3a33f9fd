"""Who each attribution's source is: the fullest name in the article, what it was carried over from, and its class.

Classes follow the annotation guidelines; ``models/sources/README.md`` tells how the model does on each.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from analyzer import modelstore
from analyzer.annotate import store
from analyzer.annotate.sources.coreference import Reference, Resolver
from analyzer.annotate.sources.features import Extractor
from analyzer.annotate.sources.gazetteer import Gazetteer, read_own
from analyzer.annotate.sources.introduction import introduced
from analyzer.annotate.sources.names import Names
from analyzer.annotate.sources.rules import by_rule
from analyzer.annotate.sources.typing import MODEL, TypeModel, load_model, pooled
from analyzer.annotate.tokens import columns


@Language.factory(
    "analyzer_sources",
    assigns=["doc._.analyzer_attributions"],
    requires=["doc._.analyzer_attributions", "doc.ents", "token.dep", "token.tag", "token.lemma", "doc.sents"],
    default_config={"gazetteer": None, "model": None},
)
def create_sources(nlp: Language, name: str, gazetteer: str | None, model: str | None) -> Sources:
    """Return the component.

    ``gazetteer`` is the path of a user's own table of names (``name<TAB>type`` a line), which wins over everything
    else; ``model`` is a model folder in place of the installed one.
    """
    return Sources(gazetteer=gazetteer, folder=model)


class Sources:
    """Fills ``name``, ``carried``, ``type`` and ``type_confidence`` of the rows of the ``attributions`` layer."""

    def __init__(self, *, gazetteer: str | Path | None = None, folder: str | None = None) -> None:
        store.register()
        self.gazetteer = Gazetteer(read_own(gazetteer) if gazetteer else None)
        self.folder = folder

    @property
    def models(self) -> dict[str, str]:
        """Return the model used with its hash, for a report's provenance."""
        return {MODEL: modelstore.load(MODEL, self.folder).digest}

    def __call__(self, doc: Doc) -> Doc:
        """Return the Doc with the sources of its attributions named and typed."""
        rows = store.get(doc, "attributions")
        if rows:
            references = resolve(doc, rows, self.gazetteer)
            types = classify(doc, rows, references, self.gazetteer, load_model(self.folder))
            for row, reference, (kind, confidence) in zip(rows, references, types, strict=True):
                row["name"] = reference.name
                row["carried"] = reference.carried
                row["type"] = kind
                row["type_confidence"] = confidence
        return doc


def resolve(doc: Doc, rows: Sequence[store.Row], gazetteer: Gazetteer) -> list[Reference]:
    """Return what the source of each row refers to."""
    about = store.subject(doc)
    own = about.get("kind") != "record"
    names = Names(
        columns(doc).text,
        str(about.get("core") or "") if own else "",
        tuple(about.get("aliases") or ()) if own else (),
    )
    return Resolver(doc, rows, about, names, gazetteer).resolve()


def classify(
    doc: Doc, rows: Sequence[store.Row], references: Sequence[Reference], gazetteer: Gazetteer, model: TypeModel
) -> list[tuple[str, float]]:
    """Return (type, confidence) of each source; a quotation that runs on has the type of the row it continues."""
    text, about = columns(doc).text, store.subject(doc)
    extractor = Extractor(doc, about, gazetteer)
    fixed = [
        by_rule(text, about, row, reference, gazetteer) or introduced(extractor, row, reference)
        for row, reference in zip(rows, references, strict=True)
    ]
    asked = [at for at, row in enumerate(rows) if fixed[at] is None and "continues" not in row]
    logs = model.log_probabilities([extractor.features(rows[at], references[at]) for at in asked])
    probabilities = np.exp(pooled(logs, [references[at].name for at in asked]))
    best = probabilities.argmax(axis=1) if asked else np.zeros(0, dtype="int64")
    found: list[tuple[str, float] | None] = list(fixed)
    for place, at in enumerate(asked):
        share = float(probabilities[place, best[place]] / probabilities[place].sum())
        found[at] = (model.classes[int(best[place])], round(share, 4))
    return [_settled(at, row, found) for at, row in enumerate(rows)]


def _settled(at: int, row: store.Row, found: Sequence[tuple[str, float] | None]) -> tuple[str, float]:
    """Return the type of a row, that of the row it continues where it has none of its own."""
    head = row.get("continues")
    if isinstance(head, int) and 0 <= head < len(found) and found[head] is not None:
        return found[head] or ("unnamed", 0.0)
    return found[at] or ("unnamed", 0.0)
