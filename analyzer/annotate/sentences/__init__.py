"""Sentence boundaries as a reader would set them."""

from analyzer.annotate.sentences.component import create_sentences

__all__ = ["create_sentences"]
