"""What the pictures of a report show, as plain rows: the same for charts, for the HTML page, and for a reader's own.

Every picture says a stance by its sign (:data:`SIGNS`) or its name besides its colour, an unsure one as "unsure", and
a score that is None as "not assessable". Nothing here is escaped.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import count
from typing import NamedTuple

from analyzer.issues.evidence.source_balance import counted_stance, reported_words, source_key
from analyzer.records import Report, Sentence
from analyzer.report import labels
from analyzer.report.overview import Overview, source_name
from analyzer.spans import last_begun
from analyzer.vocabulary import SOURCE_TYPES, THRESHOLD

UNSURE = "unsure"
OWN_VOICE = "the article's own voice"
OWN = "article"  # in the place of a type of source

# In the order in which they are drawn: what pulls down, what pulls both ways, what pulls not, what pulls up.
STANCES = ("critique", "mixed", "neutral", "endorsement", UNSURE)
# Vermilion and blue after Okabe and Ito (2008); all five stay apart for readers who see few colours (a test holds us).
COLOURS = {
    "critique": "#d55e00", "mixed": "#f0c419", "neutral": "#b8bcc2", "endorsement": "#0072b2", UNSURE: "#ffffff",
}  # fmt: skip
SIGNS = {"critique": "−", "mixed": "±", "neutral": "○", "endorsement": "+", UNSURE: "?"}


class Heard(NamedTuple):
    """The words of one source (or of the article's own voice) of one stance; ``share`` is of the article's words."""

    source: str
    type: str
    stance: str
    words: int
    share: float
    sentences: int


class Along(NamedTuple):
    """A sentence: its index as in the tables, its ``number`` as people count, its stance, and who speaks in it."""

    sentence: int
    number: int
    section: str | None
    voice: str
    stance: str
    unsure: bool
    confidence: float
    words: int
    source: str | None
    text: str


class Scored(NamedTuple):
    """An issue: its score (None with ``why_null``), whether a banner claims it, what came of that.

    From the score ``least`` on it counts as found.
    """

    issue: str
    title: str
    family: str
    score: float | None
    claimed: bool
    verdict: str
    evidence: int
    why_null: str | None
    least: float = THRESHOLD


class Compared(NamedTuple):
    """One figure of an article, 0 to 1, or None where it cannot be assessed.

    ``panel`` is "scores" (1 is good), "stance" (shares of sentences) or "heard" (shares of words, by type of source).
    """

    article: int
    title: str
    panel: str
    measure: str
    value: float | None


def heard(report: Report, most: int | None = None) -> list[Heard]:
    """Return who is heard: a row for each source and stance, the own voice first, then the types that are heard most.

    The words of a source are those that it is reported to say, as in ``Report.sources``; those of the article's own
    voice stand in sentences that report nobody. The rest, names and words of saying, belongs to none. Beyond ``most``
    sources those that are heard least stand together, by type.
    """
    words: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    places: defaultdict[tuple[str, str, str], set[int]] = defaultdict(set)
    for sentence in report.sentences:
        if sentence.voice == "article":
            words[OWN_VOICE, OWN][stance_of(sentence)] += len(sentence.text.split())
            places[OWN_VOICE, OWN, stance_of(sentence)].add(sentence.index)
    for unit in report.attributions:
        key, stance = source_key(unit), counted_stance(report, unit)
        words[key][stance] += reported_words(report, unit)
        places[*key, stance].add(unit.sentence)
    named = _with_rest(words, places, most)
    all_words = max(report.summary.words, 1)
    return [
        Heard(*key, stance, words[key][stance], words[key][stance] / all_words, len(places[*key, stance]))
        for key in named
        for stance in STANCES
        if places[*key, stance]
    ]


def _with_rest(
    words: defaultdict[tuple[str, str], Counter[str]],
    places: defaultdict[tuple[str, str, str], set[int]],
    most: int | None,
) -> list[tuple[str, str]]:
    """Return the sources in the order in which they are drawn; those beyond ``most`` are joined in both tables."""

    def by_words(key: tuple[str, str]) -> tuple[int, str]:
        return -words[key].total(), key[0]

    named = sorted((key for key in words if key[1] != OWN), key=by_words)
    if most is not None and len(named) > most + 1:
        rest = named[most:]
        counts = Counter(kind for _, kind in rest)
        for name, kind in rest:
            joined = f"{counts[kind]} other sources" if counts[kind] > 1 else name
            if joined != name:
                words[joined, kind] += words[name, kind]
                for stance in STANCES:
                    places[joined, kind, stance] |= places[name, kind, stance]
        joined_ones = [(f"{counts[kind]} other sources", kind) for kind in counts if counts[kind] > 1]
        named = named[:most] + [key for key in rest if counts[key[1]] == 1] + joined_ones
    of_type: Counter[str] = Counter()
    for key in named:
        of_type[key[1]] += words[key].total()
    order = sorted(of_type, key=lambda kind: (-of_type[kind], kind))
    own = [(OWN_VOICE, OWN)] if (OWN_VOICE, OWN) in words else []
    return own + [key for kind in order for key in named if key[1] == kind]


def stance_of(sentence: Sentence) -> str:
    """Return the stance that a sentence counts for: "unsure" where it counts for none."""
    return UNSURE if sentence.unsure else sentence.stance


def along(report: Report) -> list[Along]:
    """Return the sentences in order: the stance of each, and whether the article itself speaks."""
    overview = Overview(report)
    rows = []
    for sentence in report.sentences:
        section = last_begun(report.article.sections, sentence.start)
        sources = dict.fromkeys(source_name(item) for item in overview.attributions(sentence))
        rows.append(
            Along(
                sentence=sentence.index,
                number=sentence.index + 1,
                section=section.title if section is not None else None,
                voice=sentence.voice,
                stance=sentence.stance,
                unsure=sentence.unsure,
                confidence=sentence.confidence,
                words=len(sentence.text.split()),
                source="; ".join(sources) or None,
                text=sentence.text,
            )
        )
    return rows


def issue_scores(report: Report) -> list[Scored]:
    """Return the issues: those found or claimed, then those that were looked for, then those that cannot be seen."""
    overview = Overview(report)
    listed = [*overview.found, *overview.clean]
    listed += [row for row in report.issues if row.verdict == "not assessable" and not row.claimed_by]
    return [
        Scored(
            issue=row.issue,
            title=labels.issue_title(row.issue),
            family=row.family,
            score=row.score,
            claimed=bool(row.claimed_by),
            verdict=row.verdict,
            evidence=len(overview.evidence(row)),
            why_null=row.why_null,
            least=row.least,
        )
        for row in listed
    ]


def compared(reports: Iterable[Report]) -> list[Compared]:
    """Return the figures of several articles, article by article."""
    listed = list(reports)
    rows: list[Compared] = []
    for number, (report, title) in enumerate(zip(listed, names(listed), strict=True)):
        summary = report.summary
        scores = {"neutrality": summary.neutrality_score, "free of spam": summary.spam_score}
        stances = Counter(map(stance_of, report.sentences))
        sentences = max(len(report.sentences), 1)
        voices: Counter[str] = Counter()
        for row in heard(report):
            voices[row.type] += row.words
        words = max(report.summary.words, 1)
        rows += [Compared(number, title, "scores", measure, value) for measure, value in scores.items()]
        rows += [Compared(number, title, "stance", stance, stances[stance] / sentences) for stance in STANCES]
        rows += [Compared(number, title, "heard", kind, voices[kind] / words) for kind in (OWN, *SOURCE_TYPES)]
    return rows


def names(reports: Sequence[Report]) -> list[str]:
    """Return a name for each article that no other has: its title, with the revision or a number where need be."""
    titles = [report.article.title or report.article.id for report in reports]
    many = Counter(titles)
    given = [
        f"{title} ({report.article.revision})" if many[title] > 1 and report.article.revision else title
        for report, title in zip(reports, titles, strict=True)
    ]
    unique: dict[str, None] = {}
    for name in given:
        fresh = (f"{name} ({number})" for number in count(2))
        unique[name if name not in unique else next(other for other in fresh if other not in unique)] = None
    return list(unique)
