"""The one place where networks read sentences: texts and what is read beside them in, what each head says out."""

from analyzer.annotate.encoder.heads import (
    ENCODER,
    LARGE,
    TAGGER,
    TAGGERS,
    Encoder,
    Tagged,
    calibrated,
    models,
    tags_fit,
)
from analyzer.annotate.encoder.reading import (
    READERS,
    WITHOUT_WORDS,
    WORDING,
    InContext,
    Reader,
    Reading,
    network_of,
    reading_of,
)
from analyzer.annotate.encoder.session import LONGEST, Stretch, require_libraries

__all__ = [
    "ENCODER",
    "LARGE",
    "LONGEST",
    "READERS",
    "TAGGER",
    "TAGGERS",
    "WITHOUT_WORDS",
    "WORDING",
    "Encoder",
    "InContext",
    "Reader",
    "Reading",
    "Stretch",
    "Tagged",
    "calibrated",
    "models",
    "network_of",
    "reading_of",
    "require_libraries",
    "tags_fit",
]
