"""Evaluations: the figures on the dev sets, with intervals and baselines, and the floors that hold them.

One module each, with ``measure(root) -> list[Evaluation]``, and one entry in :data:`EVALUATIONS`: ``npov evaluate``,
its help, the floors and the page of results follow from these.
"""

# What can be asked for, and the modules that measure it. Longest first, for two processes.
_NAMES = ("articles", "whole-articles", "wording", "stance", "attribution", "gold")
EVALUATIONS = {"banners": ("banners", "composed"), **{name: (name.replace("-", "_"),) for name in _NAMES}}
WHICH = (*reversed(EVALUATIONS), "all")
