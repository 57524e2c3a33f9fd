"""The parser's products of matrices by NumPy's BLAS: the same parse, on one thread, and nobody else's settings lost."""

from __future__ import annotations

import pytest
import spacy
from threadpoolctl import ThreadpoolController, threadpool_limits

from analyzer.annotate import products
from analyzer.pipeline import DEFAULT_MODEL

TEXTS = [
    "Critics called the bridge a costly mistake, though engineers who had built it said that it would last.",
    "The dams were built in 1911. They have held ever since, haven't they?",
]


def threads():
    return {library["num_threads"] for library in ThreadpoolController().select(user_api="blas").info()}


def test_the_blas_keeps_to_one_thread_in_the_block_and_has_its_own_number_again_afterwards():
    with threadpool_limits(2, user_api="blas"):
        with products.one_thread():
            assert threads() == {1}
        assert threads() == {2}


@pytest.fixture(scope="module")
def both():
    stock, hastened = spacy.load(DEFAULT_MODEL), spacy.load(DEFAULT_MODEL)
    products.hasten(hastened)
    return stock, hastened


def told(nlp):
    return [[(t.text, t.tag_, t.dep_, t.head.i, t.ent_type_) for t in doc] for doc in nlp.pipe(TEXTS)]


@pytest.mark.pipeline
def test_the_parse_is_spacys_own(both):
    stock, hastened = both
    assert told(hastened) == told(stock)


@pytest.mark.pipeline
def test_no_network_is_left_to_blis_and_operations_that_are_not_numpys_stay(both):
    _, hastened = both
    models = [getattr(component, "model", None) for _, component in hastened.pipeline]
    networks = [node for model in models if hasattr(model, "walk") for node in model.walk()]
    assert networks
    assert not any(node.ops.use_blis for node in networks)
    other = type("Other", (type(networks[0].ops),), {"name": "other"})()
    networks[0].ops = other
    products.hasten(hastened)
    assert networks[0].ops is other
