"""Where a report is from: the file that was named, what it holds, and which article of many."""

from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.errors import UnreadableInput

if TYPE_CHECKING:
    from analyzer.records import Report
    from analyzer.report.lint import Origin

_AS_SHOWN = ("wikitext", "html")  # formats of which a report has what a reader sees, not what the file holds


class Origins:
    """Tells the origin of each report; what a file holds is read once."""

    def __init__(self) -> None:
        self._file, self._source, self._many = "", "", False

    def of(self, label: str, report: "Report") -> "Origin":
        """Return the origin of a report on what messages call ``label``: a file's name, an address, standard input."""
        from analyzer.report.lint import Origin

        if label != self._file:
            self._file, (self._source, self._many) = label, _read(Path(label))
        if self._many or report.article.format in ("dump", "enterprise"):
            return Origin(label, article=report.article.title or report.article.id)
        return Origin(label, self._source if self._source and report.article.format in _AS_SHOWN else None)


def _read(path: Path) -> tuple[str, bool]:
    """Return what a file holds, "" for what is none or cannot be read again, and whether that is many articles."""
    from analyzer.readers.formats import format_by_ending, format_of_file
    from analyzer.readers.sniff import decode, read_bytes

    try:
        if not path.is_file():
            return "", False
        if any(known is not None and known.many for known in (format_of_file(path), format_by_ending(path))):
            return "", True
        return decode(read_bytes(path))[0], False
    except (OSError, UnreadableInput):
        return "", False
