"""What the attribution model sees of a candidate pair: one list of feature names, in training as in prediction."""

from __future__ import annotations

from dataclasses import dataclass, field

from analyzer.annotate.attribution_agentless import agentless
from analyzer.annotate.attribution_lexicon import KIND, classes_of, cue_classes, source_classes
from analyzer.annotate.attribution_pairs import Pair, plain
from analyzer.annotate.attribution_view import QUOTE_MARKS, View

_NOBODY = ["s=nobody"]
_PREDICATES = frozenset({"acomp", "attr", "oprd"})
_PREPS = frozenset({"prep", "agent"})
_CLAUSES = frozenset({"ccomp", "xcomp", "advcl", "oprd", "acomp", "attr", "parataxis", "dative"})
_OBJECTS = frozenset({"dobj", "attr", "oprd", "acomp", "nsubjpass"})
_FRAME = frozenset(
    {
        "h=xcomp",
        "h=oprd",
        "h=acomp",
        "h=dobj",
        "h=agent",
        "h=auxpass",
        "h=prep:as",
        "h=prep:to",
        "h=prep:of",
        "h=prep:on",
    }
    | {"h=prep:for", "h=dative", "h=neg", "h=advcl", "h=prt", "h=mark"}
)
_TAKEN = frozenset({"nsubj", "nsubjpass", "neg", "prt", "expl"})
_MODIFIERS = frozenset({"dobj", "amod", "det", "nummod", "compound", "poss", "advmod", "acl", "relcl", "mark"})


@dataclass(slots=True)
class CueFeatures:
    """Features of a cue token, shared by all its pairs."""

    lemma: str
    kind: str
    classes: tuple[str, ...]
    names: list[str] = field(default_factory=list)
    passive: bool = False
    frame: str = ""
    quoting: str = ""


@dataclass(slots=True)
class Featurizer:
    """Computes the features of pairs over one View; remembers what it knows of tokens and sentences."""

    seen: View
    title: frozenset[str] = frozenset()
    _cues: dict[int, CueFeatures] = field(default_factory=dict)
    _sources: dict[int, list[str]] = field(default_factory=dict)
    _sentences: dict[tuple[int, str], list[str]] = field(default_factory=dict)

    def parts(self, pair: Pair) -> tuple[list[str], list[str], list[str], list[str]]:
        """Return the feature names of a pair in four parts: both sides together, cue, source, sentence."""
        cue = self.cue(pair.cue)
        path = plain(pair.path)
        out = [f"p={pair.path}", f"l={cue.lemma}|{path}", f"k={cue.kind}|{path}"]
        if path != pair.path:
            out.append(f"p={path}")
        out += [f"c={c}|{path}" for c in cue.classes] or [f"c=?|{path}"]
        if pair.source < 0:
            alone = [f"0{name}" for name in cue.names]
            alone += agentless(self.seen, pair.cue, cue.kind, cue.classes, cue.frame, self.title)
            return out, alone, _NOBODY, self.sentence(pair.cue, "0")
        source = self.source(pair.source)
        short = path.rpartition("/")[2]
        for name in source[:4]:
            out.append(f"{name}|{short}")
            out += [f"{name}|{c}" for c in cue.classes]
            out.append(f"{name}|{cue.lemma}")
        strength = "strong" if "strong" in cue.classes else "soft" if "soft" in cue.classes else "-"
        after = pair.source > pair.cue
        gap = abs(pair.source - pair.cue)
        out += [
            f"f={cue.frame}|{path}",
            f"f={cue.frame}|{strength}|{short}",
            f"fq={cue.quoting}|{path}|{after}",
            f"fq={cue.quoting}|{strength}|{short}|{after}",
            f"{source[0]}|{strength}|{path}",
            f"{source[0]}|{cue.frame}|{short}",
            f"{source[0]}|{strength}|{cue.frame}",
            f"d={'+' if after else '-'}{min(gap, 12) // 2}",
        ]
        return out, cue.names, source, self.sentence(pair.cue, "1")

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
        heads = self._children(i, made)
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

    def _children(self, i: int, made: CueFeatures) -> list[str]:
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
                made.passive = True
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

    def source(self, i: int) -> list[str]:
        """Return the features of a source's head token; the first four are those that are crossed with the cue."""
        known = self._sources.get(i)
        if known is None:
            known = self._sources[i] = self._source(i)
        return known

    def _source(self, i: int) -> list[str]:
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

    def sentence(self, i: int, prefix: str) -> list[str]:
        """Return features of the sentence around a cue."""
        index = self.seen.sent[i]
        known = self._sentences.get((index, prefix))
        if known is None:
            known = self._sentences[(index, prefix)] = [prefix + name for name in self._sentence(index)]
        return known

    def _sentence(self, index: int) -> list[str]:
        seen = self.seen
        first, last = seen.bounds[index]
        out = [f"z=len{min((last - first) // 10, 6)}"]
        words = set(seen.lower[first:last])
        if any(seen.quoted[k] >= 0 for k in range(first, last)):
            out.append("z=quote")
        elif words & QUOTE_MARKS:
            out.append("z=marks")
        if "?" in words:
            out.append("z=?")
        if ":" in words:
            out.append("z=:")
        if {"number", "no", "out", "#", "ranked", "list", "percent", "%", "stars"} & words:
            out.append("z=rank")
        return out
