"""Stance toward the article's subject."""

from analyzer.annotate.stance.component import create_stance

__all__ = ["create_stance"]
