"""What the attribution model sees of a candidate pair, in training as in prediction: feature names, by their CRC-32.

A name crossed with others ("sc=critic|say") goes on from the checksum of its beginning, as that is the hottest loop.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from zlib import crc32

from analyzer.annotate.attribution.agentless import agentless
from analyzer.annotate.attribution.candidates import Pair, plain
from analyzer.annotate.attribution.lexicon import KIND, classes_of, cue_classes, source_classes
from analyzer.annotate.attribution.view import QUOTE_MARKS, View

_NOBODY = [crc32(b"s=nobody")]
_CROSSED = 4  # features of a source that are crossed with those of the cue
_PREDICATES = frozenset({"acomp", "attr", "oprd"})
_PREPS = frozenset({"prep", "agent"})
_CLAUSES = frozenset({"ccomp", "xcomp", "advcl", "oprd", "acomp", "attr", "parataxis", "dative"})
_OBJECTS = frozenset({"dobj", "attr", "oprd", "acomp", "nsubjpass"})
_FRAME = frozenset(
    "h=xcomp h=oprd h=acomp h=dobj h=agent h=auxpass h=prep:as h=prep:to h=prep:of h=prep:on h=prep:for h=dative h=neg"
    " h=advcl h=prt h=mark".split()
)
_TAKEN = frozenset({"nsubj", "nsubjpass", "neg", "prt", "expl"})
_RANKING = frozenset({"number", "no", "out", "#", "ranked", "list", "percent", "%", "stars"})
_MODIFIERS = frozenset({"dobj", "amod", "det", "nummod", "compound", "poss", "advmod", "acl", "relcl", "mark"})


@dataclass(slots=True)
class CueFeatures:
    """Features of a cue token, shared by all its pairs; ``crossing`` are what a source's features are crossed with."""

    lemma: str
    kind: str
    classes: tuple[str, ...]
    names: list[str] = field(default_factory=list)
    frame: str = ""
    quoting: str = ""
    strength: str = "-"
    crossing: list[bytes] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)


@dataclass(slots=True)
class SourceFeatures:
    """Features of a source's head token; ``starts`` are the codes of those that are crossed with the cue's."""

    label: str
    starts: list[int]
    codes: list[int]


def hashes(names: Iterable[str]) -> list[int]:
    """Return the CRC-32 of each name, a name given twice once; encoded in one go."""
    return list(dict.fromkeys(map(crc32, "\0".join(names).encode().split(b"\0"))))


@lru_cache(20_000)
def _way(path: str, lemma: str, kind: str, classes: tuple[str, ...]) -> list[int]:
    """Return the codes of a cue and the way from it to its source."""
    bare = plain(path)
    out = [f"p={path}", f"l={lemma}|{bare}", f"k={kind}|{bare}"]
    if bare != path:
        out.append(f"p={bare}")
    return hashes([*out, *(f"c={c}|{bare}" for c in classes or ("?",))])


