"""The data model, and the JSON contract: frozen records from the article that was read to the report on it.

Every extent counts Unicode code points of ``Article.text``, end exclusive; there is no other coordinate system in a
report. ``docs/report.schema.json`` is generated from :class:`Report`.
"""

from typing import TYPE_CHECKING, Any, Literal, Self, overload

from msgspec import UNSET, Struct, UnsetType, ValidationError, field, json, to_builtins

from analyzer import vocabulary

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd
    import polars as pl

SCHEMA_VERSION = "1.0"


class Extent(Struct, frozen=True, kw_only=True):
    """A stretch of ``Article.text``: code points, end exclusive."""

    start: int
    end: int


class Section(Extent, frozen=True, kw_only=True):
    """A section; the extent runs from its heading to the next heading of any level (or the end)."""

    title: str
    level: int


class Banner(Extent, frozen=True, kw_only=True):
    """A maintenance banner: a claim by an editor. ``id`` and ``issue`` (a family) are the banner table's."""

    id: str  # which banner: advert, citation-spam ...
    issue: str  # its family: advert, paid, spam ...
    date: str | None = None  # YYYY-MM
    scope: vocabulary.BannerScope = "unknown"
    text: str = ""
    template: str | None = None  # as the wiki calls it
    section: str | None = None


class Citation(Extent, frozen=True, kw_only=True):
    """A reference marker in the text, such as ``[1]``; ``label`` is what stands in the brackets."""

    label: str


class InlineTag(Extent, frozen=True, kw_only=True):
    """An inline maintenance tag in the text, such as ``[citation needed]``; ``id`` is an id of the tag table."""

    id: str
    date: str | None = None


class Link(Struct, frozen=True, kw_only=True):
    """An external link and where it stands."""

    url: str
    domain: str
    place: vocabulary.LinkPlace  # in a reference, a list of links, running text or an infobox
    text: str = ""


class Reference(Struct, frozen=True, kw_only=True):
    """One entry of the reference list. ``uses`` counts the markers that point to it, None where not known."""

    label: str | None
    text: str
    urls: tuple[str, ...] = ()
    domain: str | None = None
    source_type: str | None = None  # who stands behind the domain
    reliability: tuple[str, ...] = ()  # how editors rate it, by dated tables
    uses: int | None = None
    work: str | None = None  # newspaper, website or journal, where the markup names it
    publisher: str | None = None


class Block(Extent, frozen=True, kw_only=True):
    """A stretch that holds prose to be annotated: no banner, heading, table or reference list.

    ``source`` names the speaker where the markup says it (a quotation template), or a line of its own that signs it.
    """

    kind: vocabulary.BlockKind = "paragraph"
    source: str | None = None


class ArticleHeader(Struct, frozen=True, kw_only=True):
    """What a report tells of the article itself."""

    id: str  # the page's number on its wiki, else made from the text or the file's name
    title: str
    subject: str  # what stance is toward, where its title does not say it
    format: str  # a name of ``vocabulary.InputFormat``, or of a format that another package brings
    title_origin: vocabulary.TitleOrigin = "given"  # guessed where it is "first sentence" or "file name"
    language: str = "en"  # English alone is judged; "und" where the text is not, and nothing names its language
    revision: str | None = None
    timestamp: str | None = None  # of the revision, as the wiki writes it: 2026-11-25T12:00:00Z
    text: str = ""  # what every start and end counts in
    sections: tuple[Section, ...] = ()
    citations: tuple[Citation, ...] = ()
    inline_tags: tuple[InlineTag, ...] = ()
    links: tuple[Link, ...] = ()  # to other sites; none where the input does not show them
    references: tuple[Reference, ...] = ()
    facets: tuple[vocabulary.Facet, ...] = ("text",)  # what the input can show at all
    notices: tuple[str, ...] = ()  # what the reader had to repair or leave out, for people


