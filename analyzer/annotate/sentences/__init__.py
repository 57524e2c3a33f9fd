"""Sentence boundaries as a reader would set them."""

from analyzer.annotate.sentences.component import Sentences, create_sentences, sentence_bounds, sentence_rows

__all__ = ["Sentences", "create_sentences", "sentence_bounds", "sentence_rows"]
