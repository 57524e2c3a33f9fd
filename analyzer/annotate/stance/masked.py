"""The words of a Doc as the stance models read them: names masked, scopes of negation and contrast, praise and blame.

Made for the whole Doc at once from its table of tokens: a sentence costs microseconds, and training and prediction see
the same thing. Ranks, scores and shares are praise or blame, too ("ranked 167th of 180", "4 out of 5 stars"): a number
alone says nothing, beside its scale it is a value between 0 (worst) and 1 (best).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from spacy.strings import get_string_id
from spacy.tokens import Doc

from analyzer.annotate import store
from analyzer.annotate.tokens import Flags, Ids, Ints, Tokens, among, id_of, ids_of, tokens_of
from analyzer.lexicons import load_table, load_terms

Scale = tuple[int, int, float]  # start and end in characters, value

_NUMBERS = "zero one two three four five six seven eight nine ten".split()
_CARDINALS = {word: float(value) for value, word in enumerate(_NUMBERS)}
_ORDINALS = {
    word: value
    for value, word in enumerate("first second third fourth fifth sixth seventh eighth ninth tenth".split(), 1)
}
_N = rf"(\d{{1,3}}(?:\.\d{{1,2}})?|{'|'.join(_CARDINALS)})(?: and a half)?"
_ORD = rf"(\d{{1,4}}(?:st|nd|rd|th)|{'|'.join(_ORDINALS)})"
_SCORE = re.compile(rf"\b{_N}(?: stars?| points?)?(?: out of (?:a possible )?|/){_N}\b(?![/\d])")
_STARS = re.compile(rf"\b{_N}(?:-| )stars?\b")
_RANK = re.compile(rf"\b{_ORD}(?: place)?,? (?:out of|of|among) (?:the |all )?(\d{{1,4}})\b")
# "ranked the media environment as 156 out of 173 countries": a bare number is a rank behind a word for one.
_PLACED = re.compile(
    r"\b(?:rank(?:ed|s|ing)?|position|placed)\b[^.;\d]{0,50}?(?<!\bin )\b(\d{1,4}),? "
    r"(?:out of|of|among) (?:the |all )?(\d{1,4})\b"
)
_WORST = re.compile(
    r"\b(?:second[- ]|third[- ]|joint )?(?:last|bottom|worst|lowest)[- ](?:place|placed|ranked|ranking|in)\b"
)
_BEST = re.compile(
    r"\b(?:ranked|placed|rated|came|finished|voted) (?:joint )?(?:first|second|third|top)\b(?!.(?:worst|last|low))"
)
_SHARE = re.compile(r"\b(\d{1,3}(?:\.\d)?) ?(?:%|per ?cent\b)")
_JUDGED = re.compile(
    r"approv|tomato|fresh|positive|favou?rabl|rating|critics|review|satisf|recommend|metacritic|liked|pass rate"
)
_METER = re.compile(r"\b(?:score|rating|metascore) of (\d{1,3})\b(?! ?(?:%|per ?cent|out of|/))")
_LINKS = (" of", " among", " out", ",", " place")  # what may follow upon the ending of a rank
LOW = 1 / 3  # of a scale: what stands there is no praise
LONGEST = 100  # characters that no match passes
REACH = 60  # characters on either side in which a share's meaning is looked for
Reals = np.ndarray[Any, np.dtype[np.float32]]

# Classes that stand in place of words: what a sentence says must not depend on whom or how many it is about.
SUBJECT, NAME, NUMBER = (id_of(word) for word in ("<subject>", "<name>", "<number>"))
SCOPE = 4  # words after a negator that it may reach
NEGATION = -0.7  # what a negation does to a valence: "not good" is bad, but less so than "bad"

_PARENTHESIS = re.compile(r"\s*\([^)]*\)")
_PLACE = re.compile(r".*\b(?:in|of|by|to)\s+(?:the\s+)?(?=[^\W\d_]*[A-Z])([A-Z].*)$")
_ALIAS_WORD = re.compile(r"['’]s\b|[\w\-.]+|[^\w\s]")  # as the tokenizer would split it


def scales(text: str) -> list[Scale]:
    """Return the readings in a text that the models know, in order; none overlap."""
    found: list[Scale] = []
    end = 0
    for scale in sorted(_all(text)):
        if scale[0] >= end:
            found.append(scale)
            end = scale[1]
    return found


def _all(text: str) -> Iterator[Scale]:
    readers: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str], float | None], str], ...] = (
        (_SCORE, _score, "/|out of"),
        (_RANK, _rank, "|".join(f"{end}{link}" for end in ("st", "nd", "rd", "th") for link in _LINKS)),
        (_STARS, _stars, "star"),
        (_SHARE, _share, "%|cent"),
        (_METER, _meter, "score of|rating of"),
        (_WORST, lambda match, text: 0.0, "last|bottom|worst|lowest"),
        (_BEST, lambda match, text: 1.0, "ranked|placed|rated|came |finished|voted"),
    )
    text = _lowered(text)
    for pattern, read, signs in readers:
        for start, end in _around(text, signs.split("|")):
            for match in pattern.finditer(text, start, end):
                value = read(match, text)
                if value is not None:
                    yield match.start(), match.end(), value


def is_low(text: str) -> bool:
    """Tell whether a text has readings, bare ranks ("ranked 156 out of 173") among them, and all at the bottom."""
    lower = _lowered(text)
    ranks = [_rank(match, lower) for match in _PLACED.finditer(lower)]
    found = [*(value for _, _, value in scales(text)), *(value for value in ranks if value is not None)]
    return bool(found) and max(found) <= LOW


def _lowered(text: str) -> str:
    """Return the text in lower case with every character in its place."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _around(text: str, signs: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the stretches around signs, one of which each match holds: finding words is far cheaper than matching."""
    start = end = 0
    for at in sorted(match.start() for sign in signs for match in re.finditer(re.escape(sign), text)):
        if at - LONGEST > end:
            yield start, end
            start = at - LONGEST
        end = at + LONGEST
    yield start, end


