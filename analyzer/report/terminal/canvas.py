"""What the terminal report draws with: bars, shades and colours, and their ASCII stand-ins."""

from __future__ import annotations

from io import StringIO

from rich.console import Console, RenderableType
from rich.text import Text

STANCE_STYLE = {"critique": "red", "endorsement": "green", "mixed": "yellow", "neutral": "dim"}

# The report's own signs; what else is not ASCII is the article's, and the output shows it as it can.
ASCII = str.maketrans(
    {"▲": "!", "└": "-", "→": ">", "“": '"', "”": '"', "·": "-", "−": "-", "–": "-", "…": "...", "é": "e"}
)


class Ink:
    """Draws bars with what the output can show, in a narrow or a wide form."""

    def __init__(self, *, width: int, ascii_only: bool) -> None:
        self.width = width
        self.wide = width >= 100
        self.full, self.empty = ("#", ".") if ascii_only else ("█", "░")
        self.shades = ("-", "+", "x", ".") if ascii_only else ("█", "▓", "▒", "░")

    def bar(self, share: float, cells: int, style: str) -> Text:
        """Return a bar of ``cells`` cells; anything above nothing fills at least one."""
        filled = round(share * cells)
        if share > 0:
            filled = max(filled, 1)
        return Text.assemble((self.full * filled, style), (self.empty * (cells - filled), "dim"))


def printed(content: RenderableType, width: int, *, colour: bool) -> str:
    """Return what rich prints, without the blanks that it fills lines with where there is no colour to end."""
    console = Console(
        file=StringIO(),
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
        legacy_windows=False,
        _environ={},
    )
    with console.capture() as capture:
        console.print(content, highlight=False, markup=False, emoji=False)
    text = capture.get()
    return text if colour else "\n".join(line.rstrip() for line in text.split("\n"))


def heading(title: str) -> Text:
    """Return a section heading with a blank line above."""
    word, _, rest = title.partition(" ")
    return Text.assemble("\n", (word, "bold cyan"), (f" {rest}" if rest else "", "cyan"))
