"""The one place where networks read sentences: texts and what is read beside them in, what each head says out."""

from analyzer.annotate.encoder.heads import ENCODER, LARGE, Encoder, calibrated, models
from analyzer.annotate.encoder.reading import (
    READERS,
    WITHOUT_WORDS,
    WORDING,
    Reader,
    Reading,
    network_of,
    reading_of,
)
from analyzer.annotate.encoder.session import LONGEST, LONGEST_IN_CONTEXT, require_libraries

__all__ = [
    "ENCODER",
    "LARGE",
    "LONGEST",
    "LONGEST_IN_CONTEXT",
    "READERS",
    "WITHOUT_WORDS",
    "WORDING",
    "Encoder",
    "Reader",
    "Reading",
    "calibrated",
    "models",
    "network_of",
    "reading_of",
    "require_libraries",
]
