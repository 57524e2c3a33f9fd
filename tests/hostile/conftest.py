"""What hostile tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="package")
def every_text_is_read() -> Iterator[None]:
    """Have texts in no language reach the parser, too: what does not read as English is not parsed else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analyzer.annotate.english.LEAST", 0.0)
        yield
