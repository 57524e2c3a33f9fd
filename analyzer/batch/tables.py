"""The rows of a batch's reports, gathered by dataset."""

from typing import TYPE_CHECKING, Any

from analyzer.errors import UsageError
from analyzer.records import Article, Report
from analyzer.report.datasets import COLUMNS, rows_of, schema, table_of

if TYPE_CHECKING:
    from analyzer.batch.screen import Need


def require_arrow() -> None:
    """Raise UsageError where pyarrow is missing."""
    from importlib.util import find_spec

    if find_spec("pyarrow") is None:
        raise UsageError(
            "tables are written by pyarrow, which is not installed here. Install npov-analyzer[batch], or take "
            "--write reports."
        )


class Tables:
    """The rows of the reports that were added, by dataset."""

    def __init__(self, *, screened: bool = False) -> None:
        names = (*COLUMNS, "screened") if screened else COLUMNS
        self._rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in names}

    def add(self, report: Report, position: int, input: str) -> None:
        """Add the rows of a report; ``position`` is the number of its article in the batch."""
        for dataset, rows in rows_of(report, position, input).items():
            self._rows[dataset].extend(rows)

    def add_screened(self, article: Article, position: int, input: str, need: "Need", *, analysed: bool) -> None:
        """Add what screening came to."""
        self._rows["screened"].append((position, article.id, article.title, input, *need, analysed))

    def encoded(self) -> dict[str, list[bytes]]:
        """Return each dataset as Arrow streams, one of them."""
        import pyarrow as pa

        encoded = {}
        for dataset, rows in self._rows.items():
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, schema(dataset)) as stream:
                stream.write_table(table_of(dataset, rows))
            encoded[dataset] = [sink.getvalue().to_pybytes()]
        return encoded
