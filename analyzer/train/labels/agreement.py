"""Agreement of two label files: how far two people (or a person and the analyzer) give the same labels.

Cohen's kappa (1960) for stance and for "attributed or not"; for attributions the F1 of sources matched one to one
within a sentence, then, over the matched, how often type, mode and carried agree. Sentences pair up by largest overlap.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sklearn.metrics import cohen_kappa_score

from analyzer.errors import UsageError
from analyzer.train.core.measures import bootstrap, f1, pick
from analyzer.train.labels.passages import in_order, most_overlapping, name_words, overlap, read_labels

Row = dict[str, Any]
Couple = tuple[Row, Row]  # the same sentence, or attribution, by the first and by the second person


def agreement(first: Path | str, second: Path | str) -> dict[str, Any]:
    """Return the agreement of two label files on the passages both hold; :class:`UsageError` where they hold none.

    ``figures`` by name, ``intervals`` (95 %, over passages), the counts behind them, and ``only_first`` and
    ``only_second``, the passages that one file alone has. Kappa is null where both gave one and the same label only.
    """
    a, b = _by_id(first), _by_id(second)
    shared = [key for key in a if key in b]
    if not shared:
        raise UsageError(
            f"{first} and {second} have no passage id in common ({len(a)} and {len(b)} passages); "
            "both must come from one file of `npov annotate`."
        )
    for key in shared:
        if _squeezed(a[key]) != _squeezed(b[key]):
            raise UsageError(
                f"passage {key!r} has different sentences' text in {first} and {second}; label the same file."
            )
    passages = [list(paired(a[key], b[key])) for key in shared]
    figures, counts = compare(passages)

    def defined(drawn: Sequence[int]) -> dict[str, float]:
        return {name: value for name, value in compare(pick(passages, drawn))[0].items() if value is not None}

    return {
        "figures": figures,
        "intervals": bootstrap(len(passages), defined),
        "counts": {"passages": len(passages)} | counts,
        "only_first": sorted(a.keys() - b.keys()),
        "only_second": sorted(b.keys() - a.keys()),
    }


def compare(passages: Sequence[Sequence[Couple]]) -> tuple[dict[str, float | None], dict[str, int]]:
    """Return figures and counts over passages of paired sentences."""
    couples = [couple for passage in passages for couple in passage]
    matched = [hit for x, y in couples for hit in _matched(x["attributions"], y["attributions"])]
    n_first, n_second = (sum(len(couple[side]["attributions"]) for couple in couples) for side in (0, 1))
    hits = len(matched)
    stances = [(x["stance"], y["stance"]) for x, y in couples]
    figures: dict[str, float | None] = {
        "stance_kappa": _kappa(stances),
        "stance_accuracy": _share(stances),
        "attributed_kappa": _kappa([(bool(x["attributions"]), bool(y["attributions"])) for x, y in couples]),
        "source_f1": f1(hits, n_second - hits, n_first - hits) if n_first + n_second else None,
        **{
            f"{key}_accuracy_of_matched": _share([(x[key], y[key]) for x, y in matched])
            for key in ("type", "mode", "carried")
        },
    }
    counts = {"sentences": len(couples), "attributions_first": n_first, "attributions_second": n_second}
    return figures, counts | {"matched": hits}


def disagreements(first: Path | str, second: Path | str) -> Iterator[dict[str, str]]:
    """Yield the sentences whose stance differs, for two people to talk over: sentence, text and both labels."""
    b = _by_id(second)
    for key, passage in _by_id(first).items():
        for x, y in paired(passage, b.get(key, {"sentences": ()})):
            if x["stance"] != y["stance"]:
                text = passage["text"][x["start"] : x["end"]]
                yield {"sentence": str(x.get("id")), "text": text, "first": x["stance"], "second": y["stance"]}


def _by_id(path: Path | str) -> dict[str, Row]:
    return {row["id"]: row for row in read_labels(Path(path))}


def same_source(x: Row, y: Row) -> bool:
    """Tell whether two attributions of a sentence name one source: their words overlap, or their names share a word."""
    if x["source"] and y["source"] and overlap(x["source"], y["source"]):
        return True
    if x["source"] is None and y["source"] is None and not x["name"] and not y["name"]:
        return True
    return bool(name_words(x["name"]) & name_words(y["name"]))


def paired(a: Row, b: Row) -> Iterator[Couple]:
    """Yield each sentence of the first with the one of the second that it overlaps most."""
    others = in_order(b["sentences"])
    for x in a["sentences"]:
        best = most_overlapping(x, others)
        if best is not None:
            yield x, best


def _matched(first: Sequence[Row], second: Sequence[Row]) -> Iterator[Couple]:
    """Yield the attributions of two sentences that name one source, one to one in order."""
    rest = list(second)
    for x in first:
        hit = next((y for y in rest if same_source(x, y)), None)
        if hit is not None:
            rest.remove(hit)
            yield x, hit


def _kappa(pairs: Sequence[tuple[Any, Any]]) -> float | None:
    """Return Cohen's kappa, or None where it is not defined (nothing, or one label throughout)."""
    if len({label for pair in pairs for label in pair}) < 2:
        return None
    first, second = zip(*pairs, strict=True)
    return float(cohen_kappa_score(first, second))


def _share(pairs: Sequence[tuple[Any, Any]]) -> float | None:
    return sum(x == y for x, y in pairs) / len(pairs) if pairs else None


def _squeezed(row: Row) -> str:
    """Return the text without white space: a CSV does not keep what stands between sentences."""
    parts = (row["text"][s["start"] : s["end"]] for s in row["sentences"])
    return "".join("".join(parts).split())
