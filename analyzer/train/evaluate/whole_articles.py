"""Whole articles that two readers labelled sentence by sentence: stance, its confidence, and attributions.

Two sets: ``whole-articles``, of the dump sample of 2016 (lives, places, works, institutions), which settings were
chosen by for long; and ``whole-articles-2019``, of the dev sets of gold/articles and wiki_banners (science, technology,
methods, some works and controversies), labelled in December 2026 when nothing had been tuned on a look at them. A third
is measured when it is asked for: :mod:`.whole_articles_samples`.

The labels (models/own-labels) have no text: a sentence is known by the sha256 of its text. All figures are of the
sentences that the analyzer still reads as they were labelled; ``keys_found`` is their share.

- Stance: where the readers agree, their label is asked for (recall) and is right (precision, confidence). Where they
  differ, either label is right when it is shown, and none is asked for.
- Attributions: those that both readers saw are asked for, and compared with each reader's extent, name and type in
  turn. One that a single reader saw is neither asked for nor held against the analyzer, as in the gold set; nor is a
  second one of sources that they took as one ("Klee and Minty").
- ``sure.`` before a figure's name: of what is shown as sure alone, stances not marked unsure and attributions of
  confidence .5 or more. ``sure_right`` is the share right of stances other than neutral at a confidence of .8.
- ``unseen.`` before it: of the sentences alone that no network was tuned on. What *accurate* was tuned on holds a third
  of them (``articles.tsv`` and the teacher's labels were drawn from the same dump), whose figures flatter it; *large*
  was tuned on none, but hears *accurate*.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from msgspec.structs import replace as altered

from analyzer.annotate.encoder import ENCODER
from analyzer.annotate.encoder import READERS as READING_ENGINES
from analyzer.pipeline import engines
from analyzer.readers import read_many
from analyzer.records import Article
from analyzer.train.core import measures
from analyzer.train.core.measures import Evaluation, Figures, bootstrap, mean, pick
from analyzer.train.core.passages import as_article, reports_by_engine
from analyzer.train.core.recipe import CHECKOUT, Data, DataMissing, find_recipe, read_jsonl
from analyzer.train.core.wiki_banners import article_of
from analyzer.train.evaluate import baselines
from analyzer.train.evaluate.corpora import Row, dev_rows
from analyzer.train.evaluate.metrics import gold_counts, gold_figures, names_source
from analyzer.train.labels.in_articles import SAMPLE_PAGES
from analyzer.train.labels.keyed import Pair, key_of, keyed, stance_pairs
from analyzer.train.stance import silver
from analyzer.vocabulary import DEFAULT_ENGINE, STANCES, Engine

DUMP = "samples/dump/enwiki_2016_half_a.xml.bz2"
OF_2016, *_ = SETS = ("whole-articles", "whole-articles-2019")
# What a set's rows say they are from, the corpus whose dev set that is, and how one of its rows is read.
_DEV_SETS: tuple[tuple[str, str, Callable[[Row], Article]], ...] = (
    (
        "gold-articles-dev",
        "articles",
        lambda row: as_article(row["wikitext"], row["title"], row["id"], "wikitext"),
    ),
    ("banners-dev", "wiki-banners", article_of),
)
READERS = "AB"
SURE = 0.8
SURE_ATTRIBUTION = 0.5
_SEVERAL = re.compile(r"\s(?:and|or|&)\s")  # in the words of coordinated sources
_SIDES = ("critique", "endorsement", "mixed")
# Of a stance: the sentences where it is shown (right: as a reader says), where both readers agree on it and it is
# found, and where it is shown with confidence.
_COUNTED = ("shown", "right", "agreed", "found", "sure", "sure_right", "unsure")
_OF_LABELS = ("stance_macro_f1", *(f"{label}_{what}" for label in _SIDES for what in ("precision", "recall")))
_UNSEEN = tuple(
    f"{part}{label}_{what}"
    for part in ("", "sure.")
    for label in ("critique", "endorsement")
    for what in ("precision", "recall")
)
_OF_STANCE = (*_OF_LABELS, "sure_right", "critique_sure_right", "endorsement_sure_right", "stance_calibration_error")
_OF_SURE = tuple(f"sure.{name}" for name in _OF_LABELS)
_OF_SOURCES = ("source_precision", "source_recall")
_OF_ATTRIBUTIONS = (
    *(*_OF_SOURCES, "attributed_sentence_f1", "source_and_type_macro_f1", "type_accuracy_of_found"),
    *("full_name_accuracy_of_found", "carried_recall", "unnamed_recall"),
)


Counts = tuple[Counter[Any], Counter[Any]]  # of all labels, and of those shown as sure


class Shown(NamedTuple):
    """A sentence's stance as shown, and what the readers say it is."""

    label: str
    confidence: float
    said: frozenset[str]
    unsure: bool = False