def _number(word: str) -> float:
    return _CARDINALS[word] if word in _CARDINALS else float(word)


def _score(match: re.Match[str], text: str) -> float | None:
    """Return a score on a scale that reviewers use; "9/11" and "24/7" are none."""
    value, top = _number(match[1]), _number(match[2])
    return value / top if top in (4, 5, 6, 10, 20, 100) and value <= top else None


def _rank(match: re.Match[str], text: str) -> float | None:
    word = match[1]
    rank, count = _ORDINALS.get(word) or int(re.sub(r"\D", "", word)), int(match[2])
    return 1 - (rank - 1) / (count - 1) if 1 <= rank <= count and count > 2 else None


def _stars(match: re.Match[str], text: str) -> float | None:
    """Return stars without their scale, taken as five."""
    value = _number(match[1]) + (0.5 if " and a half" in match[0] else 0.0)
    return value / 5 if 0 < value <= 5 else None


def _share(match: re.Match[str], text: str) -> float | None:
    """Return a share of approval; any other share has no direction."""
    near = text[max(0, match.start() - REACH) : match.end() + REACH]
    value = float(match[1])
    return value / 100 if value <= 100 and _JUDGED.search(near) else None


def _meter(match: re.Match[str], text: str) -> float | None:
    """Return a score on a scale of a hundred that goes without saying."""
    value = float(match[1])
    return value / 100 if 11 <= value <= 100 else None


def valence_of(value: float) -> float:
    """Return a reading as praise or blame: from -3 at the bottom, 0 about the middle, to 3 at the top."""
    if 0.45 <= value <= 0.6:
        return 0.0
    return 3 * (value - 0.6) / 0.4 if value > 0.6 else 3 * (value - 0.45) / 0.45


@dataclass(frozen=True)
class MaskedWords:
    """One row a token of ``tokens``; ``starts`` and ``ends`` are the sentences' tokens, ``sentence`` each token's.

    ``lower`` and ``lemma`` are spaCy's string hashes, with the subject's names, other names and numbers each replaced
    by one class. ``word`` is False for punctuation. ``subject`` marks the subject's names, ``speaks`` those and, for a
    state's record, its organs; ``contrasts`` are the tokens such as "but". ``valence`` is above zero for words that
    praise and below for words that blame, turned round by a negation.
    """

    tokens: Tokens
    lower: Ids
    lemma: Ids
    dep: Ids
    head: Ints
    sentence: Ints
    starts: Ints
    ends: Ints
    subject: Flags
    speaks: Flags
    word: Flags
    negated: Flags
    contrasts: Ints
    after_contrast: Flags
    valence: Reals


