"""Who each attribution's source is: the fullest name in the article, what it was carried over from, and its class.

Classes follow the annotation guidelines; ``models/sources/README.md`` tells how the model does on each.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from analyzer import modelstore
from analyzer.annotate import store
from analyzer.annotate.sources.context import Context
from analyzer.annotate.sources.coreference import Reference, Resolver
from analyzer.annotate.sources.descriptions import introduced
from analyzer.annotate.sources.features import features
from analyzer.annotate.sources.gazetteer import Gazetteer, read_own
from analyzer.annotate.sources.rules import by_rule
from analyzer.linear import Array, SparseLinear, Vocabulary, log_softmax

MODEL = "sources"
WEIGHTS = "types.npz"


@Language.factory(
    "analyzer_sources",
    assigns=["doc._.analyzer_attributions"],
    requires=["doc._.analyzer_attributions", "doc.ents", "token.dep", "token.tag", "token.lemma", "doc.sents"],
    default_config={"gazetteer": None, "model": None},
)
def create_sources(nlp: Language, name: str, gazetteer: str | None, model: str | None) -> "Sources":
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
        self.models = {MODEL: modelstore.load(MODEL, folder).digest}

    def __call__(self, doc: Doc) -> Doc:
        """Return the Doc with the sources of its attributions named and typed."""
        rows = store.get(doc, "attributions")
        if rows:
            context = Context(doc, self.gazetteer)
            references = Resolver(context, rows).resolve()
            types = classify(context, rows, references, load_model(self.folder))
            for row, reference, (source_type, confidence) in zip(rows, references, types, strict=True):
                row["name"] = reference.name
                row["carried"] = reference.carried
                row["type"] = source_type
                row["type_confidence"] = confidence
        return doc


def classify(
    context: Context, rows: Sequence[store.Row], references: Sequence[Reference], model: "TypeModel"
) -> list[tuple[str, float]]:
    """Return (type, confidence) of each source; a quotation that runs on has the type of the row it continues."""
    found = [
        by_rule(context, row, reference) or introduced(context, row, reference)
        for row, reference in zip(rows, references, strict=True)
    ]
    asked = [at for at, row in enumerate(rows) if found[at] is None and "continues" not in row]
    if asked:
        logs = model.log_probabilities([features(context, rows[at], references[at]) for at in asked])
        probabilities = np.exp(pooled(logs, [references[at].name for at in asked]))
        for at, shares in zip(asked, probabilities, strict=True):
            best = int(shares.argmax())
            found[at] = (model.classes[best], round(float(shares[best] / shares.sum()), 4))
    given = dict(enumerate(found))
    return [given.get(row.get("continues", -1)) or found[at] or ("unnamed", 0.0) for at, row in enumerate(rows)]


class TypeModel:
    """Multinomial logistic regression over feature names; ``arrays`` as the trainer writes them.

    ``terms`` (sorted feature names), ``coef`` (terms x classes), ``intercept``, ``classes``, ``temperature``.
    """

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self.classes = [str(name) for name in arrays["classes"]]
        self._vocabulary = Vocabulary(arrays["terms"].tolist())
        scale = 1 / float(arrays["temperature"][0])
        self._linear = SparseLinear(arrays["coef"], arrays["intercept"], scale=scale)

    def log_probabilities(self, sources: Sequence[Sequence[str]]) -> Array:
        """Return the log probabilities by each source's features: one row a source, one column a class."""
        unit, row = self._vocabulary.rows(sources)
        return log_softmax(self._linear.scores(unit, self._linear.parts(unit, row, len(sources)), len(sources)))


@cache
def load_model(folder: str | None = None) -> TypeModel:
    """Return the installed model, or that of a folder; raises :class:`~analyzer.errors.ModelError` without one."""
    return TypeModel(modelstore.load(MODEL, folder).arrays(WEIGHTS))


def pooled(logs: Array, names: Sequence[str | None]) -> Array:
    """Return log probabilities with the mean over all sources of one name in place of each: one source, one class."""
    groups: dict[str, list[int]] = {}
    for at, name in enumerate(names):
        groups.setdefault((name or f"\0{at}").lower(), []).append(at)
    result = logs.copy()
    for members in groups.values():
        if len(members) > 1:
            result[members] = logs[members].mean(axis=0)
    return result
