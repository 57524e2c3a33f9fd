"""What the attribution model sees of candidates, in training as in prediction.

First each candidate by itself (:class:`Featurizer`): names of features by their hash; what a source is, crossed with
what the cue is ("sc=critic", "|say"). Then, for the second look, each beside the others (:func:`in_context`): its first
probability with those of its rivals and neighbours. A reviewer quoted in the last sentence is likely to be quoted in
this one; of two sources of one cue, one is right.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import log
from typing import Any

import numpy as np

from analyzer.annotate.attribution import lexicon
from analyzer.annotate.attribution.candidates import Candidate, plain
from analyzer.annotate.tokens import QUOTE_MARKS, QuotedTokens
from analyzer.linear import codes, crossed

Floats = np.ndarray[Any, np.dtype[np.float32]]
_NOBODY = codes(["s=nobody"])
_TITLE_WORD = 3  # letters of a word of the title that tells something
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
_MODIFIERS = frozenset({"dobj", "amod", "det", "nummod", "compound", "poss", "advmod", "acl", "relcl", "mark"})
_RANKING = lexicon.RANKING | {"#"}  # a sign that opens a comment in the tables
_UP = 3  # steps above a noun that are gone to find the verb that hands it over

# The order of the second look's columns.
_CUE_CLASSES = (
    *("strong", "soft", "say", "think", "find", "praise", "blame", "call", "rank", "ask", "show", "frame", "review"),
    *("eval", "feel", "rep", "adp", "adv"),
)
_SOURCE_CLASSES = ("critic", "scholar", "press", "official", "body", "doc", "people", "quant")
_ENTITIES = ("PERSON", "ORG", "GPE", "NORP", "")
_NOUNS = ("PRON", "PROPN", "NOUN")
_SMOOTH = 1e-4
PARTS = 4  # both sides together, cue, source, sentence: what the first look says of each
_OWN = 27  # of rivals, twins and place
FIGURES = PARTS + _OWN + len("VNAP") + len((*_CUE_CLASSES, *_SOURCE_CLASSES, *_ENTITIES, *_NOUNS))


@dataclass(slots=True)
class CueFeatures:
    """Features of a cue token, shared by all its candidates; ``crossing`` is what a source's are crossed with."""

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


@lru_cache(1 << 12)
def _path(path: str, lemma: str, kind: str, classes: tuple[str, ...]) -> list[int]:
    """Return the codes of a cue and the dependency path from it to its source."""
    bare = plain(path)
    out = [f"p={path}", f"l={lemma}|{bare}", f"k={kind}|{bare}"]
    if bare != path:
        out.append(f"p={bare}")
    return codes([*out, *(f"c={c}|{bare}" for c in classes or ("?",))])


