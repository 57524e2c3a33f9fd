"""The input format gemtext, as pages of the Gemini network are written."""

from typing import Any

from msgspec.structs import replace

from analyzer.readers import Format
from analyzer.readers.plaintext.reader import read_plaintext
from analyzer.records import Article

FORMAT = Format(
    name="gemtext",
    reader="house_rules.gemtext:read_gemtext",
    signs=((95, lambda head: head.startswith("=> gemini:")),),  # the rank: above plain text, and above wikitext
    endings=(".gmi",),
)


def read_gemtext(text: str, **known: Any) -> Article:
    """Return the article without its lines of links; ``known`` are title, subject, id and name of the file."""
    prose = "\n".join(line for line in text.splitlines() if not line.startswith("=>"))
    return replace(read_plaintext(prose, **known), format="gemtext")
