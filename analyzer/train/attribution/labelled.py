"""Articles some of whose sentences are labelled, as the third look of the attribution model sees them."""

from collections.abc import Callable, Iterable

from spacy.tokens import Doc

from analyzer.annotate.attribution.model import AttributionModel, load
from analyzer.annotate.encoder import Reading
from analyzer.annotate.quotes.component import Quotes
from analyzer.annotate.tokens import quoted_tokens
from analyzer.train.attribution.examples import Example, Tables, set_candidates, wanted
from analyzer.train.attribution.third import Seen, look_at
from analyzer.train.core.recipe import Row
from analyzer.train.labels import in_articles


def seen(read: Callable[[Doc], Reading], docs: Iterable[tuple[Row, Doc]]) -> list[Seen]:
    """Return the articles as a network reads them; candidates outside the labelled sentences are not judged."""
    model, quotes = load(), Quotes()
    made = tables_of(model)
    found = []
    for row, doc in docs:
        doc = quotes(doc)
        tokens = quoted_tokens(doc)
        labelled = in_articles.in_gold_format(row, doc)["sentences"]
        example = Example(row["title"], tokens, row["title"], wanted(labelled, in_articles.itself(doc), tokens))
        set_candidates([example], made)
        before = model.probabilities(tokens, example.candidates, row["title"])
        found.append(look_at(example, before, read(doc)))
    return found


def tables_of(model: AttributionModel) -> Tables:
    """Return what the candidates of a fitted model are made of."""
    return Tables(tuple(model.path_names), tuple(model.cues), tuple(model.excluded))
