"""Evaluations: the figures on the dev sets, with intervals and baselines, and the floors that hold them.

One module each, with ``measure(root) -> list[Evaluation]``, and one entry in :data:`EVALUATIONS`: ``npov evaluate``,
its help, the floors and the page of results follow from these.
"""

# What can be asked for, and the modules that measure it. Longest first, for two processes.
EVALUATIONS: dict[str, tuple[str, ...]] = {
    "banners": ("banners", "composed"),
    "articles": ("articles",),
    "whole-articles": ("whole_articles",),
    "wording": ("wording",),
    "stance": ("stance",),
    "attribution": ("attribution",),
    "gold": ("gold",),
}
WHICH = (*reversed(EVALUATIONS), "all")
