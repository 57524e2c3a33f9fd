"""What the terminal report draws with: bars, shades and colours, and their ASCII stand-ins."""

from __future__ import annotations

from rich.text import Text

STANCE_STYLE = {"critique": "red", "endorsement": "green", "mixed": "yellow", "neutral": "dim"}

# The report's own signs; what else is not ASCII is the article's, and the output shows it as it can.
ASCII = str.maketrans(
    {"▲": "!", "└": "-", "→": ">", "“": '"', "”": '"', "·": "-", "−": "-", "–": "-", "…": "...", "é": "e"}
)


class Ink:
    """Draws bars with what the output can show, in a narrow or a wide form."""

    def __init__(self, *, wide: bool, ascii_only: bool) -> None:
        self.wide = wide
        self.full, self.empty = ("#", ".") if ascii_only else ("█", "░")
        self.shades = ("-", "+", "x", ".") if ascii_only else ("█", "▓", "▒", "░")

    def bar(self, share: float, cells: int, style: str) -> Text:
        """Return a bar of ``cells`` cells; anything above nothing fills at least one."""
        filled = round(share * cells)
        if share > 0:
            filled = max(filled, 1)
        return Text.assemble((self.full * filled, style), (self.empty * (cells - filled), "dim"))
