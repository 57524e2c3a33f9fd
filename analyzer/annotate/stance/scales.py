"""Ranks, scores and shares as praise or blame: "ranked 167th of 180", "4 out of 5 stars", "87 % on Rotten Tomatoes".

A number alone says nothing; beside its scale it does. Each reading is a value between 0 (worst) and 1 (best).
"""

import re
from collections.abc import Callable, Iterator, Sequence

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
LONGEST = 100  # characters that no match passes
REACH = 60  # characters on either side in which a share's meaning is looked for


def scales(text: str) -> list[Scale]:
    """Return the readings in a text, in order; none overlap."""
    found: list[Scale] = []
    end = 0
    for scale in sorted(_all(text)):
        if scale[0] >= end:
            found.append(scale)
            end = scale[1]
    return found


def _all(text: str) -> Iterator[Scale]:
    """Yield every reading of every kind."""
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
    """Return a rank among so many."""
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
