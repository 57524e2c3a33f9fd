"""docs/issues.md: every issue with its policy, needs, formula, examples and blind spots; ``make docs`` writes it."""

from collections.abc import Iterable, Mapping
from textwrap import shorten
from typing import Any

from analyzer.issues import explain, scorers
from analyzer.issues.scorer import CAP
from analyzer.report.labels import FACET_NAMES, issue_title
from analyzer.report.policies import linked
from analyzer.vocabulary import THRESHOLD

_FAMILIES = {
    "paid": "Paid and conflict-of-interest editing",
    "promotion": "Promotion",
    "balance": "Balance",
    "language": "Language",
    "quotation": "Quotation",
    "sourcing": "Sourcing",
    "spam": "Spam",
}
_SECTIONS = {
    "named": "the article and every section",
    "every": "the article and every section",
    "claimed": "the article, and sections under a banner",
    "none": "the whole article only",
}
_EXAMPLES = {"flag": "Found", "clean": "Not found", "not assessable": "Not assessable"}
_SHOWN = 2  # sentences or references of an example

_HEAD = """<!-- Made from the code by `make docs`; edit analyzer/issues/families and tests/examples instead. -->
# Issues

What is checked, issue by issue; `npov explain ISSUE` shows the same. A score is

    score = 1 / (1 + exp(-(bias + weight x signal + weight x signal + ...)))

with each signal between 0 and 1; from {threshold} upward the issue is found. [Scores](scores.md) tells how signals are
measured, what banners decide, and where the weights come from; [What the scores mean](meaning.md) how much to believe.

**A score says how a text reads, not who wrote it or why: it is no proof of paid editing.** All examples are invented,
and kept by the tests. *Set by hand* means that too few of the articles that may be trained on carry the issue: take its
score for a pointer.
"""


def text(examples: Iterable[Mapping[str, Any]] = ()) -> str:
    """Return the whole page; ``examples`` are rows of ``tests/examples/<family>.toml``."""
    given = list(examples)
    parts = [_HEAD.format(threshold=THRESHOLD)]
    family = ""
    for scorer in scorers():
        told = explain(scorer.issue)
        if told["family"] != family:
            family = told["family"]
            parts.append(f"## {_FAMILIES.get(family, family.capitalize())}\n")
        parts.append(_issue(told, [row for row in given if row["issue"] == scorer.issue]))
    return "\n".join(parts)


def _issue(told: dict[str, Any], examples: list[Mapping[str, Any]]) -> str:
    summary = told["summary"]
    parts = [f"### {told['issue']}\n", f"**{issue_title(told['issue'])}**: {summary}.\n", "| | |\n|---|---|"]
    parts += [f"| {name} | {value} |" for name, value in _facts(told).items()]
    if "signals" in told:
        parts += ["", *_formula(told)]
    if shown := [_example(row) for row in examples]:
        parts += ["", *shown]
    return "\n".join(parts) + "\n"


def _facts(told: dict[str, Any]) -> dict[str, str]:
    needs = [FACET_NAMES.get(facet, facet) for facet in told["needs"] if facet != "text"]
    least = f"{told['minimum_words']} words of prose or more" if "signals" in told else FACET_NAMES["text"]
    facts = {"policy": linked(told["policy"]), "needs": ", ".join([least, *needs])}
    if "signals" not in told:
        return facts
    facts["judged"] = _SECTIONS[told["sections"]]
    facts["weights"] = f"fitted on {told['calibrated_on']}" if told["calibrated_on"] else "set by hand"
    if told["blind_spots"]:
        facts["does not see"] = told["blind_spots"]
    return facts


def _formula(told: dict[str, Any]) -> list[str]:
    rows = sorted((row for row in told["signals"] if row["weight"]), key=lambda row: (-abs(row["weight"]), row["name"]))
    parts = ["| signal | weight | how it is measured |", "|---|--:|---|", f"| *bias* | {told['bias']:+g} | |"]
    parts += [f"| `{row['name']}` | {row['weight']:+g} | {row['says']} |" for row in rows]
    if told["requires"]:
        groups = " and one of ".join(", ".join(f"`{name}`" for name in group) for group in told["requires"])
        parts += ["", f"Without one of {groups} at 0.1 or more the score counts {CAP} of itself."]
    return parts


def _example(row: Mapping[str, Any]) -> str:
    words = [each["text"] for each in row.get("sentences", ()) if "text" in each]
    works = [each["text"] for each in row.get("references", ()) if each.get("text")]
    shown = [f"“{shorten(each, 180, placeholder=' ...')}”" for each in (words[:_SHOWN] or works[:_SHOWN])]
    more = " ..." if len(words or works) > _SHOWN else ""
    return f"- *{_EXAMPLES[row['expect']]}*, {row['why']}" + (f": {' '.join(shown)}{more}" if shown else ".")
