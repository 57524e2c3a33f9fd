"""The one place where networks read sentences: texts and what is read beside them in, what each head says out."""

from analyzer.annotate.encoder.reading import (
    ACCURATE,
    LARGE,
    READERS,
    WITHOUT_WORDS,
    WORDING,
    Reader,
    Reading,
    calibrated,
    reading_of,
)
from analyzer.annotate.encoder.session import LONGEST, require_libraries

__all__ = [
    "ACCURATE",
    "LARGE",
    "LONGEST",
    "READERS",
    "WITHOUT_WORDS",
    "WORDING",
    "Reader",
    "Reading",
    "calibrated",
    "reading_of",
    "require_libraries",
]
