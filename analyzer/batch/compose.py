"""A batch from its inputs to its folder: the composition of plan, workers and folder."""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Literal, Protocol

from msgspec import structs, to_builtins

from analyzer.batch.account import Account
from analyzer.batch.cluster import Cluster
from analyzer.batch.folder import Folder, Manifest
from analyzer.batch.inputs import Event, Inputs, Reading, listed
from analyzer.batch.plan import SHARD_ARTICLES, Plan
from analyzer.batch.pool import TIMEOUT, Pool
from analyzer.batch.progress import Progress
from analyzer.batch.tables import require_arrow
from analyzer.batch.work import Result, Settings, Task
from analyzer.errors import UsageError
from analyzer.lexicons.own import own_bytes
from analyzer.records import Provenance
from analyzer.vocabulary import DEFAULT_ENGINE, LIKELY_ATTRIBUTION, Engine

Write = Literal["tables", "reports"]
_EVERY = 0.5  # seconds between two calls of ``progress``


class Workers(Protocol):
    """Whoever does the tasks: processes of this machine, or of a cluster."""

    def provenance(self) -> Provenance:
        """Return what makes the reports."""

    def run(self, tasks: Iterator[Task]) -> Iterator[Result]:
        """Yield the result of each task, in the order in which they are done."""