class Featurizer:
    """Computes the features of the candidates of a Doc; remembers what it knows of tokens and sentences."""

    def __init__(self, tokens: QuotedTokens, title: str = "") -> None:
        self.tokens = tokens
        self.title = frozenset(word for word in title.lower().split() if len(word) >= _TITLE_WORD)
        self._cues: dict[int, CueFeatures] = {}
        self._sources: dict[int, SourceFeatures] = {}
        self._sentences: dict[tuple[int, str], list[int]] = {}

    def forget(self) -> None:
        """Give up what is remembered: of a book it would be gigabytes, and it is of use within a sentence."""
        self._cues.clear()
        self._sources.clear()
        self._sentences.clear()

    def parts(self, candidate: Candidate) -> tuple[list[int], list[int], list[int], list[int]]:
        """Return the feature codes of a candidate in four parts: both sides together, cue, source, sentence."""
        cue = self._cues.get(candidate.cue)
        if cue is None:
            cue = self._cues[candidate.cue] = self._cue(candidate.cue)
        joint = _path(candidate.path, cue.lemma, cue.kind, cue.classes)
        if candidate.source < 0:
            alone = [f"0{name}" for name in cue.names]
            alone += sourceless(self.tokens, candidate.cue, cue, self.title)
            return joint, codes(alone), _NOBODY, self._sentence(candidate.cue, "0")
        source = self._sources.get(candidate.source)
        if source is None:
            names = self._source(candidate.source)
            known = codes(names)
            source = self._sources[candidate.source] = SourceFeatures(names[0], known[:_CROSSED], known)
        path = plain(candidate.path)
        short = path.rpartition("/")[2]
        joint = joint.copy()
        crossing = [f"|{short}".encode(), *cue.crossing]
        for start in source.starts:
            joint += crossed(start, crossing)
        joint += codes(self._joint(candidate, cue, source.label, path, short))
        return list(dict.fromkeys(joint)), cue.codes, source.codes, self._sentence(candidate.cue, "1")

    def _joint(self, candidate: Candidate, cue: CueFeatures, label: str, path: str, short: str) -> list[str]:
        after = candidate.source > candidate.cue
        gap = abs(candidate.source - candidate.cue)
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

    def _cue(self, i: int) -> CueFeatures:
        tokens, dep = self.tokens, self.tokens.dep[i]
        kind, lemma = lexicon.cue_of(tokens, i)
        made = CueFeatures(lemma, kind, lexicon.classes_of_cue(tokens, i))
        out = made.names
        out += [f"cl={lemma}", f"cw={tokens.lower[i]}", f"ct={tokens.tag[i]}", f"cd={dep}", f"cl={lemma}|{dep}"]
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
        governor = tokens.head[i]
        if governor != i:
            out += [f"cg={tokens.lemma[governor].lower()}|{dep}", f"cg={tokens.pos[governor]}|{dep}"]
            if kind == "N":
                out += self._clause_of_noun(i, governor, lemma)
        made.strength = "strong" if "strong" in made.classes else "soft" if "soft" in made.classes else "-"
        made.crossing = [f"|{other}".encode() for other in (*made.classes, lemma)]
        made.codes = codes(out)
        return made

    def _clause_of_noun(self, i: int, governor: int, lemma: str) -> list[str]:
        """Return what the clause says with a noun that may attribute: "received praise", "reaction was mixed"."""
        tokens = self.tokens
        verb = tokens.lemma[governor].lower()
        out = [f"cg={verb}|{lemma}"]
        for child in tokens.children[governor]:
            dep = tokens.dep[child]
            if dep in _PREDICATES and child != i:
                word = tokens.lemma[child].lower()
                out += [f"cb={word}", f"cb={verb}|{dep}|{lemma}"]
                out += [f"cb={c}|{lemma}" for c in lexicon.cue_classes().get(("A", word), ())]
            elif dep in ("nsubj", "nsubjpass") and child != i:
                out += [f"cs={tokens.pos[child]}|{verb}", f"cs={verb}|{lemma}|{tokens.dep[i]}"]
        return out

    def _children(self, i: int) -> list[str]:
        """Return what hangs on the cue: clauses, objects, prepositions, particles, auxiliaries."""
        tokens = self.tokens
        out: list[str] = []
        for child in tokens.children[i]:
            dep, word = tokens.dep[child], tokens.lower[child]
            if dep in _PREPS:
                out.append(f"h={dep}:{word}")
                if dep == "agent":
                    out.append("h=agent")
            elif dep in _CLAUSES:
                out += self._clause(child, dep)
            elif dep in ("auxpass", "nsubjpass"):
                out += [f"h={dep}", f"o={tokens.pos[child]}|{tokens.ent[child]}|{dep}"]
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
            marks = (self.tokens.lower[c] for c in self.tokens.children[child] if self.tokens.dep[c] == "mark")
            out.append(f"h=ccomp:{next(marks, '0')}")
        if dep in _OBJECTS:
            out.append(f"o={self.tokens.lemma[child].lower()}|{dep}")
        return out

    def _modifier(self, child: int, dep: str) -> list[str]:
        lemma = self.tokens.lemma[child].lower()
        out = [f"h={dep}", f"o={lemma}|{dep}"]
        out += [f"oc={c}|{dep}" for c in lexicon.cue_classes().get(("N", lemma), ())]
        stem = lemma.removesuffix("ly") if dep == "advmod" else lemma
        out += [f"oe={c}" for c in lexicon.cue_classes().get(("A", stem), ())]
        if dep == "dobj":
            out.append(f"ox={self.tokens.pos[child]}|{self.tokens.ent[child]}")
        return out

    def _around(self, i: int) -> list[str]:
        """Return what stands beside the cue: neighbours, quotation marks, colon, the quotation it lies in."""
        tokens, quoted = self.tokens, self.tokens.quoted
        first, last = tokens.bounds[tokens.sent[i]]
        before = tokens.lower[i - 1] if i > first else "<s>"
        after = tokens.lower[i + 1] if i + 1 < last else "</s>"
        out = [f"w-={before}", f"w+={after}", f"w+={tokens.lemma[i].lower()}|{after}"]
        if quoted[i] >= 0:
            out.append("q=in")
        if tokens.titled[i]:
            out.append("q=title")
        for k in range(i + 1, min(i + 4, last)):
            if quoted[k] >= 0 and quoted[i] < 0:
                out.append("q=after")
                break
            if tokens.lower[k] in QUOTE_MARKS:
                out.append("q=mark")
                break
        if any(quoted[k] >= 0 for k in range(max(first, i - 2), i)):
            out.append("q=before")
        return out

    def _source(self, i: int) -> list[str]:
        """Return the features of a source's head token, first those that are crossed with the cue's."""
        tokens = self.tokens
        lemma, lower, pos = tokens.lemma[i].lower(), tokens.lower[i], tokens.pos[i]
        label = "+".join(lexicon.classes_of_source(tokens, i)) or tokens.ent[i] or tokens.tag[i]
        closed = lower if pos in ("PRON", "DET", "NUM", "ADJ") else "-"
        out = [f"sc={label}", f"sk={pos}/{tokens.ent[i]}", f"st={tokens.tag[i]}", f"sp={closed}", f"sl={lemma}"]
        out.append(f"sd={tokens.dep[i]}")
        if lower in self.title:
            out.append("s=title")
        if tokens.quoted[i] >= 0:
            out.append("s=quoted")
        if tokens.titled[i]:
            out.append("s=titled")
        has = {"det": "0", "poss": "", "nummod": "", "amod": "", "appos": "", "compound": "", "relcl": "", "acl": ""}
        for child in tokens.children[i]:
            dep = tokens.dep[child]
            if dep == "det":
                has["det"] = tokens.lower[child]
            elif dep == "prep":
                out.append(f"s=prep:{tokens.lower[child]}")
            elif dep in has:
                has[dep] = "1"
                if dep in ("compound", "amod"):
                    word = tokens.lemma[child].lower()
                    out.append(f"sm={word}")
                    out += [f"smc={c}" for c in lexicon.source_classes().get(word, ())]
        out += [f"s={dep}:{value}" for dep, value in has.items() if value]
        return out

    def _sentence(self, i: int, prefix: str) -> list[int]:
        tokens, index = self.tokens, self.tokens.sent[i]
        known = self._sentences.get((index, prefix))
        if known is None:
            first, last = tokens.bounds[index]
            out = [f"z=len{min((last - first) // 10, 6)}"]
            words = set(tokens.lower[first:last])
            if max(tokens.quoted[first:last], default=-1) >= 0:
                out.append("z=quote")
            elif words & QUOTE_MARKS:
                out.append("z=marks")
            out += [f"z={mark}" for mark in "?:" if mark in words]
            if not _RANKING.isdisjoint(words):
                out.append("z=rank")
            known = self._sentences[(index, prefix)] = codes(prefix + name for name in out)
        return known


