"""The one place where a network reads sentences in context: a title and sentences in, what each head says out."""

from analyzer.annotate.encoder.heads import ENCODER, LARGE, WORDING, Encoder, models
from analyzer.annotate.encoder.session import LONGEST, LONGEST_IN_CONTEXT, require_libraries

__all__ = ["ENCODER", "LARGE", "LONGEST", "LONGEST_IN_CONTEXT", "WORDING", "Encoder", "models", "require_libraries"]
