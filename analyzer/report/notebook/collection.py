"""Many reports that show themselves together."""

from collections.abc import Iterable, Iterator, Sequence
from typing import overload

from analyzer import counting
from analyzer.records import Rejection, Report


class Reports(Sequence[Report]):
    """Reports as a sequence that shows itself in a notebook as one table; what was rejected stands beside it.

    Made from whatever yields reports. ``outcomes`` are the reports and rejections in the order in which they came.

    Examples:
        >>> pipeline = analyzer.load_pipeline(engine="fast")
        >>> paths = ["article.txt", "no-such-file.txt"]
        >>> analyzer.Reports(analyzer.analyze_many(paths, pipeline=pipeline, errors="record"))
        <1 report, 1 rejected>
    """

    def __init__(self, outcomes: Iterable[Report | Rejection] = ()) -> None:
        self.outcomes = tuple(outcomes)
        self._reports = tuple(item for item in self.outcomes if isinstance(item, Report))

    @property
    def rejected(self) -> tuple[Rejection, ...]:
        """The articles that got no report, with the reason."""
        return tuple(item for item in self.outcomes if isinstance(item, Rejection))

    def __len__(self) -> int:
        return len(self._reports)

    def __iter__(self) -> Iterator[Report]:
        return iter(self._reports)

    @overload
    def __getitem__(self, index: int) -> Report: ...
    @overload
    def __getitem__(self, index: slice) -> "Reports": ...
    def __getitem__(self, index: int | slice) -> "Report | Reports":
        return Reports(self._reports[index]) if isinstance(index, slice) else self._reports[index]

    def __repr__(self) -> str:
        rejected = f", {len(self.rejected):,} rejected" if self.rejected else ""
        return f"<{counting.number(len(self), 'report')}{rejected}>"

    def _repr_html_(self) -> str:
        """Return the reports as one table for a notebook, with everything from the articles escaped."""
        from analyzer.report.notebook import shown

        return shown.render_reports(self, self.rejected)
