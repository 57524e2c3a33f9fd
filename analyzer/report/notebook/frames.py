"""Reports as data frames, with the columns and types of a batch's Parquet."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal, overload

from analyzer.errors import UsageError
from analyzer.records import Rejection, Report
from analyzer.report.datasets import COLUMNS, rejected_row, rows_of, table_of
from analyzer.report.notebook.collection import Reports
from analyzer.report.notebook.extras import needed

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

Backend = Literal["polars", "pandas"]
Given = Iterable[Report | Rejection]


@overload
def frames(reports: Given, *, backend: Literal["polars"] = "polars") -> "dict[str, pl.DataFrame]": ...
@overload
def frames(reports: Given, *, backend: Literal["pandas"]) -> "dict[str, pd.DataFrame]": ...
@overload
def frames(reports: Given, *, backend: Backend) -> dict[str, Any]: ...
def frames(reports: Given, *, backend: Backend = "polars") -> dict[str, Any]:
    """Return many reports as data frames, by name: "articles", "sentences", "attributions", "sources" and so on.

    Names, columns and types are those of the Parquet files that ``npov batch`` writes; docs/notebooks.md lists them.
    Every frame begins with ``article``, the number of the article among all, which joins them. Memory grows with the
    rows, not with the reports: these may come from a generator, such as :func:`analyzer.analyze_many`.

    Args:
        reports: the reports; a :class:`Rejection` among them becomes a row of "rejected".
        backend: "polars" or "pandas".

    Raises:
        UsageError: a library is not installed; the message names what to install.

    Examples:
        >>> pipeline = analyzer.load_pipeline(engine="fast")
        >>> frames = analyzer.frames(analyzer.analyze_many(["article.txt"], pipeline=pipeline))
        >>> frames["sentences"].columns[:4]
        ['article', 'id', 'title', 'sentence']
    """
    converted = _converter(backend)
    rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in (*COLUMNS, "rejected")}
    for number, item in enumerate(reports.outcomes if isinstance(reports, Reports) else reports):
        if isinstance(item, Rejection):
            rows["rejected"].append(rejected_row(item, number))
            continue
        for dataset, given in rows_of(item, number, None).items():
            rows[dataset].extend(given)
    return {dataset: converted(table_of(dataset, given)) for dataset, given in rows.items()}


def frames_of(report: Report, backend: Backend) -> dict[str, Any]:
    """Return one report as data frames."""
    made = frames([report], backend=backend)
    del made["rejected"]
    return made


def _converter(backend: Backend) -> "Callable[[pa.Table], Any]":
    """Return what makes a frame of an Arrow table; raises UsageError where a library is missing."""
    if backend not in ("polars", "pandas"):
        raise UsageError(f'met backend={backend!r}; expected "polars" or "pandas".')
    extra = {"polars": "notebook", "pandas": "pandas"}[backend]
    pa = needed("pyarrow", extra)
    library = needed(backend, extra)
    if backend == "polars":
        return library.from_arrow  # type: ignore[no-any-return]  # an imported module has no type
    # A number or a flag that may be missing keeps its type, instead of becoming a float or an object.
    nullable = {
        pa.int32(): library.Int32Dtype(),
        pa.int64(): library.Int64Dtype(),
        pa.bool_(): library.BooleanDtype(),
    }
    return lambda table: table.to_pandas(types_mapper=nullable.get)
