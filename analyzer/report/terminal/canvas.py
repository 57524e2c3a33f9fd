"""What the terminal reports draw with: bars, shades, colours and grids, and the ASCII signs that stand for them."""

from collections.abc import Iterable
from io import StringIO
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

# Wider lines are harder to read than they are useful.
MAX_WIDTH = 120
_LEAST = 0.005  # of a bar that has a cell: a lower score is shown as .00
STANCE_STYLE = {"critique": "red", "endorsement": "green", "mixed": "yellow", "neutral": "dim"}

# The report's own signs; what else is not ASCII is the article's, and the output shows it as it can.
_ASCII = str.maketrans(
    {"▲": "!", "└": "-", "→": ">", "“": '"', "”": '"', "·": "-", "−": "-", "–": "-", "…": "...", "é": "e"}
)


class Canvas:
    """Draws with what the output can show, in a narrow or a wide form."""

    def __init__(self, width: int, colour: bool = False, *, ascii_only: bool = False) -> None:
        self.width = min(width, MAX_WIDTH)
        self.wide = self.width >= 100
        self._colour, self._ascii = colour, ascii_only
        self._full, self._empty = ("#", ".") if ascii_only else ("█", "░")
        self.shades = ("-", "+", "x", ".") if ascii_only else ("█", "▓", "▒", "░")

    def bar(self, share: float, cells: int, style: str) -> Text:
        """Return a bar of ``cells`` cells; what is not shown as .00 fills at least one."""
        filled = max(round(share * cells), int(share >= _LEAST))
        return Text.assemble((self._full * filled, style), (self._empty * (cells - filled), "dim"))

    def printed(self, parts: Iterable[RenderableType]) -> str:
        """Return what rich prints, without the blanks that it fills lines with where there is no colour to end."""
        console = Console(
            file=StringIO(),
            width=self.width,
            force_terminal=self._colour,
            color_system="standard" if self._colour else None,
            no_color=not self._colour,
            legacy_windows=False,
            _environ={},
        )
        with console.capture() as capture:
            console.print(Group(*parts), highlight=False, markup=False, emoji=False)
        text = capture.get()
        text = text if self._colour else "\n".join(line.rstrip() for line in text.split("\n"))
        return text.translate(_ASCII) if self._ascii else text


def heading(title: str) -> Text:
    """Return a section heading with a blank line above."""
    word, blank, rest = title.partition(" ")
    return Text.assemble("\n", (word, "bold cyan"), (blank + rest, "cyan"))


def grid(*columns: dict[str, Any], expand: bool = False, gap: int = 2) -> Table:
    """Return a table without lines, with columns of these options."""
    table = Table.grid(padding=(0, gap, 0, 0), expand=expand)
    for options in columns:
        table.add_column(**options)
    return table


def indented(content: RenderableType | str, style: str = "") -> Padding:
    """Return what stands under a heading."""
    return Padding(Text(content, style) if isinstance(content, str) else content, (0, 0, 0, 2))