class Article(ArticleHeader, frozen=True, kw_only=True):
    """An article as read: what :func:`analyzer.read` returns (docs/report.md has most of its fields).

    For plain text ``text`` equals the input, character for character. ``blocks`` are the stretches that hold prose.
    """

    banners: tuple[Banner, ...] = ()
    blocks: tuple[Block, ...] = ()

    def __repr__(self) -> str:
        """Return the article in one line."""
        held = f"{len(self.text):,} characters, {len(self.banners)} banners"
        return f"<Article {self.title!r} ({self.format}): {held}>"

    def header(self) -> ArticleHeader:
        """Return the part of the article that a report repeats."""
        return ArticleHeader(**{name: getattr(self, name) for name in ArticleHeader.__struct_fields__})


class Source(Struct, frozen=True, kw_only=True):
    """Who speaks: the words in the sentence (``text``; None where it has none) and the fullest name in the article."""

    type: vocabulary.SourceType
    text: str | None = None
    name: str | None = None
    start: int | None = None
    end: int | None = None


class Cue(Extent, frozen=True, kw_only=True):
    """The words that attribute: "said", "according to", "criticism from"."""

    text: str


class Attribution(Struct, frozen=True, kw_only=True):
    """Content tied to a source other than the article's own voice.

    ``sentence`` indexes ``Report.sentences``; ``cue`` is None where a quotation runs on or is signed; ``carried`` means
    that the source had to be resolved from an earlier sentence; ``confidence`` is a probability.
    """

    sentence: int
    source: Source
    cue: Cue | None = None
    content: tuple[Extent, ...] = ()  # what is attributed
    mode: vocabulary.Mode = "indirect"  # all, nothing or a part of it in quotation marks
    carried: bool = False
    stance: vocabulary.Stance = "neutral"  # of what this source says
    confidence: float = 0.0


class Mark(Extent, frozen=True, kw_only=True):
    """A word or phrase to watch; ``quoted`` means that it is somebody's quotation, not the article's own wording."""

    text: str
    kind: vocabulary.MarkKind
    lexicon: str
    quoted: bool = False


class Sentence(Extent, frozen=True, kw_only=True):
    """A sentence with its stance toward the article's subject; ``text`` leaves reference markers out.

    ``unsure`` means that the stance would be right less than two times in three: it counts for no side.
    ``probabilities`` are those of the stances in passages like the ones that they are learnt from.
    """

    index: int
    text: str
    stance: vocabulary.Stance = "neutral"
    confidence: float = 0.0  # how likely the stance is right: in a passage its probability
    unsure: bool = False
    probabilities: dict[str, float] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()  # the words or rules that decided the stance, strongest first
    voice: vocabulary.Voice = "article"  # whether somebody else is reported
    attributions: tuple[int, ...] = ()  # indices of Report.attributions
    citations: tuple[str, ...] = ()  # labels of reference markers
    marks: tuple[int, ...] = ()  # indices of Report.marks: words to watch
    wording: dict[str, float] = field(default_factory=dict)  # "hedge", "weasel", "biased", "puffery": 0..1

    def is_surely(self, stance: str) -> bool:
        """Whether the sentence has a stance and counts for it."""
        return self.stance == stance and not self.unsure


