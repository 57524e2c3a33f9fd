"""Articles some of whose sentences are labelled, as the third look of the attribution model sees them."""

from collections.abc import Iterable

from spacy.tokens import Doc

from analyzer.annotate.attribution.model import load
from analyzer.annotate.encoder import Reader
from analyzer.annotate.quotes.component import Quotes
from analyzer.annotate.tokens import quoted_tokens
from analyzer.train.attribution.examples import Example, Tables, set_candidates, wanted
from analyzer.train.attribution.third import Seen, look_at
from analyzer.train.core.recipe import Row
from analyzer.train.labels import in_articles


def seen(reader: Reader, docs: Iterable[tuple[Row, Doc]]) -> list[Seen]:
    """Return the articles as the network reads them; candidates outside the labelled sentences are not judged."""
    model, quotes = load(), Quotes()
    made = Tables(tuple(model.path_names), tuple(model.cues), tuple(model.excluded))
    found = []
    for row, doc in docs:
        doc = quotes(doc)
        tokens = quoted_tokens(doc)
        labelled = in_articles.in_gold_format(row, doc)["sentences"]
        example = Example(row["title"], tokens, row["title"], wanted(labelled, in_articles.itself(doc), tokens))
        set_candidates([example], made)
        before = model.probabilities(tokens, example.candidates, row["title"])
        found.append(look_at(doc, example, before, reader))
    return found
