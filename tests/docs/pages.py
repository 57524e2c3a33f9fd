"""The pages of the documentation, and the examples on them: whatever stands in a fence of a language that is run.

A comment in the line above a fence, ``<!-- not run: it needs a cluster -->``, leaves an example out, and says why.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
README = ROOT / "README.md"
PAGES = [README, *sorted(DOCS.glob("*.md"))]
RUN = ("sh", "python")
# Pages whose examples build on each other in a way of their own, and the tests that run them.
RUN_ELSEWHERE = {
    "configuration.md": "tests/cli/test_configuration_docs.py",
    "extending.md": "tests/contracts/test_example_package.py",
}
_FENCE = re.compile(
    r"^(?P<indent> *)(?:<!-- not run: (?P<why>[^\n]+?) -->\n+ *)?"
    r"```(?P<language>[\w-]*)[^\n]*\n(?P<code>.*?)^ *```[ \t]*$",
    re.DOTALL | re.MULTILINE,
)


class Example(NamedTuple):
    """A fence: its language, its code, the line on which that begins, and why it is not run ("" where it is)."""

    language: str
    code: str
    line: int
    why_not: str

    @property
    def is_run(self) -> bool:
        """Whether it is in a language that is run, and not left out."""
        return self.language in RUN and not self.why_not


def examples(page: Path) -> list[Example]:
    """Return the fences of a page, in order."""
    text = page.read_text("utf-8")
    return [
        Example(
            found["language"],
            re.sub(rf"^{found['indent']}", "", found["code"], flags=re.MULTILINE),
            text.count("\n", 0, found.start("code")) + 1,
            found["why"] or "",
        )
        for found in _FENCE.finditer(text)
    ]


def prose(page: Path) -> str:
    """Return a page without its fences and comments."""
    return re.sub(r"<!--.*?-->", "", _FENCE.sub("", page.read_text("utf-8")), flags=re.DOTALL)
