"""The one place where a network reads sentences in context: a title and sentences in, what each head says out."""

from analyzer.annotate.encoder.heads import ENCODER, WORDING, Encoder, models
from analyzer.annotate.encoder.session import LONGEST, require_libraries

__all__ = ["ENCODER", "LONGEST", "WORDING", "Encoder", "models", "require_libraries"]
