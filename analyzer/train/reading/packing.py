"""A tuned network as it is shipped: its weights, its calibration, and the third look that weighs its tags."""

import gzip
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from analyzer.annotate.encoder import Reader
from analyzer.annotate.encoder.reading import NETWORK
from analyzer.annotate.stance.accurate import Joint
from analyzer.linear import Array, Matrix
from analyzer.train.attribution.trainer import Settings
from analyzer.train.core.recipe import Data, Recipe, Row
from analyzer.train.encoder.tuning import Examples
from analyzer.train.reading import in_articles
from analyzer.train.reading.third import fit_third, seen
from analyzer.vocabulary import STANCES


def uncalibrated(recipe: Recipe) -> Row:
    """Return the settings of :class:`Joint` before they are fitted."""
    return {key: recipe.estimator[key] for key in ("fast_share", "sure")} | {
        "scale": 1.0,
        "shift": [0.0] * len(STANCES),
    }


def logs(reader: Reader, examples: Examples, settings: Row, fast: Matrix | None = None) -> Array:
    """Return log-probabilities of sentences before calibration, joined with the fast model's where it has a share."""
    scores = reader.read(examples.titles, examples.texts).stance
    return Joint(settings).logs(scores, np.ones_like(scores) if fast is None else fast)


def files(
    network: bytes, tokenizer: str, settings: Row, articles: Sequence[Row], recipe: Recipe, data: Data
) -> tuple[Mapping[str, Any], Row]:
    """Return the files of a network and the figures of its third look, which is fitted on ``articles`` held out."""
    docs = in_articles.articles(data, articles)
    third, figures = fit_third(
        seen(Reader(network, tokenizer, recipe.name), docs),
        Settings(**recipe.estimator["third"], seed=recipe.seed),
        recipe.estimator["open"],
    )
    # Zipped, 8-bit weights lose a fifth: what comes of the zip are the same bytes.
    stored = {NETWORK: gzip.compress(network, mtime=0), "tokenizer.json": tokenizer.encode()}
    return stored | {"calibration.json": settings} | third, figures
