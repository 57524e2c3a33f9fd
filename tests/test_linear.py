"""The linear layer gives what scikit-learn's own classes give, from arrays."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from analyzer.linear import (
    NamedLinear,
    SparseLinear,
    Vocabulary,
    bucket,
    codes,
    crossed,
    join,
    log_softmax,
    mix,
    shared_sums,
    softmax,
)

NAMES = ["cue=say", "cue=claim", "source=critics", "dep=nsubj", "Ünal"]
UNITS = [["cue=say", "dep=nsubj"], ["cue=claim", "source=critics", "dep=nsubj"], ["cue=say", "source=critics"], []]
LABELS = ["a", "b", "c", "a"]


def dense(units):
    return np.array([[float(name in unit) for name in NAMES] for unit in units])


def test_a_name_has_one_code_wherever_it_is_hashed():
    assert codes(["say", "claim", "say"]) == [zlib.crc32(b"say"), zlib.crc32(b"claim")]
    assert codes(["Ünal"]) == [zlib.crc32("Ünal".encode())]


def test_a_crossing_is_hashed_as_the_joined_name():
    (critics,) = codes(["source=critics"])
    assert crossed(critics, [b"|say", b"|claim"]) == codes(["source=critics|say", "source=critics|claim"])


def test_joined_hashes_depend_on_order_and_template():
    one, two = np.array([11], dtype=np.uint64), np.array([12], dtype=np.uint64)
    assert len({int(join(a, b, t)[0]) for a, b, t in ((one, two, 1), (two, one, 1), (one, two, 2))}) == 3
    assert len(set(mix(np.arange(10_000, dtype=np.uint64)).tolist())) == 10_000


def test_buckets_are_spread_evenly():
    counts = np.bincount(bucket(mix(np.arange(64_000, dtype=np.uint64)), 6), minlength=64)
    assert counts.min() > 850 and counts.max() < 1150


def test_a_sparse_model_predicts_as_the_estimator_its_arrays_come_from():
    estimator = LogisticRegression().fit(dense(UNITS), LABELS)
    model = SparseLinear(estimator.coef_.T, estimator.intercept_)
    unit, column = Vocabulary(NAMES).rows([[*names, "never met"] for names in UNITS])
    found = model.probabilities(unit, column, len(UNITS))
    np.testing.assert_allclose(found, estimator.predict_proba(dense(UNITS)), atol=1e-6)


def test_features_that_a_hashed_model_does_not_know_count_nothing():
    model = SparseLinear(np.array([[2.0, 0.0], [0.0, 1.0]]), np.zeros(2), feature=np.array([3, 9]))
    known = model.probabilities(np.array([0]), np.array([9]), 1)
    more = model.probabilities(np.array([0, 0, 0]), np.array([4, 9, 11]), 1)
    np.testing.assert_array_equal(known, more)


def test_with_idf_a_unit_has_length_one_however_many_features_it_has():
    model = SparseLinear(np.eye(2), np.zeros(2), feature=np.array([0, 1]), idf=np.array([1.0, 1.0]))
    parts = model.parts(np.array([0, 0]), np.array([0, 1]), 1)
    assert np.linalg.norm(parts) == pytest.approx(1.0)


def test_a_named_model_counts_the_names_that_it_knows():
    model = NamedLinear.of({"intercept": -1.0, "weights": {"a": 2.0, "b": 0.5}})
    assert model.of_names(["a", "unknown"]) == pytest.approx(1 / (1 + np.exp(-1.0)))
    assert model.in_order(["b", "unknown", "a"]) == [0.5, 0.0, 2.0]


def test_softmax_and_its_logarithm_agree():
    scores = np.array([[1.0, 2.0, 3.0], [1000.0, 0.0, -1000.0]])
    np.testing.assert_allclose(np.exp(log_softmax(scores)), softmax(scores), atol=1e-6)


def test_parts_that_rows_share_are_summed_like_any_other():
    weights = np.arange(8, dtype=np.float32)
    shared = [1, 2]
    found = shared_sums(weights, [(shared, [3]), (shared, [4, 5, 8 + 6])])
    np.testing.assert_array_equal(found, [[3, 3], [3, 15]])
