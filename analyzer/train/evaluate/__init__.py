"""Evaluations: the figures on the dev sets, with intervals and baselines, and the floors that hold them.

One module each, with ``measure(root) -> list[Evaluation]``, and one entry in :data:`EVALUATIONS`: ``npov evaluate``,
its help, the floors and the page of results follow from these. Those in :data:`RESTED` have no floors.
"""

# What can be asked for, and the modules that measure it. Longest first, for two processes.
_NAMES = ("articles", "whole-articles", "wording", "stance", "attribution", "gold")
EVALUATIONS = {"banners": ("banners", "composed"), **{name: (name.replace("-", "_"),) for name in _NAMES}}
# Measured when asked for by name, not with all: a set wears out with every look, and the gate looks at each change.
RESTED = {"samples": ("whole_articles_samples",)}
WHICH = (*reversed(EVALUATIONS), *RESTED, "all")