def measure(root: Path) -> list[Evaluation]:
    """Return the figures of stance for each engine, and of attributions for those whose network reads them, too."""
    return [found for name in SETS for found in figures_of(name, root)]


def figures_of(name: str, root: Path) -> Iterator[Evaluation]:
    """Yield the figures of a set by engine; raises :class:`DataMissing` where its labels or articles are not there."""
    rows = list(read_jsonl(labels_of(name)))
    labelled = {row["title"]: row["sentences"] for row in rows}
    reports = reports_by_engine(articles(root, rows), engines())
    known = learnt(root) if name == OF_2016 else None
    for engine in (DEFAULT_ENGINE, *(engine for engine in engines() if engine != DEFAULT_ENGINE)):
        of_stance = _of_stance(name, labelled, reports[engine], engine, known)
        speaking = engine == DEFAULT_ENGINE or engine in READING_ENGINES
        yield _with_attributions(of_stance, labelled, reports[engine], root) if speaking else of_stance


def labels_of(name: str) -> Path:
    """Return the file with the labels of a set; raises :class:`DataMissing` where it is not there."""
    path = CHECKOUT / "models" / "own-labels" / f"{name}.jsonl"
    if not path.is_file():
        raise DataMissing(f"{path}: the labels of whole articles are missing; they are part of a checkout.")
    return path


def articles(root: Path, labelled: Sequence[Row]) -> Iterator[Article]:
    """Yield the articles that the rows are of, those of the dump first; ``source`` says where one is from."""
    titles = {row["title"] for row in labelled if row["source"] == "dump-sample"}
    if titles:
        if not (root / DUMP).is_file():
            raise DataMissing(f"{root / DUMP}: the dump that the labels of whole articles are of is missing.")
        yield from (article for article in read_many(root / DUMP) if article.title in titles)
    for row in labelled:
        if row["source"] == SAMPLE_PAGES:
            page = root / "samples" / row["id"]
            if not page.is_file():
                raise DataMissing(f"{page}: the page that labels of whole articles are of is missing.")
            yield altered(next(read_many(page)), title=row["title"])
    for source, corpus, read_row in _DEV_SETS:
        ids = {row["id"] for row in labelled if row["source"] == source}
        if ids:
            yield from (read_row(row) for row in dev_rows(root, corpus) if row["id"] in ids)


def learnt(root: Path) -> frozenset[str]:
    """Return the keys of the sentences that the accurate engine's network was tuned on, but for the gold passages."""
    data = Data(find_recipe(ENCODER), root)
    return frozenset(map(key_of, (*stance_pairs(data).texts, *silver.load(data).examples.texts)))


def shown(pairs: Iterable[Pair]) -> list[Shown]:
    """Return each sentence's stance beside what the readers say."""
    names = {stance[0]: stance for stance in STANCES}
    return [
        Shown(
            found["stance"], found["confidence"], frozenset(names[row[reader]] for reader in READERS), found["unsure"]
        )
        for row, found in pairs
    ]


def stance_counts(rows: Sequence[Shown]) -> Counter[Any]:
    """Return how many sentences each stance has in each of the ways of :data:`_COUNTED`, and the calibration's sums.

    The counts of articles are added up for their figures: resamples of articles are many, and their sentences more.
    """
    counts = measures.calibration_sums([row.confidence for row in rows], [row.label in row.said for row in rows])
    for row in rows:
        right, sure = row.label in row.said, row.confidence >= SURE
        counts[row.label, "shown"] += 1
        counts[row.label, "right"] += right
        counts[row.label, "sure"] += sure
        counts[row.label, "sure_right"] += sure and right
        counts[row.label, "unsure"] += row.unsure
        if len(row.said) == 1:
            counts[min(row.said), "agreed"] += 1
            counts[min(row.said), "found"] += right
    return counts


def counts_with_sure(rows: Sequence[Shown]) -> Counts:
    """Return the counts of all labels, and of those alone that are not marked unsure."""
    return stance_counts(rows), stance_counts([row._replace(label="unsure") if row.unsure else row for row in rows])