def masked_words(doc: Doc, aliases: Sequence[str] | None = None) -> MaskedWords:
    """Return the Doc's masked words; ``aliases`` override the names of the subject that the Doc knows."""
    tokens, about = tokens_of(doc), store.subject(doc)
    form, lemma, pos = tokens.ids("LOWER"), tokens.ids("LEMMA"), tokens.ids("POS")
    if aliases is None:
        names = [name for name in (*about.get("aliases", ()), about.get("core"), about.get("place")) if name]
        aliases = names or aliases_of_title(store.get_value(doc, "title") or "")
    subject = _named(form, aliases)
    organs = ids_of(about.get("organs", ()) if about.get("kind") == "record" else ())
    masks = ((tokens.ids("LIKE_NUM") > 0) | (pos == id_of("NUM")), (pos == id_of("PROPN")) & ~subject, subject)
    negated = _scope(among(form, rule_words("negator")), tokens.sentence)
    contrast = among(form, rule_words("contrast"))
    passed = np.concatenate(([0], np.cumsum(contrast)))
    return MaskedWords(
        tokens=tokens,
        lower=_masked(form, masks),
        lemma=_masked(np.where(lemma == 0, form, lemma), masks),
        dep=tokens.ids("DEP"),
        head=tokens.heads,
        sentence=tokens.sentence,
        starts=tokens.starts,
        ends=tokens.ends,
        subject=subject,
        speaks=subject | among(form, organs),
        word=(pos != id_of("PUNCT")) & (pos != id_of("SPACE")),
        negated=negated,
        contrasts=np.flatnonzero(contrast),
        after_contrast=(passed[1:] - passed[tokens.starts][tokens.sentence]) > 0,
        valence=_valence(tokens, form, lemma, subject, negated),
    )


def _masked(ids: Ids, masks: Sequence[Flags]) -> Ids:
    """Return hashes with numbers, names and the subject each replaced by one class."""
    return np.select(masks[::-1], (SUBJECT, NAME, NUMBER), ids)


def aliases_of_title(title: str) -> list[str]:
    """Return the names by which a title's subject may be met: "Prisons in Chile" gives "Chile" too."""
    plain = _PARENTHESIS.sub("", title).strip()
    names = [plain] if plain else []
    place = _PLACE.fullmatch(plain)
    if place:
        names.append(place[1])
    skipped = load_terms("stance_rules", "no name")
    names += [word for word in plain.split() if len(word) > 3 and word[0].isupper() and word.lower() not in skipped]
    return list(dict.fromkeys(names))


def _named(form: Ids, aliases: Sequence[str]) -> Flags:
    mask = np.zeros(len(form), dtype=bool)
    by_first: dict[int, list[list[int]]] = {}
    for alias in aliases:
        ids = [get_string_id(word) for word in _ALIAS_WORD.findall(alias.lower())]
        if ids:
            by_first.setdefault(ids[0], []).append(ids)
    for at in np.flatnonzero(among(form, np.array(sorted(by_first), dtype=np.uint64))).tolist():
        for ids in by_first[int(form[at])]:
            if form[at : at + len(ids)].tolist() == ids:
                mask[at : at + len(ids)] = True
    return mask


@cache
def rule_words(kind: str) -> Ids:
    """Return the words of one kind of ``stance_rules`` as sorted hashes."""
    return ids_of(load_terms("stance_rules", kind))


@cache
def _lexicon() -> tuple[Ids, Reals]:
    """Return the words that praise or blame as sorted hashes, and their valences."""
    rows = sorted((get_string_id(row["term"]), float(row["valence"])) for row in load_table("stance_words"))
    words, valences = zip(*rows, strict=True)
    return np.array(words, dtype=np.uint64), np.array(valences, dtype=np.float32)


def _valence(tokens: Tokens, form: Ids, lemma: Ids, subject: Flags, negated: Flags) -> Reals:
    """Return each token's valence by form or lemma, turned and weakened by a negation; ranks and scores have theirs."""
    words, valences = _lexicon()
    found = np.zeros(len(form), dtype=np.float32)
    for column in (lemma, form):
        at = np.minimum(np.searchsorted(words, column), len(words) - 1)
        found = np.where(words[at] == column, valences[at], found)
    turned: Reals = np.where(negated, NEGATION * found, found).astype(np.float32) * ~subject
    for start, _, value in scales(tokens.text):
        turned[tokens.at(start)] = valence_of(value)
    return turned


def _scope(negator: Flags, sentence: Ints) -> Flags:
    """Return the tokens within ``SCOPE`` words after a negator of their own sentence."""
    reached = np.zeros_like(negator)
    for step in range(1, min(SCOPE, len(negator) - 1) + 1):
        reached[step:] |= negator[:-step] & (sentence[step:] == sentence[:-step])
    return reached
