"""Figures that the README and the pages tell in words are those that were measured: docs/quality.md has them."""

from __future__ import annotations

import re

import pytest

from .pages import DOCS, ROOT

README, MEANING, PATROL = "README.md", "docs/meaning.md", "docs/patrolling.md"
# A page, the words on it, the set and the figure of docs/quality.md, what the words say, and how exactly they say it.
TOLD = [
    (README, "macro-F1 .57\nagainst .69", "gold-fast", "stance_macro_f1", 0.57, 0.005),
    (README, "macro-F1 .57\nagainst .69", "gold", "stance_macro_f1", 0.69, 0.005),
    (README, "in its article (.78", "gold-large", "stance_macro_f1", 0.78, 0.005),
    (README, "flagged nine in ten", "articles", "flags_agreed", 0.9, 0.05),
    (README, "certain of three in four", "articles", "sure_found", 0.75, 0.05),
    (PATROL, "finds three of four", "articles", "sure_found", 0.75, 0.05),
    (PATROL, "one flag in ten", "articles", "flags_agreed", 0.9, 0.05),
    (MEANING, "(gold dev) | .57 | .69 | .78 |", "gold-fast", "stance_macro_f1", 0.57, 0.005),
    (MEANING, "(gold dev) | .57 | .69 | .78 |", "gold", "stance_macro_f1", 0.69, 0.005),
    (MEANING, "(gold dev) | .57 | .69 | .78 |", "gold-large", "stance_macro_f1", 0.78, 0.005),
    (MEANING, "whole articles | .34 | .65 | .72 |", "whole-articles-fast", "stance_macro_f1", 0.34, 0.005),
    (MEANING, "whole articles | .34 | .65 | .72 |", "whole-articles", "stance_macro_f1", 0.65, 0.005),
    (MEANING, "whole articles | .34 | .65 | .72 |", "whole-articles-large", "stance_macro_f1", 0.72, 0.005),
    (MEANING, "labels critique there, two in five are", "whole-articles", "critique_precision", 0.4, 0.05),
    (MEANING, "finds two in three", "whole-articles", "critique_recall", 0.67, 0.05),
    (MEANING, "mostly right (nine in ten", "whole-articles", "sure.critique_precision", 0.9, 0.05),
    (MEANING, "four in five with *large*", "whole-articles-large", "sure.critique_precision", 0.8, 0.05),
    (MEANING, "there is (over a quarter", "whole-articles", "sure.critique_recall", 0.28, 0.03),
    (MEANING, "or over half with *large*", "whole-articles-large", "sure.critique_recall", 0.55, 0.05),
    (MEANING, ".8 and more, over nine sides in ten", "whole-articles-large", "sure_right", 0.93, 0.03),
    (MEANING, ".81 are right with *accurate* (.84", "whole-articles", "sure.source_precision", 0.81, 0.005),
    (MEANING, ".81 are right with *accurate* (.84", "whole-articles-large", "sure.source_precision", 0.84, 0.005),
    (MEANING, ".62 (.71) of the real ones", "whole-articles", "sure.source_recall", 0.62, 0.005),
    (MEANING, ".62 (.71) of the real ones", "whole-articles-large", "sure.source_recall", 0.71, 0.005),
    (MEANING, "right in four of five", "whole-articles", "type_accuracy_of_found", 0.8, 0.05),
    (MEANING, "and technology | .36 | .53 | .63 |", "whole-articles-2019-fast", "stance_macro_f1", 0.36, 0.005),
    (MEANING, "and technology | .36 | .53 | .63 |", "whole-articles-2019", "stance_macro_f1", 0.53, 0.005),
    (
        MEANING,
        "and technology | .36 | .53 | .63 |",
        "whole-articles-2019-large",
        "stance_macro_f1",
        0.63,
        0.005,
    ),
    (MEANING, ".61 of the critiques that *large*", "whole-articles-2019-large", "sure.critique_precision", 0.61, 0.005),
    (MEANING, "right and .38 are found", "whole-articles-2019-large", "sure.critique_recall", 0.38, 0.005),
    (MEANING, ".46 and .18)", "whole-articles-2019", "sure.critique_precision", 0.46, 0.006),
    (MEANING, ".46 and .18)", "whole-articles-2019", "sure.critique_recall", 0.18, 0.006),
    (MEANING, "endorsements .82 and .57", "whole-articles-2019-large", "sure.endorsement_precision", 0.82, 0.005),
    (MEANING, "endorsements .82 and .57", "whole-articles-2019-large", "sure.endorsement_recall", 0.57, 0.005),
    (MEANING, "(.80 and .39)", "whole-articles-2019", "sure.endorsement_precision", 0.8, 0.005),
    (MEANING, "(.80 and .39)", "whole-articles-2019", "sure.endorsement_recall", 0.39, 0.005),
    (MEANING, "articles .86 (.89) are right", "whole-articles-2019", "sure.source_precision", 0.86, 0.005),
    (MEANING, "articles .86 (.89) are right", "whole-articles-2019-large", "sure.source_precision", 0.89, 0.005),
    (MEANING, "and .69 (.73) found", "whole-articles-2019", "sure.source_recall", 0.69, 0.005),
    (MEANING, "and .69 (.73) found", "whole-articles-2019-large", "sure.source_recall", 0.73, 0.005),
    (MEANING, "rank correlation .7)", "articles", "rho_neutrality", 0.7, 0.05),
]


@pytest.mark.parametrize(("page", "words", "of", "figure", "told", "within"), TOLD)
def test_a_figure_in_words_is_the_one_that_was_measured(page, words, of, figure, told, within):
    assert " ".join(words.split()) in " ".join((ROOT / page).read_text("utf-8").split())
    section = (DOCS / "quality.md").read_text("utf-8").split(f"\n## {of}\n")[1].split("\n## ")[0]
    measured = float(re.search(rf"^\| {re.escape(figure)} \| \*\*([\d.]+)\*\*", section, re.MULTILINE)[1])
    assert abs(measured - told) <= within, f"{page}: {words!r} is now {measured} ({figure} of {of})"
