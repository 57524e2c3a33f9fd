"""docs/scores.md: ``scores.md`` here, then the signals; ``python -m analyzer.issues.score_docs > docs/scores.md``."""

import sys
from importlib.resources import files

from analyzer.issues import SIGNALS
from analyzer.issues.evidence.view import SMOOTHING
from analyzer.issues.summary import taken_off
from analyzer.vocabulary import THRESHOLD


def text() -> str:
    """Return the whole page."""
    intro = (files(__package__) / "scores.md").read_text("utf-8")
    parts = [
        intro.format(THRESHOLD=THRESHOLD, SMOOTHING=SMOOTHING, NEUTRALITY=_neutrality()),
        "## Signals\n| signal | formula |\n|---|---|",
    ]
    parts += [f"| `{name}` | {signal.says} |" for name, signal in sorted(SIGNALS.items())]
    return "\n".join(parts) + "\n"


def _neutrality() -> str:
    """Return what each issue takes off the neutrality, as a table."""
    rows = [
        f"| `{issue}` | {row['weight']:g} | {row['full']:g} | {row['usual']:g} |" for issue, row in taken_off().items()
    ]
    return "\n".join(["| issue | weight | full | usual |", "|---|---|---|---|", *rows])


if __name__ == "__main__":
    sys.stdout.write(text())
