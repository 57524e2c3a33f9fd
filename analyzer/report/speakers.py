"""Who speaks in which sentences, and on which side: what a page names speakers by, and what it filters by."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from analyzer.issues.evidence.source_balance import UNNAMED, source_key
from analyzer.records import Report
from analyzer.report.overview import source_name
from analyzer.report.pictures import OWN, STANCES, Heard, heard, stance_of


@dataclass(frozen=True)
class Speaker:
    """A source, or the article itself: its words by stance, and its sentences (by index) by theirs.

    ``key`` tells it from the others of the report; ``type`` is "" for the article's own voice.
    """

    key: str
    name: str
    type: str
    words: Sequence[Heard]
    sides: dict[str, list[int]] = field(default_factory=lambda: {stance: [] for stance in STANCES})

    @property
    def share(self) -> float:
        """Its share of the article's words."""
        return min(sum(row.share for row in self.words), 1.0)

    @property
    def counts(self) -> dict[str, int]:
        """How many sentences of each stance report it, as in the source balance."""
        return {row.stance: row.sentences for row in self.words}

    @property
    def sentences(self) -> list[int]:
        """All its sentences, in order."""
        return sorted(index for side in self.sides.values() for index in side)


class Speakers:
    """The speakers of one report: the article's own voice, and the sources in the order in which they are drawn."""

    def __init__(self, report: Report) -> None:
        self.own = Speaker("own", "the article's own voice", "", ())
        self.sources: list[Speaker] = []
        by_key = {}
        in_text = _unnamed(report)
        for (name, kind), rows in groupby(heard(report), key=lambda row: (row.source, row.type)):
            if kind == OWN:
                self.own = Speaker("own", name, "", tuple(rows))
                continue
            shown = in_text[kind] if name == UNNAMED else name
            by_key[name, kind] = Speaker(str(len(self.sources)), shown, kind, tuple(rows))
            self.sources.append(by_key[name, kind])
        self._heard: list[list[Speaker]] = []  # in each sentence
        for sentence in report.sentences:
            units = [report.attributions[index] for index in sentence.attributions if index < len(report.attributions)]
            speakers = {one.key: one for unit in units if (one := by_key.get(source_key(unit)))}
            if sentence.voice == "article":
                speakers = {"own": self.own}
            for speaker in speakers.values():
                speaker.sides[stance_of(sentence)].append(sentence.index)
            self._heard.append(list(speakers.values()))

    def of(self, number: int) -> list[Speaker]:
        """Return who speaks in the sentence at this place of ``Report.sentences``."""
        return self._heard[number]

    def on(self, stance: str) -> list[tuple[Speaker, Sequence[int]]]:
        """Return who speaks on a side, with the sentences, most sentences first."""
        rows = [(speaker, speaker.sides[stance]) for speaker in (self.own, *self.sources) if speaker.sides[stance]]
        return sorted(rows, key=lambda row: -len(row[1]))

    def by_type(self) -> list[tuple[str, list[Speaker]]]:
        """Return the sources of each type, the type with most words first."""
        return [(kind, list(group)) for kind, group in groupby(self.sources, key=lambda one: one.type)]


def _unnamed(report: Report) -> dict[str, str]:
    """Return by type what the source without a name is called in the text, where all go by the same words."""
    words: defaultdict[str, set[str]] = defaultdict(set)
    for unit in report.attributions:
        if source_key(unit)[0] == UNNAMED:
            words[unit.source.type].add(source_name(unit))
    return {kind: found.pop() if len(found) == 1 else "unnamed sources" for kind, found in words.items()}
