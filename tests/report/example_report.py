"""A realistic report made by hand on an article invented for these tests."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.records import (
    ArticleHeader,
    Attribution,
    Banner,
    Citation,
    Cue,
    Evidence,
    Extent,
    IssueScore,
    Mark,
    Provenance,
    Reference,
    Report,
    Section,
    Sentence,
    Source,
    SourceRow,
    Summary,
)

LINES = (
    "This article contains content that is written like an advertisement. (March 2021) |",
    "This article needs additional citations for verification. (June 2019) |",
    "Press freedom in Karelonia has been described as fragile by observers. [1]",
    'The Lantern Institute wrote that "editors are summoned to the ministry every week. Two papers closed in 2017."[2]',
    "Karelonia is home to a world-class media museum, a must-see for every visitor.",
    "The Ministry of Information said that licences were issued fairly and without delay.[3]",
    "The Northern Council welcomed the new press law but regretted the size of the fines.[2]",
    "Some say that the regional papers are the best on the continent.",
    "The media museum opened in 1998 and holds 4,000 front pages.",
)
TEXT = "\n".join(LINES)


def at(words: str, after: int = 0) -> dict[str, int]:
    """Return start and end of words in the article."""
    start = TEXT.index(words, after)
    return {"start": start, "end": start + len(words)}


def build_report(**changes) -> Report:
    """Return the report, with whole fields changed on wish."""
    return replace(_report(), **changes)


def poisoned(payload: str) -> Report:
    """Return a report in which every text that an article can choose is ``payload``."""
    report = _report()
    header = replace(
        report.article,
        id=payload,
        title=payload,
        subject=payload,
        text=payload * 3,
        notices=(payload,),
        citations=(Citation(start=0, end=1, label=payload),),
        references=(Reference(label=payload, text=payload, urls=(payload, "javascript:alert(1)"), domain=payload),),
        sections=(Section(start=0, end=1, title=payload, level=2),),
    )
    size = len(payload)
    source = Source(type="media", text=payload, name=payload, start=0, end=size)
    return replace(
        report,
        article=header,
        banners=(
            Banner(
                start=0,
                end=0,
                id="advert",
                issue="promotion",
                date=payload,
                text=payload,
                section=payload,
                scope="section",
            ),
        ),
        sentences=(
            Sentence(
                index=0,
                start=0,
                end=2 * size,
                text=payload * 2,
                stance="critique",
                confidence=0.9,
                reasons=(payload,),
                voice="attributed",
                attributions=(0,),
                citations=(payload,),
                marks=(0,),
            ),
        ),
        attributions=(
            Attribution(
                sentence=0,
                source=source,
                cue=Cue(start=size, end=2 * size, text=payload),
                content=(Extent(start=size, end=2 * size),),
            ),
        ),
        marks=(Mark(start=0, end=size, text=payload, kind="peacock", lexicon=payload),),
        sources=(SourceRow(name=payload, type="media", sentences=1, words=3, critique=1),),
        issues=(
            IssueScore(
                issue="promotion.advert",
                family="promotion",
                score=0.8,
                policy=payload,
                claimed_by=(0,),
                verdict="supported",
                evidence=(
                    Evidence(reason=payload, rule=payload, start=0, end=size),
                    Evidence(reason=payload, rule=payload, citation=payload),
                ),
            ),
            IssueScore(
                issue="spam.external-links",
                family="spam",
                score=None,
                policy=payload,
                why_null=payload,
                verdict="not assessable",
            ),
        ),
    )


def _report() -> Report:
    return Report(
        article=_header(),
        banners=(
            Banner(**at(LINES[0]), id="advert", issue="promotion", date="2021-03", scope="article", text=LINES[0]),
            Banner(**at(LINES[1]), id="more-citations-needed", issue="sourcing", date="2019-06", scope="article"),
        ),
        sentences=_sentences(),
        attributions=_attributions(),
        marks=(
            Mark(**at("world-class"), text="world-class", kind="peacock", lexicon="peacock"),
            Mark(**at("must-see"), text="must-see", kind="promotional", lexicon="promotional"),
            Mark(**at("Some say"), text="Some say", kind="weasel", lexicon="weasel"),
        ),
        sources=(
            SourceRow(name="The Lantern Institute", type="ngo", sentences=2, words=17, critique=2),
            SourceRow(name="the Ministry of Information", type="subject", sentences=1, words=13, endorsement=1),
            SourceRow(name="the Northern Council", type="igo", sentences=1, words=14, mixed=1),
            SourceRow(name="observers", type="unnamed", sentences=1, words=11, critique=1),
            SourceRow(name="some", type="unnamed", sentences=1, words=12, endorsement=1),
        ),
        issues=_issues(),
        summary=Summary(
            sentences=8,
            words=96,
            critique=3,
            endorsement=3,
            mixed=1,
            neutral=1,
            attributed_share=0.75,
            unnamed_share=0.25,
            subject_share=0.125,
            cited_share=0.5,
            balance=0.0,
            effective_sources=4.7,
            neutrality_score=0.55,
            spam_score=None,
            readability={"flesch_reading_ease": 51.3},
        ),
        provenance=Provenance(package="0.1.0", spacy_model="en_core_web_sm 3.8.0", models={"stance": "sha256:0"}),
    )


def _header() -> ArticleHeader:
    return ArticleHeader(
        id="press-freedom-in-karelonia",
        title="Press freedom in Karelonia",
        subject="Karelonia's record on press freedom",
        format="plaintext",
        text=TEXT,
        citations=(
            Citation(**at("[1]"), label="1"),
            Citation(**at("[2]"), label="2"),
            Citation(**at("[3]"), label="3"),
            Citation(**at("[2]", TEXT.index("fines")), label="2"),
        ),
        references=(
            Reference(label="1", text="The Daily Ledger, 4 May 2018", urls=("https://ledger.example/4",)),
            Reference(label="2", text="Lantern Institute, Annual report 2018", urls=("https://lantern.example/r",)),
            Reference(label="3", text="Ministry of Information, statement", urls=("https://info.example/s?a=1&b=2",)),
        ),
        facets=("text", "banners", "citations", "references"),
    )


def _sentences() -> tuple[Sentence, ...]:
    rows = (
        ("Press freedom in Karelonia has been described as fragile by observers.", "critique", 0.91, (0,), ("1",), ()),
        (
            'The Lantern Institute wrote that "editors are summoned to the ministry every week.',
            "critique",
            0.88,
            (1,),
            (),
            (),
        ),
        ('Two papers closed in 2017."', "critique", 0.73, (2,), ("2",), ()),
        (
            "Karelonia is home to a world-class media museum, a must-see for every visitor.",
            "endorsement",
            0.94,
            (),
            (),
            (0, 1),
        ),
        (
            "The Ministry of Information said that licences were issued fairly and without delay.",
            "endorsement",
            0.7,
            (3,),
            ("3",),
            (),
        ),
        (
            "The Northern Council welcomed the new press law but regretted the size of the fines.",
            "mixed",
            0.66,
            (4,),
            ("2",),
            (),
        ),
        ("Some say that the regional papers are the best on the continent.", "endorsement", 0.82, (5,), (), (2,)),
        ("The media museum opened in 1998 and holds 4,000 front pages.", "neutral", 0.97, (), (), ()),
    )
    return tuple(
        Sentence(
            **at(text),
            index=index,
            text=text,
            stance=stance,
            confidence=confidence,
            reasons=("described as fragile",) if index == 0 else (),
            voice="attributed" if attributions else "article",
            attributions=attributions,
            citations=citations,
            marks=marks,
        )
        for index, (text, stance, confidence, attributions, citations, marks) in enumerate(rows)
    )


def _attributions() -> tuple[Attribution, ...]:
    def cue(words: str) -> Cue:
        return Cue(**at(words), text=words)

    def source(words: str, kind: str, name: str | None = None) -> Source:
        return Source(type=kind, text=words, name=name or words, **at(words))

    return (
        Attribution(
            sentence=0,
            source=source("observers", "unnamed"),
            cue=cue("described"),
            content=(Extent(**at("as fragile")),),
            stance="critique",
            confidence=0.93,
        ),
        Attribution(
            sentence=1,
            source=source("The Lantern Institute", "ngo"),
            cue=cue("wrote"),
            content=(Extent(**at('"editors are summoned to the ministry every week.')),),
            mode="direct",
            stance="critique",
            confidence=0.98,
        ),
        Attribution(
            sentence=2,
            source=Source(type="ngo", name="The Lantern Institute"),
            content=(Extent(**at('Two papers closed in 2017."')),),
            mode="direct",
            carried=True,
            stance="critique",
            confidence=0.9,
        ),
        Attribution(
            sentence=3 + 1,
            source=source("The Ministry of Information", "subject", "the Ministry of Information"),
            cue=cue("said that"),
            content=(Extent(**at("licences were issued fairly and without delay")),),
            stance="endorsement",
            confidence=0.97,
        ),
        Attribution(
            sentence=5,
            source=source("The Northern Council", "igo", "the Northern Council"),
            cue=cue("welcomed"),
            content=(Extent(**at("the new press law but regretted the size of the fines")),),
            stance="mixed",
            confidence=0.95,
        ),
        Attribution(
            sentence=6,
            source=source("Some", "unnamed", "some"),
            cue=cue("say that"),
            content=(Extent(**at("the regional papers are the best on the continent")),),
            stance="endorsement",
            confidence=0.85,
        ),
    )


def _issues() -> tuple[IssueScore, ...]:
    return (
        IssueScore(
            issue="promotion.advert",
            family="promotion",
            score=0.62,
            policy="WP:NOTPROMO",
            claimed_by=(0,),
            verdict="supported",
            evidence=(
                Evidence(reason="promotional word in the article's own voice", rule="promotional", **at("must-see")),
                Evidence(reason="peacock word in the article's own voice", rule="peacock", **at("world-class")),
                Evidence(reason="praise with no citation", rule="uncited", **at(LINES[4])),
            ),
        ),
        IssueScore(
            issue="language.weasel",
            family="language",
            score=0.54,
            policy="MOS:WEASEL",
            verdict="missing banner",
            evidence=(Evidence(reason="claim laid to nobody in particular", rule="weasel", **at("Some say")),),
        ),
        IssueScore(
            issue="sourcing.citations-needed",
            family="sourcing",
            score=0.31,
            policy="WP:V",
            claimed_by=(1,),
            verdict="not supported",
            evidence=(
                Evidence(reason="3 of 8 sentences have no citation", rule="uncited-share"),
                Evidence(reason="most of the article rests on it", rule="one-source", citation="2"),
            ),
        ),
        IssueScore(issue="balance.pov", family="balance", score=0.12, policy="WP:NPOV"),
        IssueScore(issue="language.loaded", family="language", score=0.0, policy="MOS:WTW"),
        *(
            IssueScore(
                issue=issue,
                family=issue.partition(".")[0],
                score=None,
                policy="WP:EL",
                why_null="needs link targets: give wikitext or HTML",
                verdict="not assessable",
            )
            for issue in ("spam.citation-spam", "spam.external-links", "sourcing.unreliable")
        ),
    )