def sourceless(tokens: QuotedTokens, i: int, cue: CueFeatures, title: frozenset[str]) -> Iterator[str]:
    """Yield what tells that a cue without a source reports a view: "has been widely described as", "drew criticism".

    Of a passive its tense, subject, manner and complements; of a noun of judgement the verb that hands it to its
    target. Each name alone and with the cue's classes.
    """
    found = _passive(tokens, i, cue.frame, title) if cue.kind == "V" else _judgement(tokens, i)
    for name in found:
        yield f"1{name}"
    for c in cue.classes or ("?",):
        for name in found:
            yield f"1{c}|{name}"


def _passive(tokens: QuotedTokens, i: int, frame: str, title: frozenset[str]) -> list[str]:
    helping, subject, manner = [], "0", set()
    for child in tokens.children[i]:
        dep, word = tokens.dep[child], tokens.lower[child]
        if dep in ("aux", "auxpass"):
            helping.append(word)
        elif dep in ("nsubjpass", "nsubj", "expl"):
            pronoun = tokens.pos[child] == "PRON"
            subject = word if pronoun else f"{tokens.pos[child]}/{tokens.ent[child]}"
            subject = "title" if word in title else subject
        elif dep == "advmod":
            manner.add("large" if word in lexicon.AT_LARGE else "other")
    tense = "+".join(helping)
    found = [f"t={tense}", f"su={subject}", f"f={frame}", f"t={tense}|f={frame}"]
    return [*found, *(f"m={how}" for how in sorted(manner) or ("0",))]


