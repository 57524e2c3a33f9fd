"""The one place where networks read sentences: texts and what is read beside them in, what each head says out."""

from analyzer.annotate.encoder.heads import ENCODER, LARGE, Encoder, calibrated, models
from analyzer.annotate.encoder.reading import READERS, WITHOUT_WORDS, WORDING, Reader, Reading, reading_of
from analyzer.annotate.encoder.session import LONGEST, Stretch, require_libraries

__all__ = [
    "ENCODER",
    "LARGE",
    "LONGEST",
    "READERS",
    "WITHOUT_WORDS",
    "WORDING",
    "Encoder",
    "Reader",
    "Reading",
    "Stretch",
    "calibrated",
    "models",
    "reading_of",
    "require_libraries",
]