@dataclass(slots=True)
class Featurizer:
    """Computes the features of pairs over one View; remembers what it knows of tokens and sentences."""

    seen: View
    title: frozenset[str] = frozenset()
    _cues: dict[int, CueFeatures] = field(default_factory=dict)
    _sources: dict[int, SourceFeatures] = field(default_factory=dict)
    _sentences: dict[tuple[int, str], list[int]] = field(default_factory=dict)

    def parts(self, pair: Pair) -> tuple[list[int], list[int], list[int], list[int]]:
        """Return the feature codes of a pair in four parts: both sides together, cue, source, sentence."""
        cue = self.cue(pair.cue)
        way = _way(pair.path, cue.lemma, cue.kind, cue.classes)
        if pair.source < 0:
            alone = [f"0{name}" for name in cue.names]
            alone += agentless(self.seen, pair.cue, cue.kind, cue.classes, cue.frame, self.title)
            return way, hashes(alone), _NOBODY, self.sentence(pair.cue, "0")
        source = self.source(pair.source)
        path = plain(pair.path)
        short = path.rpartition("/")[2]
        codes = way.copy()
        crossing = [f"|{short}".encode(), *cue.crossing]
        for start in source.starts:
            codes += [crc32(other, start) for other in crossing]
        codes += hashes(self._joint(pair, cue, source.label, path, short))
        return list(dict.fromkeys(codes)), cue.codes, source.codes, self.sentence(pair.cue, "1")

    def _joint(self, pair: Pair, cue: CueFeatures, label: str, path: str, short: str) -> list[str]:
        """Return what cue, source and path say together."""
        after = pair.source > pair.cue
        gap = abs(pair.source - pair.cue)
        return [
            f"f={cue.frame}|{path}",
            f"f={cue.frame}|{cue.strength}|{short}",
            f"fq={cue.quoting}|{path}|{after}",
            f"fq={cue.quoting}|{cue.strength}|{short}|{after}",
            f"{label}|{cue.strength}|{path}",
            f"{label}|{cue.frame}|{short}",
            f"{label}|{cue.strength}|{cue.frame}",
            f"d={'+' if after else '-'}{min(gap, 12) // 2}",
        ]

    def cue(self, i: int) -> CueFeatures:
        """Return the features of a cue token."""
        known = self._cues.get(i)
        if known is None:
            known = self._cues[i] = self._cue(i)
        return known

    def _cue(self, i: int) -> CueFeatures:
        seen = self.seen
        lemma, kind = seen.lemma[i].lower(), KIND.get(seen.pos[i], "?")
        made = CueFeatures(lemma, kind, cue_classes().get((kind, lemma), ()))
        out = made.names
        out += [
            f"cl={lemma}",
            f"cw={seen.lower[i]}",
            f"ct={seen.tag[i]}",
            f"cd={seen.dep[i]}",
            f"cl={lemma}|{seen.dep[i]}",
        ]
        out += [f"cc={c}" for c in made.classes]
        heads = self._children(i)
        for c in made.classes or ("?",):
            out += [f"cc={c}|{name}" for name in heads]
        out += heads
        out += [f"cl={lemma}|{name}" for name in heads]
        around = self._around(i)
        out += around
        made.quoting = "".join(name[2:] for name in around if name.startswith("q="))
        made.frame = "+".join(sorted({name for name in heads if name in _FRAME or name.startswith("h=ccomp:")}))
        governor = seen.head[i]
        if governor != i:
            out.append(f"cg={seen.lemma[governor].lower()}|{seen.dep[i]}")
            out.append(f"cg={seen.pos[governor]}|{seen.dep[i]}")
            if kind == "N":
                out += self._clause_of_noun(i, governor, lemma)
        made.strength = "strong" if "strong" in made.classes else "soft" if "soft" in made.classes else "-"
        made.crossing = [f"|{other}".encode() for other in (*made.classes, lemma)]
        made.codes = hashes(out)
        return made

    def _clause_of_noun(self, i: int, governor: int, lemma: str) -> list[str]:
        """Return what the clause says with a noun that may attribute: "received praise", "reaction was mixed"."""
        seen = self.seen
        verb = seen.lemma[governor].lower()
        out = [f"cg={verb}|{lemma}"]
        for child in seen.children[governor]:
            dep = seen.dep[child]
            if dep in _PREDICATES and child != i:
                word = seen.lemma[child].lower()
                out += [f"cb={word}", f"cb={verb}|{dep}|{lemma}"]
                out += [f"cb={c}|{lemma}" for c in cue_classes().get(("A", word), ())]
            elif dep in ("nsubj", "nsubjpass") and child != i:
                out += [f"cs={seen.pos[child]}|{verb}", f"cs={verb}|{lemma}|{seen.dep[i]}"]
        return out

    def _children(self, i: int) -> list[str]:
        """Return what hangs on the cue: clauses, objects, prepositions, particles, auxiliaries."""
        seen = self.seen
        out: list[str] = []
        for child in seen.children[i]:
            dep, word = seen.dep[child], seen.lower[child]
            if dep in _PREPS:
                out.append(f"h={dep}:{word}")
                if dep == "agent":
                    out.append("h=agent")
            elif dep in _CLAUSES:
                out += self._clause(child, dep)
            elif dep in ("auxpass", "nsubjpass"):
                out += [f"h={dep}", f"o={seen.pos[child]}|{seen.ent[child]}|{dep}"]
            elif dep == "aux":
                out.append(f"x={word}")
            elif dep in _TAKEN:
                out.append(f"h={dep}" if dep != "prt" else f"h=prt:{word}")
            elif dep in _MODIFIERS:
                out += self._modifier(child, dep)
        return out

    def _clause(self, child: int, dep: str) -> list[str]:
        out = [f"h={dep}"]
        if dep == "ccomp":
            out.append(f"h=ccomp:{self._marker(child)}")
        if dep in _OBJECTS:
            out.append(f"o={self.seen.lemma[child].lower()}|{dep}")
        return out

    def _modifier(self, child: int, dep: str) -> list[str]:
        lemma = self.seen.lemma[child].lower()
        out = [f"h={dep}", f"o={lemma}|{dep}"]
        out += [f"oc={c}|{dep}" for c in cue_classes().get(("N", lemma), ())]
        stem = lemma.removesuffix("ly") if dep == "advmod" else lemma
        out += [f"oe={c}" for c in cue_classes().get(("A", stem), ())]
        if dep == "dobj":
            out.append(f"ox={self.seen.pos[child]}|{self.seen.ent[child]}")
        return out

    def _marker(self, child: int) -> str:
        for c in self.seen.children[child]:
            if self.seen.dep[c] == "mark":
                return self.seen.lower[c]
        return "0"

    def _around(self, i: int) -> list[str]:
        """Return what stands beside the cue: neighbours, quotation marks, colon, the quotation it lies in."""
        seen = self.seen
        first, last = seen.bounds[seen.sent[i]]
        out = []
        before = seen.lower[i - 1] if i > first else "<s>"
        after = seen.lower[i + 1] if i + 1 < last else "</s>"
        out += [f"w-={before}", f"w+={after}", f"w+={seen.lemma[i].lower()}|{after}"]
        if seen.quoted[i] >= 0:
            out.append("q=in")
        if seen.titled[i]:
            out.append("q=title")
        for k in range(i + 1, min(i + 4, last)):
            if seen.quoted[k] >= 0 and seen.quoted[i] < 0:
                out.append("q=after")
                break
            if seen.lower[k] in QUOTE_MARKS:
                out.append("q=mark")
                break
        if i > first and (seen.quoted[i - 1] >= 0 or (i - 2 >= first and seen.quoted[i - 2] >= 0)):
            out.append("q=before")
        return out

    def source(self, i: int) -> SourceFeatures:
        """Return the features of a source's head token."""
        known = self._sources.get(i)
        if known is None:
            names = self._source(i)
            codes = hashes(names)
            known = self._sources[i] = SourceFeatures(names[0], codes[:_CROSSED], codes)
        return known

    def _source(self, i: int) -> list[str]:
        """Return the names, first those that are crossed with the cue's."""
        seen = self.seen
        lemma, lower = seen.lemma[i].lower(), seen.lower[i]
        classes = classes_of(seen, i)
        label = "+".join(classes) or seen.ent[i] or seen.tag[i]
        kind = f"{seen.pos[i]}/{seen.ent[i]}"
        closed = lower if seen.pos[i] in ("PRON", "DET", "NUM", "ADJ") else "-"
        out = [f"sc={label}", f"sk={kind}", f"st={seen.tag[i]}", f"sp={closed}", f"sl={lemma}", f"sd={seen.dep[i]}"]
        if lower in self.title:
            out.append("s=title")
        if seen.quoted[i] >= 0:
            out.append("s=quoted")
        if seen.titled[i]:
            out.append("s=titled")
        has = {"det": "0", "poss": "", "nummod": "", "amod": "", "appos": "", "compound": "", "relcl": "", "acl": ""}
        for child in seen.children[i]:
            dep = seen.dep[child]
            if dep == "det":
                has["det"] = seen.lower[child]
            elif dep == "prep":
                out.append(f"s=prep:{seen.lower[child]}")
            elif dep in has:
                has[dep] = "1"
                if dep in ("compound", "amod"):
                    out.append(f"sm={seen.lemma[child].lower()}")
                    out += [f"smc={c}" for c in source_classes().get(seen.lemma[child].lower(), ())]
        out += [f"s={dep}:{value}" for dep, value in has.items() if value]
        return out

    def sentence(self, i: int, prefix: str) -> list[int]:
        """Return features of the sentence around a cue."""
        index = self.seen.sent[i]
        known = self._sentences.get((index, prefix))
        if known is None:
            known = self._sentences[(index, prefix)] = hashes(prefix + name for name in self._sentence(index))
        return known

    def _sentence(self, index: int) -> list[str]:
        seen = self.seen
        first, last = seen.bounds[index]
        out = [f"z=len{min((last - first) // 10, 6)}"]
        words = set(seen.lower[first:last])
        if max(seen.quoted[first:last], default=-1) >= 0:
            out.append("z=quote")
        elif words & QUOTE_MARKS:
            out.append("z=marks")
        out += [f"z={mark}" for mark in "?:" if mark in words]
        if not _RANKING.isdisjoint(words):
            out.append("z=rank")
        return out
