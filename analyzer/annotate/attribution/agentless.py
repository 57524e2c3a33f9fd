"""What tells that a cue without a source reports a view: "has been widely described as", "drew criticism".

Of a passive its tense, subject, manner and complements; of a noun of judgement the verb that hands it to its target.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer.annotate.attribution.view import View

# Adverbs by which a passive speaks of people at large, or of how it was taken.
_AT_LARGE = frozenset(
    "widely generally commonly often frequently usually universally popularly critically internationally sometimes"
    " variously traditionally heavily roundly warmly positively negatively poorly broadly largely mostly publicly"
    " routinely regularly repeatedly increasingly unanimously long still now well highly favorably favourably sharply"
    " strongly almost mainly conventionally officially typically occasionally locally".split()
)
# Verbs that hand their subject a judgement, or have one for their subject.
_HANDING = frozenset(
    "receive draw attract garner earn win gain get enjoy meet face spark provoke prompt raise generate cause trigger"
    " elicit arouse invite encounter find have suffer evoke inspire excite incur reap collect bring lead open"
    " release".split()
)
_HELPING = frozenset({"aux", "auxpass"})
_SUBJECTS = frozenset({"nsubjpass", "nsubj", "expl"})
_GIVING = frozenset({"from", "by", "among"})
_UP = 3


def agentless(
    seen: View, i: int, kind: str, classes: Sequence[str], frame: str, title: frozenset[str]
) -> Iterator[str]:
    """Yield feature names of a cue that stands without a source, each alone and with the cue's classes."""
    found = _passive(seen, i, frame, title) if kind == "V" else _noun(seen, i)
    for name in found:
        yield f"1{name}"
    for c in classes or ("?",):
        for name in found:
            yield f"1{c}|{name}"


def _passive(seen: View, i: int, frame: str, title: frozenset[str]) -> list[str]:
    helping, subject, manner = [], "0", set()
    for child in seen.children[i]:
        dep = seen.dep[child]
        if dep in _HELPING:
            helping.append(seen.lower[child])
        elif dep in _SUBJECTS:
            subject = _subject(seen, child, title)
        elif dep == "advmod":
            manner.add("large" if seen.lower[child] in _AT_LARGE else "other")
    tense = "+".join(helping)
    return [
        f"t={tense}",
        f"su={subject}",
        f"f={frame}",
        f"t={tense}|f={frame}",
        *(f"m={how}" for how in sorted(manner) or ("0",)),
    ]


def _subject(seen: View, i: int, title: frozenset[str]) -> str:
    if seen.lower[i] in title:
        return "title"
    return seen.lower[i] if seen.pos[i] == "PRON" else f"{seen.pos[i]}/{seen.ent[i]}"


def _noun(seen: View, i: int) -> list[str]:
    verb, path = _above(seen, i)
    lemma = seen.lemma[verb].lower()
    handing = "hands" if lemma in _HANDING else "be" if lemma == "be" else "other"
    own = {seen.dep[child]: seen.lower[child] for child in reversed(seen.children[i])}
    before = own.get("det") or own.get("poss") or own.get("nummod") or "0"
    found = [
        f"g={lemma}|{path}",
        f"g={handing}|{path}",
        f"am={'amod' in own or 'compound' in own}",
        f"de={before}|{seen.tag[i]}",
    ]
    if any(seen.dep[child] == "expl" for child in seen.children[verb]):
        found.append("there")
    if any(seen.dep[child] == "prep" and seen.lower[child] in _GIVING for child in seen.children[i]):
        found.append("given")
    return found


def _above(seen: View, i: int) -> tuple[int, str]:
    """Return the verb above a noun, or the word three steps up, and the way there."""
    steps = []
    for _ in range(_UP):
        steps.append(seen.lower[i] if seen.dep[i] == "prep" else seen.dep[i])
        if seen.head[i] == i:
            break
        i = seen.head[i]
        if seen.pos[i] in ("VERB", "AUX"):
            break
    return i, "/".join(steps)
