"""Signals from stance and attribution: who praises and blames, and who is heard."""

from collections.abc import Sequence
from typing import NamedTuple

from analyzer.counting import number, percent
from analyzer.issues.evidence.patterns import holds
from analyzer.issues.evidence.source_balance import UNNAMED, source_rows, source_shares
from analyzer.issues.evidence.view import SMOOTHING, ArticleView
from analyzer.issues.signals import tone
from analyzer.issues.signals.signal import PER_SIGNAL, Signal, at, each, fact
from analyzer.records import Attribution, Evidence, Section


class Side(NamedTuple):
    """A side of an argument: its stance, the words for it, and the other one's stance."""

    stance: str
    noun: str
    verb: str
    counts: str
    other: str
    others_count: str

    def number(self, view: ArticleView, *, own: bool = False) -> int:
        """Return its sentences; ``own``: in the article's own voice."""
        return len(view.stance(self.stance, own=own))

    def lean(self, view: ArticleView) -> float:
        """Return (more - less) / (more + less + a tenth of the sentences): how far it outweighs the other."""
        more, less = self.number(view), len(view.stance(self.other))
        return (more - less) / (more + less + len(view.sentences) / 10 + 1)

    def alone(self, view: ArticleView) -> float:
        """Return the share of its sentences, where those of the other side are (nearly) absent."""
        others = len(view.stance(self.other)) + len(view.stance("mixed"))
        return view.share(self.number(view)) * max(0.0, 1 - 10 * view.share(others))

    def evidence(self, view: ArticleView) -> list[Evidence]:
        """Return how many sentences stand on either side, and those on this one."""
        more, less = self.number(view), len(view.stance(self.other))
        head = f"{number(more, 'sentence')} {self.counts} the subject, {less} {self.others_count} it"
        rows = each(view.stance(self.stance), self.stance, f"stance.{self.stance}")
        return [fact(head, f"balance.{self.stance}"), *rows]

    def signals(self) -> tuple[Signal, Signal, Signal]:
        """Return the signals of its share in the article's own voice, of how it leads, and of how it stands alone."""
        return (
            Signal(
                f"own-{self.noun}",
                f"sentences of {self.stance} in the article's own voice as a share of all; 0.4 or more = 1",
                lambda view: view.share(self.number(view, own=True)) / 0.4,
                lambda view: each(
                    view.stance(self.stance, own=True),
                    f"{self.noun} in the article's own voice",
                    f"stance.own-{self.stance}",
                ),
            ),
            Signal(
                f"lean-{self.noun}",
                f"({self.stance} - {self.other}) / ({self.stance} + {self.other} + a tenth of all + 1) in sentences, "
                f"0 where {self.other} leads",
                self.lean,
                self.evidence,
            ),
            Signal(
                f"only-{self.noun}",
                f"share of sentences that {self.verb}, times 1 - 10 x the share of {_ADJECTIVE[self.other]} "
                "and mixed ones; .4 or more = 1",
                lambda view: self.alone(view) / 0.4,
                self.evidence,
            ),
        )


_ADJECTIVE = {"critique": "critical", "endorsement": "endorsing"}
PRAISE = Side("endorsement", "praise", "endorse", "favour", "critique", "count against")
BLAME = Side("critique", "blame", "criticise", "count against", "endorsement", "favour")


def _share(view: ArticleView, kind: str) -> float:
    """Return the share of the attributions to sources of a kind, damped for few of them."""
    return len(view.by(kind)) / (len(view.attributions) + 2)


def _heard(view: ArticleView, units: Sequence[Attribution], reason: str, rule: str) -> list[Evidence]:
    found = []
    for unit in units[:PER_SIGNAL]:
        who = unit.source.name or unit.source.text
        found.append(at(view.sentences[unit.sentence], f"{reason}: {who}" if who else reason, rule))
    return found


def _unnamed_heard(view: ArticleView) -> list[Evidence]:
    return _heard(view, view.by("unnamed"), "nobody in particular is said to hold this", "source.unnamed")


def _named_shares(view: ArticleView) -> list[tuple[str, float]]:
    shares = view.once("source shares", lambda: source_shares(view.annotated))
    return [(name, share) for name, share in shares if name != UNNAMED]


def _top_source(view: ArticleView) -> float:
    shares = _named_shares(view)
    return shares[0][1] if shares and len(view.attributions) >= 4 else 0.0


def _top_voice(view: ArticleView) -> float:
    return _top_source(view) * sum(row.words for row in source_rows(view.annotated)) / (view.words + SMOOTHING)


