"""Parts of speech and lemmas from memory are those that spaCy's own components give, token by token."""

from __future__ import annotations

import pytest
import spacy

from analyzer.annotate.kinds import hasten
from analyzer.pipeline import DEFAULT_MODEL

pytestmark = pytest.mark.pipeline

TEXTS = [
    "There is a lake in Norvia; there aren't any others, and nothin' else was said.",
    "Let's see: we're gonna go, I've gotta swim, and it ain't far. That's what he's got.",
    "The dams were built in 1911.\n\nThey have held \t ever since, haven't they?",
    "He'd better not have been seeing things; she'd said so herself, who'd know?",
    "Critics called it a costly mistake, better than the worst but worse than the best.",
    "",
    " ",
    '1. ^ Doe, J. (2018) "Bridges & dams", p. 3-4. https://www.example.org/a?b=1',
]


@pytest.fixture(scope="module")
def both():
    stock, hastened = spacy.load(DEFAULT_MODEL), spacy.load(DEFAULT_MODEL)
    hasten(hastened)
    return stock, hastened


def told(nlp, texts):
    return [[(t.text, t.tag_, t.pos_, t.lemma_, t.dep_, t.head.i) for t in doc] for doc in nlp.pipe(texts)]


def test_every_token_is_told_as_spacy_tells_it_the_first_time_and_the_second(both):
    stock, hastened = both
    assert vars(hastened.get_pipe("attribute_ruler")).get("pipe") is not None
    expected = told(stock, TEXTS)
    assert told(hastened, TEXTS) == expected
    assert told(hastened, TEXTS[::-1]) == expected[::-1]


def test_what_was_learnt_while_words_are_forgotten_again_is_right_afterwards(both):
    stock, hastened = both
    texts = ["The zorbulators were flimmering glibberly.", "Zorbulators flimmered."]
    expected = told(stock, texts)
    for _ in range(3):
        with hastened.memory_zone():
            assert told(hastened, texts) == expected
    assert told(hastened, texts) == expected


def test_a_pipeline_whose_lemmas_come_otherwise_is_left_as_it_is():
    nlp = spacy.blank("en")
    nlp.add_pipe("attribute_ruler")
    nlp.add_pipe("lemmatizer", config={"mode": "lookup"})
    hasten(nlp)
    assert "pipe" not in vars(nlp.get_pipe("attribute_ruler"))
