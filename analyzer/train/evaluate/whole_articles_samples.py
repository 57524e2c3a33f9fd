"""Eight whole articles of the samples, two lives, a country, an idea, a newspaper, a band, a sportsman and an animal.

No network knows a sentence of them, and no number was chosen by their figures: they have no floors, so that nothing is
tuned until it passes here, and are measured when they are asked for by name. What was mended after a look at them is
told beside the labels (models/own-labels), what is counted, and how, in :mod:`.whole_articles`.
"""

from pathlib import Path

from analyzer.train.core.measures import Evaluation
from analyzer.train.evaluate.whole_articles import figures_of

OF_SAMPLES = "whole-articles-samples"


def measure(root: Path) -> list[Evaluation]:
    """Return the figures of stance for each engine, and of attributions for those whose network reads them, too."""
    return list(figures_of(OF_SAMPLES, root))
