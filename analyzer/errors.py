"""Errors a caller may meet: each message says what was met, what was expected and what to do."""

from collections.abc import Iterable

from analyzer.messages import shortened


class AnalyzerError(Exception):
    """Base of every error that the analyzer raises on purpose; ``exit_code`` is what the command line returns.

    However long the names in its message are, the message is not, and it can be written in any encoding.

    Examples:
        >>> try:
        ...     analyzer.analyze("no-such-file.txt")
        ... except analyzer.AnalyzerError as error:
        ...     print(type(error).__name__, error.exit_code)
        UnreadableInput 3
    """

    exit_code = 2

    def __init__(self, message: str = "") -> None:
        super().__init__(shortened(message))


class AnalyzerWarning(UserWarning):
    """Something that a component needs is missing, so that it does less than it could: docs/spacy.md."""


class UsageError(AnalyzerError):
    """The call itself does not make sense (an unknown issue, two options that exclude each other)."""


class UnreadableInput(AnalyzerError):
    """The input cannot be read as an article; ``code`` is the reason in a word of ``vocabulary.REFUSALS``."""

    exit_code = 3

    def __init__(self, message: str, code: str = "no article") -> None:
        super().__init__(message)
        self.code = code


class ModelError(AnalyzerError):
    """A pipeline or a weights file is missing, damaged, too large, or made for other versions."""

    exit_code = 4


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the end of a message: which of the known names was probably meant; "" where none is like it.

    Of a name with a family before it, as in ``promotion.advert``, the last part may be what was meant.
    """
    from difflib import get_close_matches

    meant: dict[str, str] = {}
    for one in known:
        meant |= {one.rpartition(".")[2]: one, one: one}
    found = get_close_matches(name, list(meant), n=1)
    return f" Did you mean {meant[found[0]]!r}?" if found else ""
