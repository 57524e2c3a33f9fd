"""What an article is about."""

from analyzer.annotate.subject.component import create_subject

__all__ = ["create_subject"]