def run(
    inputs: str | Path | Sequence[str | Path],
    out: str | Path,
    *,
    write: Write | Sequence[Write] = ("tables",),
    reading: Reading | None = None,
    limit: int | None = None,
    model: str | Path | None = None,
    engine: Engine = DEFAULT_ENGINE,
    gazetteer: str | Path | None = None,
    sources: str | Path | None = None,
    lexicons: Sequence[str | Path] = (),
    issues: Sequence[str] | None = None,
    ignore: Sequence[str] = (),
    thresholds: Mapping[str, float] | None = None,
    min_confidence: float = LIKELY_ATTRIBUTION,
    screen: float | None = None,
    workers: int | None = None,
    on: Literal["processes", "dask"] = "processes",
    scheduler: str | None = None,
    article_timeout: float = TIMEOUT,
    memory_limit: int | None = None,
    shard_articles: int = SHARD_ARTICLES,
    overwrite: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> Account:
    """Analyse every article of the inputs into a folder, and return the account; go on where an earlier run broke off.

    The same inputs and settings give the same bytes in ``out``, whatever the number of workers and however often the
    run was broken off. Articles that cannot be read or analysed are in the dataset ``rejected`` with their reason.

    Args:
        inputs: files, folders, patterns, and dumps, snapshots and tables of many articles; one, or several.
        out: the folder to write: an empty one, a new one, or that of an earlier run with the same inputs and settings.
        write: "tables" (Parquet), "reports" (JSON Lines of whole reports), or a list of both.
        reading: how to read the inputs, where their content does not tell.
        limit: stop after so many articles.
        model: as in :func:`analyzer.load_pipeline`.
        engine: as in :func:`analyzer.load_pipeline`, but never "large" unasked.
        gazetteer: as in :func:`analyzer.load_pipeline`.
        sources: a table of domains of your own, before the packaged ones.
        lexicons: as in :func:`analyzer.load_pipeline`.
        issues: as in :func:`analyzer.load_pipeline`.
        ignore: as in :func:`analyzer.load_pipeline`.
        thresholds: as in :func:`analyzer.load_pipeline`.
        min_confidence: attributions below this probability are left out; 0 keeps all.
        screen: analyse in full only articles with banners, or whose need is this or more when they are looked over
            without a parser (0 to 1); the dataset ``screened`` tells of all.
        workers: processes of this machine; by default one a core.
        on: "processes" of this machine, or the workers of a "dask" cluster.
        scheduler: the address of the cluster's scheduler.
        article_timeout: seconds that one article may take.
        memory_limit: bytes; a worker that holds more is replaced by a fresh one.
        shard_articles: articles that are written at a time.
        overwrite: begin anew where ``out`` holds a batch of other inputs, settings or models.
        progress: called now and then, and at the end.

    Raises:
        UsageError: ``out`` is in use, or holds something else, or a batch of other inputs, settings or models; or what
            is asked for does not go together.
        UnreadableInput: the user's own tables cannot be read.
        ModelError: a model is missing or damaged.
    """
    settings = Settings(
        model=str(model) if model is not None else None,
        engine=engine,
        gazetteer=str(gazetteer) if gazetteer is not None else None,
        sources=str(sources) if sources is not None else None,
        lexicons=tuple(map(str, lexicons)) or None,
        issues=None if issues is None else tuple(issues),
        ignore=tuple(ignore) or None,
        thresholds=tuple(sorted(thresholds.items())) if thresholds else None,
        min_confidence=min_confidence,
        screen=screen,
        write=(write,) if isinstance(write, str) else tuple(write),
    )
    if (on == "dask") != (scheduler is not None):
        raise UsageError("--on dask goes with --scheduler ADDRESS, and neither goes without the other.")
    if on == "dask" and workers is not None:
        raise UsageError("--workers are processes of this machine; a Dask cluster has workers of its own.")
    staff: Pool | Cluster
    if scheduler is not None:
        staff = Cluster(settings, scheduler, article_timeout=article_timeout, memory_limit=memory_limit)
    else:
        staff = Pool(settings, workers, article_timeout=article_timeout, memory_limit=memory_limit)
    named = [inputs] if isinstance(inputs, str | Path) else inputs
    batch = Batch(
        Inputs(tuple(map(str, named)), reading, without=Path(out)),
        Folder(Path(out), write=settings.write, screened=screen is not None),
        settings,
        limit=limit,
        shard_articles=shard_articles,
    )
    return batch.run(staff, overwrite=overwrite, progress=progress)


class Batch:
    """Inputs, the folder that they become, and what stands between: settings that decide every byte."""

    def __init__(
        self,
        inputs: Inputs,
        folder: Folder,
        settings: Settings,
        *,
        limit: int | None = None,
        shard_articles: int = SHARD_ARTICLES,
    ) -> None:
        """Raise UsageError where nothing can be written as asked."""
        if not settings.write or not set(settings.write) <= {"tables", "reports"}:
            raise UsageError(
                f"met {', '.join(settings.write) or 'nothing'} to write; expected tables, reports, or both."
            )
        if "tables" in settings.write:
            require_arrow()
        self._inputs, self._folder, self._settings = inputs, folder, settings
        self._limit, self._per_shard = limit, shard_articles

    def run(
        self,
        workers: "AbstractContextManager[Workers]",
        *,
        overwrite: bool = False,
        progress: Callable[[Progress], None] | None = None,
    ) -> Account:
        """Do what is left to do, and return the account of the whole."""
        manifest = Manifest(settings=self._told_settings(), inputs=self._inputs.fingerprint())
        with self._folder.locked():
            cleared = overwrite and self._folder.clear()
            earlier = None if cleared else self._folder.manifest()
            if earlier is not None:
                self._compare(earlier, manifest)
            self._folder.tidy()
            with workers as staff:
                manifest = structs.replace(manifest, provenance=staff.provenance())
                if earlier is not None:
                    self._compare_models(earlier, manifest)
                if earlier is not None and earlier.complete and earlier.account is not None:
                    return earlier.account
                self._folder.begin(manifest)
                return self._work(staff, manifest, progress)

    def _work(self, staff: Workers, manifest: Manifest, progress: Callable[[Progress], None] | None) -> Account:
        done = {number: record.account for number, record in self._folder.done().items()}
        clock = _Clock(self._inputs, self._limit, done, progress)
        events = clock.watched(self._inputs.events())
        plan = clock.plan = Plan(events, per_shard=self._per_shard, limit=self._limit, done=frozenset(done))
        clock.tell("start")
        # However long one article takes, the others go on: what is done is written by shards, in whatever order.
        for result in staff.run(plan.tasks()):
            plan.take(result)
            clock.count(result)
            for shard in plan.done_shards():
                done[shard.number] = self._folder.write_shard(shard).account
            clock.tell("progress")
        for shard in plan.done_shards():
            done[shard.number] = self._folder.write_shard(shard).account
        account = Account.total(done[number] for number in sorted(done))
        missing = [f"met no page {title!r}; expected one in the inputs" for title in self._inputs.missing_pages()]
        account = structs.replace(account, damaged=[*account.damaged, *missing])
        self._folder.finish(structs.replace(manifest, complete=True, shards=len(done), account=account))
        clock.tell("end")
        return account

    def _told_settings(self) -> dict[str, Any]:
        """Return what decides the output: the settings, with the user's own tables by what they hold."""
        settings, reading = self._settings, self._inputs.reading
        told: dict[str, Any] = to_builtins(settings)
        del told["analyst"]
        for table in ("gazetteer", "sources"):
            told[table] = _digest(told[table])
        told["thresholds"] = dict(settings.thresholds) if settings.thresholds else None
        told["lexicons"] = [_digest(path) for path in settings.lexicons] if settings.lexicons else None
        told |= {"shard_articles": self._per_shard, "limit": self._limit}
        named = {"columns": to_builtins(reading.columns), "pages": [listed(word) for word in reading.pages]}
        return told | {"reading": vars(reading) | named}

    def _compare(self, earlier: Manifest, now: Manifest) -> None:
        """Raise UsageError where the folder holds a batch of other settings or inputs."""
        reasons = []
        before, present = _flat(earlier.settings), _flat(now.settings)
        for name in {**present, **before}:
            was, is_now = before.get(name), present.get(name)
            if was != is_now:
                reasons.append(f"{name} was {_shown(was)} and is {_shown(is_now)} now")
        if (earlier.tables_schema, earlier.report_schema) != (now.tables_schema, now.report_schema):
            reasons.append("another version of the tables or reports wrote it")
        names = [row["name"] for row in earlier.inputs]
        if names != [row["name"] for row in now.inputs]:
            reasons.append(f"its inputs were {', '.join(names)}")
        else:
            changed = [row["name"] for was, row in zip(earlier.inputs, now.inputs, strict=True) if row != was]
            reasons += [f"{name} has changed since it was begun" for name in changed]
        self._refuse(reasons)

    def _compare_models(self, earlier: Manifest, now: Manifest) -> None:
        """Raise UsageError where other models made what is there."""
        before, present = earlier.provenance, now.provenance
        if before is None or present is None or before == present:
            return
        reasons = [
            f"{name} was {getattr(before, name)} and is {getattr(present, name)} now"
            for name in ("package", "spacy_model", "schema")
            if getattr(before, name) != getattr(present, name)
        ]
        names = sorted(before.models.keys() | present.models.keys())
        reasons += [
            f"the model {name} has changed" for name in names if before.models.get(name) != present.models.get(name)
        ]
        self._refuse(reasons)

    def _refuse(self, reasons: list[str]) -> None:
        if reasons:
            raise UsageError(
                f"{self._folder.path} holds a batch that is not this one: {'; '.join(reasons)}. Go on with the same "
                "settings and inputs, name another directory, or begin anew with --overwrite."
            )


class _Clock:
    """Counts what is done in this run and tells it now and then, also while pages are read and none is an article."""

    plan: Plan

    def __init__(
        self,
        inputs: Inputs,
        limit: int | None,
        done: dict[int, Account],
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self._inputs, self._limit, self._done, self._progress = inputs, limit, done, progress
        self._began = self._told = time.monotonic()
        self._share_at_start = None if done else 0.0  # what an earlier run has done is passed over fast
        self._articles = self._words = 0

    def watched(self, events: Iterator[Event]) -> Iterator[Event]:
        """Yield the events, and tell how far the reading has come."""
        for event in events:
            self.tell("progress")
            yield event

    def count(self, result: Result) -> None:
        """Count what a task came to."""
        self._articles += len(result.told)
        self._words += sum(row.words for row in result.told)

    def tell(self, event: Literal["start", "progress", "end"]) -> None:
        """Call ``progress``, unless it was called a moment ago."""
        now = time.monotonic()
        if self._progress is None or (event == "progress" and now - self._told < _EVERY):
            return
        self._told = now
        seconds = now - self._began
        account = Account.total([*self._done.values(), *map(Account.of, self.plan.open_shards.values())])
        self._progress(
            Progress(
                event=event,
                account=account,
                shards=len(self._done),
                seconds=round(seconds, 1),
                articles_per_second=round(self._articles / max(seconds, 1e-6), 2),
                words_per_second=round(self._words / max(seconds, 1e-6), 1),
                seconds_left=self._left(seconds) if event == "progress" else None,
            )
        )

    def _left(self, seconds: float) -> float | None:
        """Return the seconds to go by the share that is read and done; None where that cannot be told."""
        plan = self.plan
        read = plan.articles / self._limit if self._limit else self._inputs.share_read()
        if read is None:
            return None
        share = read * (1 - (plan.given - self._articles) / max(plan.articles, 1))
        if self._share_at_start is None:
            if plan.given:
                self._share_at_start = min(share, 0.999)
            return None
        fresh = (share - self._share_at_start) / (1 - self._share_at_start)
        return round(seconds * (1 - fresh) / fresh, 1) if fresh > 0 else None


def _digest(path: str | None) -> str | None:
    return None if path is None else hashlib.sha256(own_bytes(path, "table")).hexdigest()


def _flat(settings: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return nested settings on one level, for people."""
    flat: dict[str, Any] = {}
    for name, value in settings.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{name} of ")
        else:
            flat[f"{prefix}{name}"] = list(value) if isinstance(value, tuple) else value
    return flat


def _shown(value: object) -> str:
    if value is None:
        return "not given"
    return ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)
