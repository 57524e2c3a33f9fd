"""Who says what: cues, sources and contents."""

from analyzer.annotate.attribution.component import create_attribution

__all__ = ["create_attribution"]
