"""Candidates: every word that may attribute, with every noun that a known dependency path joins to it.

Besides, groups of people that nobody names ("critics", "some", "audiences") with the words beside which they hold a
view: "popular with critics", "audiences were lukewarm". Such a word may be a cue though no table lists it as one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from analyzer.annotate.attribution import lexicon
from analyzer.annotate.tokens import QUOTE_MARKS, QuotedTokens, Tokens
from analyzer.limits import MAX_SENTENCE

NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM", "ADJ", "DET", "X"})
RELATIVE = frozenset({"who", "whom", "which", "that", "whose", "what", "where", "when"})
_OPENING = frozenset({"to", "for"})
_JOINTS = frozenset({"and", "&"})
_BEFORE_CLAUSE = frozenset({",", ";", ":", "–", "—", "and", "but", "while", "though", "that"}) | QUOTE_MARKS
_FIRST_PERSON = frozenset({"i", "we", "me", "us", "my", "our", "you", "your"})
_END = ""
_LONGEST_NAME = 6
_LATER_AGENT = 40  # tokens behind a passive in which its agent is looked for
_TIMES = frozenset({"DATE", "TIME"})
_WITH = "prep:with"
_SPEAKERS = (frozenset({"PERSON"}), frozenset({"ORG", "NORP"}))
_DESCRIBING = frozenset({"NOUN", "ADJ", "NUM"})
_DESCRIBES = frozenset({"critic", "scholar", "press", "official", "people", "body"})
_PEOPLE = frozenset({"critic", "scholar", "people", "press", "quant"})
_BESIDE = frozenset({"with", "among", "amongst", "by", "for", "to", "from", "between"})
_GOVERNS = frozenset({"NOUN", "ADJ", "VERB", "ADV"})
Trie = dict[str, Any]


@dataclass(slots=True, frozen=True)
class Candidate:
    """A cue token and the head token of a possible source; ``source`` is -1 where nobody is named."""

    cue: int
    source: int
    path: str


def trie(paths: Iterable[str]) -> Trie:
    """Return the paths ("V:^advcl/nsubj") as nested dicts that a walk can follow edge by edge."""
    root: Trie = {}
    for path in paths:
        kind, _, edges = path.partition(":")
        node = root.setdefault(kind, {})
        for edge in edges.split("/"):
            node = node.setdefault(edge, {})
        node[_END] = path
    return root


def plain(path: str) -> str:
    """Return a path without the marks of a coordinated source ("&") and of an agent hung elsewhere ("~")."""
    return path.rstrip("&~")


def edge(tokens: Tokens, child: int) -> str:
    """Return the label of the edge from a head down to ``child``; prepositions carry their word."""
    dep = tokens.dep[child]
    if dep == "prep":
        word = tokens.lower[child]
        return f"prep:{word}" if word in lexicon.PREPOSITION else "prep:*"
    return dep


def candidates(
    tokens: QuotedTokens, root: Trie, learned: frozenset[str], excluded: frozenset[str] = frozenset()
) -> list[Candidate]:
    """Return the candidates of a Doc in text order; a cue that may stand alone gives a sourceless one first.

    ``learned`` are cues of the training labels ("V:say") beside those of the lexicon, ``excluded`` those that often
    could attribute and hardly ever did there.
    """
    found: list[Candidate] = []
    for cue in _cues(tokens, learned, excluded):
        if may_lack_source(tokens, cue):
            found.append(Candidate(cue, -1, "none"))
        best: dict[int, str] = {}
        for token, path in [*_walk(tokens, cue, root), *_later_agent(tokens, cue)]:
            speaking = tokens.quoted[token] >= 0 and tokens.lower[token] in _FIRST_PERSON  # who is named elsewhere
            if speaking or token == cue or tokens.sent[token] != tokens.sent[cue]:
                continue
            _keep(best, canonical(tokens, token), path)
            for other in _conjuncts(tokens, token, path):
                if tokens.sent[other] == tokens.sent[cue]:
                    _keep(best, canonical(tokens, other), f"{path}&")
        best.pop(cue, None)
        found.extend(Candidate(cue, source, path) for source, path in sorted(best.items()))
    known = {(candidate.cue, candidate.source) for candidate in found}
    groups = [group for group in unnamed_groups(tokens) if (group.cue, group.source) not in known]
    return sorted([*found, *groups], key=lambda candidate: (candidate.cue, candidate.source)) if groups else found


def _keep(best: dict[int, str], source: int, path: str) -> None:
    """Remember the shortest path to a source."""
    known = best.get(source)
    if known is None or (len(path), path) < (len(known), known):
        best[source] = path


def _cues(tokens: Tokens, learned: frozenset[str], excluded: frozenset[str]) -> Iterator[int]:
    """Yield the tokens that may attribute: by a table, as verbs with a clause, as "to" or "for" that opens a clause."""
    short = [last - first <= MAX_SENTENCE for first, last in tokens.bounds]
    listed = _listed(learned)
    lemmas = {lemma for lemma in set(tokens.lemma) if lemma.lower() in listed}
    for i, (pos, lemma, word) in enumerate(zip(tokens.pos, tokens.lemma, tokens.lower, strict=True)):
        hit = lemma in lemmas and _attributes(pos, lemma.lower(), learned, excluded)
        if word in _OPENING:
            opens = i == tokens.bounds[tokens.sent[i]][0] or tokens.lower[i - 1] in _BEFORE_CLAUSE
            hit = opens and any(tokens.dep[child] == "pobj" for child in tokens.children[i])
        if not hit and pos == "VERB":
            hit = any(tokens.dep[child] == "ccomp" for child in tokens.children[i])
        goes_on = word == "to" and tokens.lower[tokens.head[i]] == "according"
        if hit and short[tokens.sent[i]] and not goes_on:
            yield i


@cache
def _listed(learned: frozenset[str]) -> frozenset[str]:
    """Return the words that may attribute in any word class."""
    return frozenset([*(lemma for _, lemma in lexicon.cue_classes()), *(name.partition(":")[2] for name in learned)])


def _attributes(pos: str, lemma: str, learned: frozenset[str], excluded: frozenset[str]) -> bool:
    """Tell whether a word may attribute, by the lexicon or as training met it."""
    kind = lexicon.KIND.get(pos)
    name = f"{kind}:{lemma}"
    return kind is not None and name not in excluded and ((kind, lemma) in lexicon.cue_classes() or name in learned)


def may_lack_source(tokens: Tokens, i: int) -> bool:
    """Tell whether a cue can stand without a source: a passive, a participle, a noun or an adjective."""
    if lexicon.KIND.get(tokens.pos[i]) != "V" or tokens.tag[i] == "VBN":
        return True
    return any(tokens.dep[child] in ("nsubjpass", "auxpass", "expl") for child in tokens.children[i])


def _walk(tokens: Tokens, cue: int, root: Trie) -> Iterator[tuple[int, str]]:
    """Yield (token, path) for every nominal that a path of the trie joins to the cue."""
    start = root.get(lexicon.KIND.get(tokens.pos[cue], ""))
    if not start:
        return
    waiting: list[tuple[int, int, Trie]] = [(cue, -1, start)]
    while waiting:
        at, came, node = waiting.pop()
        path = node.get(_END)
        if path and tokens.pos[at] in NOMINAL and not _relative(tokens, at):
            yield at, path
        head = tokens.head[at]
        if head != at and (came == -1 or came != head):
            up = node.get("^" + tokens.dep[at])
            if up is not None:
                waiting.append((head, at, up))
        for child in tokens.children[at]:
            if child != came:
                down = node.get(edge(tokens, child))
                if down is not None:
                    waiting.append((child, at, down))


def _relative(tokens: Tokens, i: int) -> bool:
    """Tell whether a token is a relative or interrogative pronoun; "the WHO" is a body."""
    return tokens.lower[i] in RELATIVE and not (tokens.capital(i) and i > 0 and tokens.lower[i - 1] == "the")


def _later_agent(tokens: Tokens, cue: int) -> Iterator[tuple[int, str]]:
    """Yield the first noun behind a "by" later in the sentence, for passives whose agent the parser hung elsewhere."""
    if tokens.tag[cue] != "VBN" or lexicon.KIND.get(tokens.pos[cue]) != "V":
        return
    if any(tokens.dep[child] == "agent" for child in tokens.children[cue]):
        return
    last = tokens.bounds[tokens.sent[cue]][1]
    for k in range(cue + 1, min(last, cue + _LATER_AGENT)):
        if tokens.lower[k] == "by":
            for child in tokens.children[k]:
                if tokens.dep[child] == "pobj" and tokens.pos[child] in NOMINAL:
                    yield child, "V:agent/pobj~"
                    return


def canonical(tokens: Tokens, i: int) -> int:
    """Return the token that stands for the source that a path leads to.

    That is the name behind a describing noun ("the editor George Lundberg": to the parser two), that before an epithet
    ("Pliny the Elder"), the last part of a word with hyphens ("al-Razi"), the "al" of "Kimura et al.", and of a name
    with an "and" within the noun for a body.
    """
    i = i - 2 if has_epithet(tokens, i - 2) else _last_part(tokens, _named(tokens, i))
    body = body_of(tokens, i)
    if body is not None:
        return body[0]
    at = i - 1 if tokens.lower[i] == "." else i + 2
    return at if of_others(tokens, at) else i


def has_epithet(tokens: Tokens, i: int) -> bool:
    """Tell whether this is a name with an epithet behind it: "Pliny the Elder", not "told Reuters the Red Cross"."""
    if not 0 <= i < len(tokens) - 2 or tokens.pos[i] != "PROPN" or tokens.sent[i] != tokens.sent[i + 2]:
        return False
    goes_on = i + 3 < len(tokens) and tokens.capital(i + 3) and tokens.pos[i + 3] == "PROPN"
    called = tokens.lower[i + 1] == "the" and tokens.capital(i + 2) and not goes_on
    return called and tokens.lower[i + 2] in lexicon.EPITHET


def of_others(tokens: Tokens, i: int) -> bool:
    """Tell whether this is the "al" of an "et al." behind a name."""
    within = 1 < i < len(tokens) and tokens.sent[i - 2] == tokens.sent[i]
    return within and tokens.lower[i] in ("al", "al.") and tokens.lower[i - 1] == "et"


def body_of(tokens: Tokens, i: int) -> tuple[int, range] | None:
    """Return the noun and the words of a body with an "and" in its name; to the parser these are several names.

    "The National Oceanic and Atmospheric Administration" is one where the recogniser of entities takes it for one, it
    has one noun for a body, and no acronym or article beside the "and" tells of two ("the CIA and the State
    Department").
    """
    at = i - 1 if _left_out(tokens, i) else i
    if tokens.ent[at] != "ORG":
        return None
    name = tokens.entity(at)
    end = next((k for k in name if tokens.lower[k] == "("), name.stop)
    end += _left_out(tokens, end)
    words = range(name.start, end)
    joints = [k for k in words[1:-1] if tokens.lower[k] in _JOINTS]
    if not joints or i not in words:
        return None
    nouns = [k for k in words if tokens.capital(k) and lexicon.is_body(tokens, k)]
    apart = any(tokens.words[k - 1].isupper() or tokens.dep[k + 1] == "det" for k in joints)
    return (nouns[0], words) if len(nouns) == 1 and not apart else None


def _left_out(tokens: Tokens, i: int) -> bool:
    """Tell whether an entity ends with an "and" before this name: "the Department for Business and | Skills"."""
    if not 0 < i < len(tokens) or tokens.ent[i] or not tokens.capital(i):
        return False
    return tokens.lower[i - 1] in _JOINTS and tokens.within[i - 1]


def hyphenated(tokens: Tokens, i: int) -> bool:
    """Tell whether a hyphen joins the tokens before and behind it to one word."""
    if not (0 < i < len(tokens) - 1 and tokens.lower[i] == "-" and tokens.sent[i - 1] == tokens.sent[i + 1]):
        return False
    return tokens.end[i - 1] == tokens.start[i] and tokens.end[i] == tokens.start[i + 1]


def _last_part(tokens: Tokens, i: int) -> int:
    """Return the last part of a word with hyphens that this is a part or a hyphen of."""
    while hyphenated(tokens, i) or hyphenated(tokens, i + 1):
        i += 1
    return i


def _named(tokens: Tokens, i: int) -> int:
    """Return the name behind a describing word, else the token.

    "Her rival August Blom", "one of its engineers, X", "the Information Minister, X".
    """
    if tokens.pos[i] not in _DESCRIBING and not _is_office(tokens, i):
        return i
    for child in tokens.children[i]:
        named = tokens.pos[child] == "PROPN" or tokens.ent[child] == "PERSON"
        if tokens.dep[child] == "appos" and child > i and named:
            return child
    if tokens.pos[i] != "NOUN":
        return i
    end = i + 1
    last = min(tokens.bounds[tokens.sent[i]][1], i + _LONGEST_NAME)
    while end < last and tokens.pos[end] == "PROPN" and tokens.capital(end):
        end += 1
    name = end - 1
    if name > i and tokens.head[i] != name and tokens.ent[name] not in _TIMES:
        classes = lexicon.source_classes().get(tokens.lemma[i].lower(), ())
        return i if _DESCRIBES.isdisjoint(classes) else name
    return i


def _is_office(tokens: Tokens, i: int) -> bool:
    """Tell whether this is somebody's office in capitals, with its article: "the Chief Fire Officer"."""
    called = tokens.pos[i] == "PROPN" and any(tokens.dep[child] in ("det", "poss") for child in tokens.children[i])
    return called and "official" in lexicon.classes_of_source(tokens, i)


def _listed_names(tokens: Tokens, i: int) -> list[int]:
    """Return the second of three names and more ("X, Y and Z") where the parser takes it for what the first one is."""
    children = tokens.children[i]
    found = [child for child in children if tokens.dep[child] == "appos" and _are_alike(tokens, i, child)]
    return [child for child in found if "conj" in {tokens.dep[k] for k in (*children, *tokens.children[child])}]


def _are_alike(tokens: Tokens, i: int, other: int) -> bool:
    """Tell whether these are two names of people, or two of bodies, and neither stands in brackets."""
    kinds = (tokens.ent[i], tokens.ent[other])
    names = tokens.pos[i] == tokens.pos[other] == "PROPN" and "(" not in tokens.lower[i:other]
    return names and any(known.issuperset(kinds) for known in _SPEAKERS)


def _conjuncts(tokens: Tokens, i: int, path: str) -> Iterator[int]:
    """Yield the nouns coordinated after a source, or after its name: "HRW and Amnesty", "the founders, X and Y".

    Not the parts of a name joined by an ampersand, nor what a name has behind a mere comma ("William, Prince of
    Orange"): to the parser these are coordinated, too. Nor the names of those that somebody speaks ``path`` "with": of
    his followers none may share his view.
    """
    found = _listed_names(tokens, i)
    waiting, joined = [i, *found], tokens.pos[i] != "PROPN" or bool(found)
    named = i if _WITH in path else _named(tokens, i)
    if named != i and "(" not in tokens.lower[i:named]:
        waiting.append(named)
    while waiting:
        children = tokens.children[waiting.pop()]
        joints = [tokens.lower[child] for child in children if tokens.dep[child] == "cc"]
        if "&" in joints:
            continue
        joined = joined or bool(joints)
        for child in children:
            if tokens.dep[child] == "conj" and tokens.pos[child] in ("NOUN", "PROPN", "PRON", "NUM", "ADJ"):
                found.append(child)
                waiting.append(child)
    yield from found if joined else ()


def unnamed_groups(tokens: Tokens) -> Iterator[Candidate]:
    """Yield the groups that hang on a word by a preposition or are its subject, with that word for a cue."""
    for i, dep in enumerate(tokens.dep):
        head = tokens.head[i]
        if dep == "pobj":
            at, word = tokens.head[head], tokens.lower[head]
            if word not in _BESIDE or at == head:
                continue
            path = f"{'agent' if tokens.dep[head] == 'agent' else f'prep:{word}'}/pobj"
        elif dep == "nsubj" and tokens.pos[head] == "AUX":
            stated = [c for c in tokens.children[head] if tokens.dep[c] in ("acomp", "attr")]
            at = next((child for child in stated if tokens.pos[child] in _GOVERNS), -1)
            path = f"^{tokens.dep[at]}/nsubj"
        else:
            continue
        if at >= 0 and tokens.pos[at] in _GOVERNS and _is_group(tokens, i):
            first, last = tokens.bounds[tokens.sent[at]]
            if last - first <= MAX_SENTENCE:
                yield Candidate(at, i, f"{lexicon.cue_of(tokens, at)[0]}:{path}")


def _is_group(tokens: Tokens, i: int) -> bool:
    if tokens.pos[i] == "NOUN":
        many = tokens.tag[i] == "NNS" or tokens.lower[i] in lexicon.COLLECTIVE
        return many and not _PEOPLE.isdisjoint(lexicon.classes_of_source(tokens, i))
    return tokens.lower[i] in lexicon.QUANTITY and tokens.pos[i] in ("DET", "PRON", "ADJ")