def _in_section(view: ArticleView, section: Section) -> int:
    return sum(sentence.is_surely("critique") for sentence in view.sentences_in(section))


def _critique_section(view: ArticleView) -> float:
    """Return the share of the critique in sections of at most half the article that are mostly critique, damped."""
    held = 0
    for section in view.body_sections:
        rows = view.sentences_in(section)
        if 2 * len(rows) <= len(view.sentences) and 2 * _in_section(view, section) > len(rows):
            held += _in_section(view, section)
    return held / (BLAME.number(view) + 2)


def _critique_section_evidence(view: ArticleView) -> list[Evidence]:
    best = max(view.body_sections, key=lambda section: _in_section(view, section), default=None)
    reason = "most of the critique stands in the section"
    return [at(best, f"{reason} “{best.title}”", "balance.critique-section")] if best else []


def _own_words(view: ArticleView, sections: Sequence[Section]) -> int:
    return sum(len(sentence.text.split()) for section in sections for sentence in view.sentences_in(section))


def _on_countries(view: ArticleView) -> list[Section]:
    """Return the sections headed by a country that the title does not name, or by a case study, and those below."""
    found, level = [], 0
    for section in view.body_sections:
        if not level or section.level <= level:
            level = section.level if _names_a_country(view, section.title) else 0
        if level:
            found.append(section)
    return found


def _names_a_country(view: ArticleView, title: str) -> bool:
    own = view.whole.once("countries of the title", lambda: set(tone.countries_in(view.article.title)))
    return holds(title, "place-headings") or not own.issuperset(tone.countries_in(title))


def _critical(view: ArticleView) -> list[Evidence]:
    rows = [*view.stance("critique"), *view.stance("mixed")]
    count = f"{len(rows)} of {number(len(view.sentences), 'sentence')} count against the subject"
    return [fact(count, "stance.critique"), *each(rows, "counts against the subject", "stance.critique")]


SIGNALS = (
    *PRAISE.signals(),
    *BLAME.signals(),
    Signal(
        "critique-present",
        "critical and mixed sentences as a share of all; .2 or more = 1",
        lambda view: view.share(len(view.stance("critique")) + len(view.stance("mixed"))) / 0.2,
        _critical,
    ),
    Signal(
        "subject-voice",
        "attributions to the subject itself / (all attributions + 2)",
        lambda view: _share(view, "subject"),
        lambda view: _heard(view, view.by("subject"), "the subject speaks", "source.subject"),
    ),
    Signal(
        "no-independent-voice",
        "attributions to the subject / (those to it and to named others + 1)",
        lambda view: len(view.by("subject")) / (len(view.attributions) - len(view.by("unnamed")) + 1),
        lambda view: _heard(view, view.by("subject"), "only the subject is heard here", "source.subject"),
    ),
    Signal(
        "unnamed-voices",
        "attributions to nobody in particular / (all attributions + 2)",
        lambda view: _share(view, "unnamed"),
        _unnamed_heard,
    ),
    Signal(
        "unnamed-rate",
        "attributions to nobody in particular per 1,000 words (+200); 8 or more = 1",
        lambda view: view.rate(len(view.by("unnamed"))) / 8,
        _unnamed_heard,
    ),
    Signal(
        "top-source",
        "the most heard named source's share of the attributed words, with 4 attributions or more",
        _top_source,
        lambda view: [
            fact(f"{percent(share)} of the attributed words are {name}'s", "balance.top-source")
            for name, share in _named_shares(view)[:2]
        ],
    ),
    Signal(
        "top-voice",
        "words that the most heard named source is reported to say / (all words + 200), with 4 attributions or more; "
        "0.1 = 0, .2 or more = 1",
        lambda view: _top_voice(view) / 0.1 - 1,
        lambda view: [
            fact(f"{name} is reported in {percent(share)} of the words that are anybody's", "balance.top-source")
            for name, share in _named_shares(view)[:1]
        ],
    ),
    Signal(
        "critique-section",
        "critical sentences in sections that are mostly critique, at most half the article each / (all such + 2)",
        _critique_section,
        _critique_section_evidence,
        frozenset({"text", "sections"}),
    ),
    Signal(
        "country-sections",
        "words in sections headed by a country or a case study, what the title names apart / (all words + 200)",
        lambda view: _own_words(view, _on_countries(view)) / (view.words + SMOOTHING),
        lambda view: [
            at(section, f"“{section.title}” is on one country or case", "balance.country-section")
            for section in _on_countries(view)[:PER_SIGNAL]
        ],
        frozenset({"text", "sections"}),
    ),
)