class Annotated(Struct, frozen=True, kw_only=True):
    """All that an issue scorer may see."""

    article: Article
    sentences: tuple[Sentence, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    marks: tuple[Mark, ...] = ()
    quotations: tuple[
        Extent, ...
    ] = ()  # spans inside quotation marks that quote somebody (titles and scare quotes apart)


class SourceRow(Struct, frozen=True, kw_only=True):
    """One line of the source balance: how much of the article a source fills, and with what stance.

    Sentences whose stance is unsure are on no side.
    """

    name: str
    type: vocabulary.SourceType
    sentences: int = 0
    words: int = 0
    critique: int = 0
    endorsement: int = 0
    mixed: int = 0
    neutral: int = 0


class Evidence(Struct, frozen=True, kw_only=True):
    """One piece of evidence: where (an extent, a citation label, or neither for a whole-article fact) and why.

    Where it points into the text, ``section`` is the title of the section it stands in (None before the first heading)
    and ``sentence`` the index of the sentence that holds its start.
    """

    reason: str  # in words, for people
    rule: str  # which rule or signal it is from
    start: int | None = None
    end: int | None = None
    citation: str | None = None
    section: str | None = None
    sentence: int | None = None


class SectionScore(Struct, frozen=True, kw_only=True):
    """What was found on one issue in one section with its subsections.

    ``section`` indexes the article's sections, None for the lead; ``claimed_by`` are the banners that stand over it,
    and ``verdict`` is theirs. ``score`` is None, with ``why_null``, where a banner claims what cannot be judged there.
    """

    section: int | None
    title: str
    score: float | None
    why_null: str | None = None
    claimed_by: tuple[int, ...] = ()
    verdict: vocabulary.Verdict = "not raised"
    evidence: tuple[Evidence, ...] = ()

    @property
    def found(self) -> bool:
        """Whether the issue was found in the section."""
        return self.verdict in ("supported", "missing banner")


class IssueScore(Struct, frozen=True, kw_only=True):
    """What was found on one issue: 0 (clean) to 1, or None with ``why_null``; ``claimed_by`` indexes the banners.

    ``score`` is the whole article's; ``sections`` are those that score .5 or more and those a banner stands over, and
    ``verdict`` counts what a banner stands over: "supported" may rest on a section alone. Where the user wants another
    score than .5 before the issue counts as found, that is the ``threshold``.
    """

    issue: str
    family: str
    score: float | None  # the whole article's; from 0.5 it is found
    policy: str  # the guideline behind it
    why_null: str | None = None
    claimed_by: tuple[int, ...] = ()
    verdict: vocabulary.Verdict = "not raised"  # what banners claim beside what was found
    evidence: tuple[Evidence, ...] = ()  # the strongest first
    sections: tuple[SectionScore, ...] = ()
    threshold: float | UnsetType = UNSET  # of the user's own, from which on it is found

    @property
    def least(self) -> float:
        """The score from which on it counts as found."""
        return vocabulary.THRESHOLD if self.threshold is UNSET else self.threshold

    @property
    def found(self) -> bool:
        """Whether the issue was found in the article as a whole."""
        return self.score is not None and self.score >= self.least


class Summary(Struct, frozen=True, kw_only=True):
    """The article in one sentence and in numbers; shares are 0..1 of sentences unless docs/scores.md says words."""

    verdict: str = ""  # the report in one sentence
    sentences: int = 0
    words: int = 0
    critique: int = 0  # sentences; unsure ones are in none of the four
    endorsement: int = 0
    mixed: int = 0
    neutral: int = 0
    unsure: int = 0  # sentences whose stance counts for no side
    attributed_share: float = 0.0
    unnamed_share: float = 0.0
    subject_share: float = 0.0
    cited_share: float = 0.0
    balance: float | None = None  # -1 all critique to 1 all endorsement
    effective_sources: float | None = None  # as many voices as so many of equal weight
    neutrality_score: float | None = None  # 0 to 1, 1 is best
    spam_score: float | None = None  # 0 to 1, 1 is free of spam
    readability: dict[str, float | None] = field(default_factory=dict)  # by textstat


class Rejection(Struct, frozen=True, kw_only=True):
    """An article that got no report: where it came from, what a person would call it, and why.

    :func:`analyzer.analyze_many` yields it with ``errors="record"``; see the example there.
    ``code`` is the reason in a word of :data:`~analyzer.vocabulary.REFUSALS`, where it is "unreadable".
    """

    input: str
    name: str
    kind: vocabulary.RejectionKind
    reason: str
    code: str = ""


class Provenance(Struct, frozen=True, kw_only=True):
    """What made the report, so that it can be made again."""

    package: str  # its version
    spacy_model: str
    schema: str = SCHEMA_VERSION
    models: dict[str, str] = field(default_factory=dict)  # hashes of the weights, by name
    engine: vocabulary.Engine = vocabulary.DEFAULT_ENGINE
    settings: dict[str, Any] | UnsetType = UNSET  # those that are not the default ones; the user's tables by digest


class Report(Struct, frozen=True, kw_only=True):
    """The result on one article, and the JSON contract: docs/report.md tells what it holds, with an example."""

    article: ArticleHeader
    banners: tuple[Banner, ...]
    sentences: tuple[Sentence, ...]
    attributions: tuple[Attribution, ...]
    marks: tuple[Mark, ...]
    sources: tuple[SourceRow, ...]  # who is heard, the most first
    issues: tuple[IssueScore, ...]  # every issue, found or not
    summary: Summary
    provenance: Provenance
    schema_version: str = SCHEMA_VERSION

    def __repr__(self) -> str:
        """Return the report in one line: its title, its size, and how it reads."""
        summary = self.summary
        stances = ", ".join(f"{getattr(summary, name)} {name}" for name in vocabulary.STANCES)
        verdict = " ".join(summary.verdict.split())
        return f"<Report {self.article.title!r}: {summary.sentences} sentences ({stances}). {verdict}>"

    def to_dict(self) -> dict[str, Any]:
        """Return plain dicts and lists, as in the JSON contract."""
        built: dict[str, Any] = to_builtins(self)
        return built

    def to_json(self) -> str:
        """Return the report as one line of JSON, the same bytes for the same input."""
        return json.encode(self, order="deterministic").decode("utf-8")

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read a report back; raises ``msgspec.ValidationError`` where it is not one."""
        try:
            return json.decode(text, type=cls)
        except (UnicodeError, RecursionError) as error:  # encoded or nested as no report is
            raise ValidationError(f"no JSON of this kind: {error}") from error

    @overload
    def to_frames(self, *, backend: Literal["polars"] = "polars") -> "dict[str, pl.DataFrame]": ...
    @overload
    def to_frames(self, *, backend: Literal["pandas"]) -> "dict[str, pd.DataFrame]": ...
    def to_frames(self, *, backend: Literal["polars", "pandas"] = "polars") -> dict[str, Any]:
        """Return the report as data frames by name ("sentences", "attributions" ...): see :func:`analyzer.frames`."""
        from analyzer.report.notebook import frames

        return frames.frames_of(self, backend)

    def plot_sources(self, *, most: int = 12) -> "alt.FacetChart":
        """Return who is heard as a chart: the words of each source by stance, by type, the own voice on top.

        Beyond ``most`` sources those that are heard least stand together. Like every chart here it needs no network,
        and its ``data`` is the table that it shows.
        """
        from analyzer.report.notebook import charts

        return charts.sources(self, most)

    def plot_stance(self) -> "alt.FacetChart":
        """Return the stance along the article as a chart: its own voice above, what it reports below."""
        from analyzer.report.notebook import charts

        return charts.stance(self)

    def plot_issues(self) -> "alt.LayerChart":
        """Return the issues with their scores as a chart; one that cannot be assessed says so."""
        from analyzer.report.notebook import charts

        return charts.issues(self)

    def render(self, *, style: Literal["stance", "sources", "marks"] = "stance") -> str:
        """Return the article's text as HTML with what was found in place; a notebook shows it.

        ``style`` picks what: "stance" of each sentence, "sources" and what they say, or "marks" (words to watch).
        """
        from analyzer.report.notebook import shown

        return shown.render_text(self, style)

    def _repr_html_(self) -> str:
        """Return the report as HTML for a notebook, with everything from the article escaped."""
        from analyzer.report.notebook import shown

        return shown.render_report(self)