def stance_figures(counts: Counter[Any]) -> Figures:
    """Return precision and recall of each stance, their macro-F1, and how far the confidence can be trusted."""

    def share(part: str, whole: str, *stances: str) -> float:
        return sum(counts[s, part] for s in stances) / max(1, sum(counts[s, whole] for s in stances))

    sides = {s: (share("right", "shown", s), share("found", "agreed", s)) for s in STANCES}
    return {
        "stance_macro_f1": mean([2 * p * r / (p + r) if p and r else 0.0 for p, r in sides.values()]),
        **{f"{s}_precision": precision for s, (precision, _) in sides.items()},
        **{f"{s}_recall": recall for s, (_, recall) in sides.items()},
        "sure_right": share("sure_right", "sure", *_SIDES),
        **{f"{s}_sure_right": share("sure_right", "sure", s) for s in ("critique", "endorsement")},
        "stance_calibration_error": measures.calibration_error(measures.calibration_curve(counts)),
    }


def figures_with_sure(counted: Sequence[Counts]) -> Figures:
    """Return the figures of stance, those of labels that are not marked unsure, and the share of sides that are not.

    ``counted`` has an article's counts in each row.
    """
    everything, sure = (_added_up(counts) for counts in zip(*counted, strict=True))
    sides, unsure = (sum(everything[side, what] for side in _SIDES) for what in ("shown", "unsure"))
    of_sure = stance_figures(sure)
    return stance_figures(everything) | {
        **{f"sure.{name}": of_sure[name] for name in _OF_LABELS},
        "sure_share_of_sides": 1 - unsure / sides if sides else 0.0,
    }


def _added_up(counts: Iterable[Counter[Any]]) -> Counter[Any]:
    total: Counter[Any] = Counter()
    for one in counts:
        total.update(one)
    return total


def attribution_counts(pairs: Sequence[Pair], report: Row, least: float = 0.0) -> Counter[Any]:
    """Return the counts of the gold set's figures over labelled sentences, by each reader in turn.

    The report's attributions below the confidence ``least`` are left out.
    """
    wanted: dict[str, list[Row]] = {reader: [] for reader in READERS}
    for row, sentence in pairs:
        at = places(report["article"], sentence)
        said = [[_placed(one, sentence["text"], at) for one in row.get(f"{r}_attributions", ())] for r in READERS]
        for sentences, attributions in zip(wanted.values(), _with_disputed(*said), strict=True):
            sentences.append(sentence | {"attributions": attributions})
    position = {sentence["index"]: number for number, (_, sentence) in enumerate(pairs)}
    attributions = [
        row | {"sentence": position[row["sentence"]]}
        for row in report["attributions"]
        if row["sentence"] in position and row["confidence"] >= least
    ]
    found = {"sentences": [sentence for _, sentence in pairs], "attributions": attributions}
    counts: Counter[Any] = Counter()
    for sentences in wanted.values():
        counts.update(gold_counts({"sentences": sentences}, found))
    return counts


def attribution_figures(counts: Iterable[Counter[Any]]) -> Figures:
    """Return the gold set's figures, and the share of pronouns found that are resolved right."""
    total = _added_up(counts)
    return gold_figures([total]) | {"pronouns_right": total["pronouns right"] / max(1, total["pronouns"])}


def places(article: Row, sentence: Row) -> list[int]:
    """Return where in the article's text each character of a sentence's text stands; markers are no part of it."""
    text, start, end = article["text"], sentence["start"], sentence["end"]
    markers = [m for m in (*article["citations"], *article["inline_tags"]) if start <= m["start"] < end]
    cut = {at for marker in markers for at in range(marker["start"], marker["end"])}
    rest = (at for at in range(start, end) if at not in cut)
    return [next(at for at in rest if wanted in (" ", text[at])) for wanted in sentence["text"]]


def _placed(row: Row, text: str, at: Sequence[int]) -> Row:
    """Return a reader's attribution in the gold format, its source in the article's characters."""
    if row["source"] is None:
        return dict(row)
    start, end = row["source"]
    return row | {"source": {"text": text[start:end], "start": at[start], "end": at[end - 1] + 1}}