def _judgement(tokens: QuotedTokens, i: int) -> list[str]:
    verb, path = _above(tokens, i)
    lemma = tokens.lemma[verb].lower()
    handing = "hands" if lemma in lexicon.HANDING else "be" if lemma == "be" else "other"
    own = {tokens.dep[child]: tokens.lower[child] for child in reversed(tokens.children[i])}
    before = own.get("det") or own.get("poss") or own.get("nummod") or "0"
    found = [
        f"g={lemma}|{path}",
        f"g={handing}|{path}",
        f"am={'amod' in own or 'compound' in own}",
        f"de={before}|{tokens.tag[i]}",
    ]
    if any(tokens.dep[child] == "expl" for child in tokens.children[verb]):
        found.append("there")
    if any(tokens.dep[c] == "prep" and tokens.lower[c] in ("from", "by", "among") for c in tokens.children[i]):
        found.append("given")
    return found


def _above(tokens: QuotedTokens, i: int) -> tuple[int, str]:
    """Return the verb above a noun, or the word three steps up, and the path there."""
    steps = []
    for _ in range(_UP):
        steps.append(tokens.lower[i] if tokens.dep[i] == "prep" else tokens.dep[i])
        if tokens.head[i] == i:
            break
        i = tokens.head[i]
        if tokens.pos[i] in ("VERB", "AUX"):
            break
    return i, "/".join(steps)


class _Neighbourhood:
    """First probabilities of a document, by sentence, source and cue."""

    def __init__(self, tokens: QuotedTokens, candidates: Sequence[Candidate], first: Sequence[float]) -> None:
        size = len(tokens.bounds)
        self.best = [0.0] * (size + 2)  # by sentence, shifted by one: no sentence before the first
        self.by_sentence: dict[int, list[float]] = {}
        self.by_source: dict[tuple[int, int], list[float]] = {}
        self.by_cue: dict[int, list[float]] = {}
        self.sourceless: dict[int, float] = {}
        self.base: dict[int, float] = {}  # by cue: the likeliest source that is not a mere conjunct
        self.earlier: dict[tuple[int, int], float] = {}  # by sentence and source: the likeliest source before it
        self.words: dict[tuple[int, str], list[tuple[float, int]]] = {}  # by sentence and word: its two likeliest
        named: dict[int, dict[int, float]] = {}  # by sentence: the likeliest candidate of each source
        for candidate, p in zip(candidates, first, strict=True):
            sentence = tokens.sent[candidate.cue]
            self.best[sentence + 1] = max(self.best[sentence + 1], p)
            self.by_sentence.setdefault(sentence, []).append(p)
            if candidate.source < 0:
                self.sourceless[candidate.cue] = p
                continue
            self.by_source.setdefault((sentence, candidate.source), []).append(p)
            self.by_cue.setdefault(candidate.cue, []).append(p)
            if not candidate.path.endswith("&"):
                self.base[candidate.cue] = max(self.base.get(candidate.cue, 0.0), p)
            sources = named.setdefault(sentence, {})
            sources[candidate.source] = max(sources.get(candidate.source, 0.0), p)
        for values in (*self.by_sentence.values(), *self.by_source.values(), *self.by_cue.values()):
            values.sort(reverse=True)
        for sentence, sources in named.items():
            self._order(tokens, sentence, sources)
        self.mean = sum(self.best) / max(1, size)
        self.quoted = [sum(q >= 0 for q in tokens.quoted[a:b]) / max(1, b - a) for a, b in tokens.bounds]

    def _order(self, tokens: QuotedTokens, sentence: int, sources: dict[int, float]) -> None:
        """Note for each source of a sentence the likeliest before it, and for each word its two likeliest places."""
        highest = 0.0
        for source in sorted(sources):
            self.earlier[(sentence, source)] = highest
            highest = max(highest, sources[source])
            places = self.words.setdefault((sentence, tokens.lower[source]), [])
            places.append((sources[source], source))
            places.sort(reverse=True)
            del places[2:]


def in_context(tokens: QuotedTokens, candidates: Sequence[Candidate], first: Sequence[float], parts: Floats) -> Floats:
    """Return a row of numbers for each candidate (there is one), from its first probability and the parts of that."""
    around = _Neighbourhood(tokens, candidates, first)
    own = [
        [*_rivals(tokens, around, candidate, p), *_twins(tokens, around, candidate), *_place(tokens, around, candidate)]
        for candidate, p in zip(candidates, first, strict=True)
    ]
    cues = _each_once([candidate.cue for candidate in candidates], lambda i: _cue_flags(tokens, i))
    sources = _each_once([candidate.source for candidate in candidates], lambda i: _source_flags(tokens, i))
    return np.hstack([parts.astype(np.float32), np.asarray(own, dtype=np.float32), cues, sources])


