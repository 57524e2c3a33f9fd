"""docs/scores.md: ``scores.md`` here, then the scorers; ``python -m analyzer.issues.score_docs > docs/scores.md``."""

import sys
from importlib.resources import files
from typing import Any

from analyzer.issues import SIGNALS, explain, scorers
from analyzer.issues.evidence.view import SMOOTHING
from analyzer.issues.scorer import CAP, THRESHOLD
from analyzer.issues.summary import taken_off


def text() -> str:
    """Return the whole page."""
    intro = (files(__package__) / "scores.md").read_text("utf-8")
    parts = [
        intro.format(THRESHOLD=THRESHOLD, SMOOTHING=SMOOTHING, NEUTRALITY=_neutrality()),
        "## Signals\n| signal | formula |\n|---|---|",
    ]
    parts += [f"| `{name}` | {signal.says} |" for name, signal in sorted(SIGNALS.items())]
    told = [explain(scorer.issue) for scorer in scorers()]
    parts.append("\n## Issues\n" + _by_hand([row for row in told if "signals" in row]))
    parts += map(_issue, told)
    return "\n".join(parts) + "\n"


def _neutrality() -> str:
    """Return what each issue takes off the neutrality, as a table."""
    rows = [
        f"| `{issue}` | {row['weight']:g} | {row['full']:g} | {row['usual']:g} |" for issue, row in taken_off().items()
    ]
    return "\n".join(["| issue | weight | full | usual |", "|---|---|---|---|", *rows])


def _by_hand(rows: list[dict[str, Any]]) -> str:
    """Return which issues keep prior weights, and why."""
    prior = [f"`{row['issue']}`" for row in rows if not row["calibrated_on"]]
    return (
        "Weights set by hand, because too few of the articles that may be trained on carry these issues: "
        f"{', '.join(prior)}."
    )


_SECTIONS = {
    "claimed": " A section is judged only under a banner.",
    "none": " Judged for whole articles only.",
}


def _issue(told: dict[str, Any]) -> str:
    head = (
        f"\n### {told['issue']}\n{told['summary'].capitalize()} ({told['policy']}). Needs: {', '.join(told['needs'])}"
    )
    if "signals" not in told:
        return f"{head}."
    groups = " and one of ".join(", ".join(f"`{name}`" for name in group) for group in told["requires"])
    cap = f" Without one of {groups} at 0.1 or more the score counts {CAP} of itself." if groups else ""
    rows = [row for row in told["signals"] if row["weight"]]
    weights = ", ".join(f"`{row['name']}` {row['weight']:+g}" for row in rows)
    fitted = f"fitted on {told['calibrated_on']}" if told["calibrated_on"] else "set by hand"
    least = f"at least {told['minimum_words']} words"
    scope = _SECTIONS.get(told["sections"], "")
    return f"{head}; {least}.\n\nBias {told['bias']:+g}; weights {weights}. Weights {fitted}.{cap}{scope}"


if __name__ == "__main__":
    sys.stdout.write(text())