def _with_disputed(ours: Sequence[Row], theirs: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Return the attributions that both readers saw, each reader's own, with those that only one saw, as disputed.

    "Klee and Minty" are one row to some readers and two to others: where they are one, a second is disputed, too.
    """
    both: list[tuple[Row, Row]] = []
    rest, alone = list(theirs), []
    for one in ours:
        found = ({"source": (other["source"] or {}) | {k: other[k] for k in ("name", "type")}} for other in rest)
        same = next((k for k, other in enumerate(found) if names_source(one, other)), None)
        if same is None:
            alone.append(one)
        else:
            both.append((one, rest.pop(same)))
    agreed = [one for one, _ in both], [other for _, other in both]
    first, second = (
        [*rows, *(row | {"disputed": True} for row in (*alone, *rest, *filter(_names_several, rows)))]
        for rows in agreed
    )
    return first, second


def _names_several(row: Row) -> bool:
    return row["source"] is not None and _SEVERAL.search(row["source"]["text"]) is not None


def unseen_figures(counted: Sequence[Counts]) -> Figures:
    """Return the chief figures of sentences that no network was tuned on, all labels and those shown as sure."""
    found = figures_with_sure(counted)
    return {f"unseen.{name}": found[name] for name in _UNSEEN}


def _of_stance(
    name: str,
    labelled: Mapping[str, Sequence[Row]],
    reports: Sequence[Row],
    engine: Engine,
    known: frozenset[str] | None,
) -> Evaluation:
    pairs = [keyed(labelled[report["article"]["title"]], report) for report in reports]
    counted = [counts_with_sure(shown(own)) for own in pairs]
    counts, labels = _added_up(everything for everything, _ in counted), sum(map(len, pairs))
    keys, read = sum(map(len, labelled.values())), sum(len(report["sentences"]) for report in reports)
    found = Evaluation(
        measures.set_name(name, engine),
        len(reports),
        figures_with_sure(counted) | {"keys_found": labels / keys},
        (*_OF_STANCE, *_OF_SURE, "sure_share_of_sides"),
        bootstrap(len(reports), lambda drawn: figures_with_sure(pick(counted, drawn))),
        engine=engine,
        notes=(
            f"Of {keys:,} labelled sentences {keys - labels:,} are not read as they were labelled any more; "
            f"{read - labels:,} of those read have no label.",
            "Two readers of one school: expect strangers to agree less.",
        ),
        counts={stance: {name: counts[stance, name] for name in _COUNTED} for stance in STANCES},
    )
    if known is None:
        return found
    unseen = ([pair for pair in own if pair[0]["sha"] not in known] for own in pairs)
    return _with_unseen(found, [counts_with_sure(shown(own)) for own in unseen])


def _with_unseen(found: Evaluation, unseen: Sequence[Counts]) -> Evaluation:
    """Return the figures of a set with those of the sentences, by article, that no network was tuned on."""
    new = sum(counts[stance, "shown"] for counts, _ in unseen for stance in STANCES)
    learnt_from = sum(row["shown"] for row in found.counts.values()) - new
    note = (
        f"{learnt_from:,} are among those that the accurate engine's network was tuned on; `unseen` are "
        "the others, where sides are also rarer and harder to see."
    )
    return replace(
        found,
        figures=found.figures | unseen_figures(unseen),
        chief=(*found.chief, *(f"unseen.{name}" for name in _UNSEEN)),
        intervals=found.intervals | bootstrap(len(unseen), lambda drawn: unseen_figures(pick(unseen, drawn))),
        notes=(found.notes[0], note, *found.notes[1:]),
    )


def _with_attributions(
    found: Evaluation, labelled: Mapping[str, Sequence[Row]], reports: Sequence[Row], root: Path
) -> Evaluation:
    """Return the figures of stance with those of attributions, which are the same with every engine, and baselines."""
    pairs = [keyed(labelled[report["article"]["title"]], report) for report in reports]
    everything, sure = (
        [attribution_counts(*pair, least) for pair in zip(pairs, reports, strict=True)]
        for least in (0.0, SURE_ATTRIBUTION)
    )

    def figures(drawn: Sequence[int]) -> Figures:
        of_all, of_sure = (attribution_figures(pick(counts, drawn)) for counts in (everything, sure))
        kept = {name: of_all[name] for name in (*_OF_ATTRIBUTIONS, "pronouns_right")}
        return kept | {f"sure.{name}": of_sure[name] for name in _OF_SOURCES}

    of_sources = figures(range(len(reports)))
    sentences = [sentence["text"] for part in pairs for _, sentence in part]
    rows = shown(chain.from_iterable(pairs))
    return replace(
        found,
        figures=found.figures | of_sources,
        chief=(*found.chief, *of_sources, "keys_found"),
        intervals=found.intervals | bootstrap(len(reports), figures),
        baselines=_guesses(root, sentences, rows),
    )


def _guesses(root: Path, texts: Sequence[str], rows: Sequence[Shown]) -> dict[str, Figures]:
    """Return the figures of the baselines' labels, fitted on the gold train passages."""
    found = {}
    for name, labels in baselines.stances(root, texts).items():
        guessed = [row._replace(label=label) for row, label in zip(rows, labels, strict=True)]
        figures = stance_figures(stance_counts(guessed))
        found[name] = {figure: figures[figure] for figure in _OF_LABELS}
    return found
