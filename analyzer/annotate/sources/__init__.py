"""Who each source is: name, reference and type."""

from analyzer.annotate.sources.component import create_sources

__all__ = ["create_sources"]
