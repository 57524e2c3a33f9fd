"""Words to watch."""

from analyzer.annotate.wording.component import create_marks

__all__ = ["create_marks"]