def _each_once(at: Sequence[int], row: Callable[[int], Sequence[float]]) -> Floats:
    """Return the rows of tokens, each made once."""
    place = {token: k for k, token in enumerate(dict.fromkeys(at))}
    made: Floats = np.asarray([row(token) for token in place], dtype=np.float32)
    return made[[place[token] for token in at]]


def _second(values: Sequence[float]) -> float:
    return values[1] if len(values) > 1 else 0.0


def _rivals(tokens: QuotedTokens, around: _Neighbourhood, candidate: Candidate, p: float) -> list[float]:
    """Return the candidate's own probability beside those of its sentence, neighbours, source and cue."""
    sentence = tokens.sent[candidate.cue]
    same_source = around.by_source.get((sentence, candidate.source), [])
    same_cue = around.by_cue.get(candidate.cue, [])
    in_sentence = around.by_sentence[sentence]
    return [
        log((p + _SMOOTH) / (1 - p + _SMOOTH)),
        around.best[sentence],
        around.best[sentence + 2],
        around.mean,
        around.best[sentence + 1],
        _second(same_source),
        sum(same_source) - p,
        same_cue[0] if same_cue else 0.0,
        _second(same_cue),
        around.sourceless.get(candidate.cue, 0.0),
        float(len(in_sentence)),
        _second(in_sentence),
    ]


def _twins(tokens: QuotedTokens, around: _Neighbourhood, candidate: Candidate) -> list[float]:
    """Return what may be the same source again: the likeliest earlier one, one of the same word, a conjunct's first."""
    earlier = same = 0.0
    if candidate.source >= 0:
        sentence = tokens.sent[candidate.cue]
        earlier = around.earlier[(sentence, candidate.source)]
        places = around.words[(sentence, tokens.lower[candidate.source])]
        same = next((p for p, source in places if source != candidate.source), 0.0)
    pronoun = candidate.source >= 0 and tokens.pos[candidate.source] == "PRON"
    base = around.base.get(candidate.cue, 0.0) if candidate.path.endswith("&") else 0.0
    return [earlier, earlier if pronoun else 0.0, same, base]


def _place(tokens: QuotedTokens, around: _Neighbourhood, candidate: Candidate) -> list[float]:
    """Return where the candidate stands: order, distance, quotation marks, sentence."""
    cue, source = candidate.cue, candidate.source
    sentence = tokens.sent[cue]
    first, last = tokens.bounds[sentence]
    named = source >= 0
    return [
        float(not named),
        float(source - cue) if named else 0.0,
        float(tokens.quoted[cue] >= 0),
        float(named and tokens.quoted[source] >= 0),
        float(named and tokens.titled[source]),
        float(last - first),
        around.quoted[sentence],
        around.quoted[sentence - 1] if sentence else 0.0,
        float(min(sentence, 30)),
        float(len(candidate.path)),
        float(candidate.path.endswith("&")),
    ]


def _cue_flags(tokens: QuotedTokens, i: int) -> tuple[float, ...]:
    return _flags_of_cue(lexicon.cue_of(tokens, i)[0], lexicon.classes_of_cue(tokens, i))


@lru_cache(1 << 10)
def _flags_of_cue(kind: str, classes: tuple[str, ...]) -> tuple[float, ...]:
    return (*(float(k == kind) for k in "VNAP"), *(float(c in classes) for c in _CUE_CLASSES))


def _source_flags(tokens: QuotedTokens, i: int) -> tuple[float, ...]:
    if i < 0:
        return (0.0,) * len((*_SOURCE_CLASSES, *_ENTITIES, *_NOUNS))
    return _flags_of_source(lexicon.classes_of_source(tokens, i), tokens.ent[i], tokens.pos[i])


@lru_cache(1 << 10)
def _flags_of_source(classes: tuple[str, ...], entity: str, pos: str) -> tuple[float, ...]:
    return (
        *(float(c in classes) for c in _SOURCE_CLASSES),
        *(float(entity == label) for label in _ENTITIES),
        *(float(pos == noun) for noun in _NOUNS),
    )
