"""The report in one sentence: how the article reads, what was found and how surely, and what banners hold.

The words accuse nobody: they say what the text shows. "Clearly" stands before what scores .75 or more, "arguably"
before the rest of what was found. A sentence that would grow too long names less and counts instead.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from analyzer import counting
from analyzer.lexicons import load_table
from analyzer.records import IssueScore, Report, SectionScore
from analyzer.report import labels
from analyzer.report.overview import BannerLine, Overview, brief, quoted
from analyzer.vocabulary import SPAM_FAMILIES

_LONGEST = 200
_NAMED = 3  # issues of one clause, at most; of sections and banners one fewer
_CLEAR = 0.75
_THERE = ("supported", "missing banner")
_UNSOURCED = "sourcing.unreferenced"
# What is said of an article; of an issue from elsewhere, that the article shows what its title names.
SAYS = {row["issue"]: row["says"] for row in load_table("issue_phrases")}
# What goes without saying beside a graver finding that is as sure.
_IMPLIED = {"sourcing.citations-needed": "sourcing.unreferenced"}
_READS = {  # by neutrality score, where nothing of tone or balance was found, where it is arguable, where it is clear
    "good": ("Reads neutral", "Reads mostly neutral", "Reads mostly neutral"),
    "fair": ("Reads mostly neutral", "Reads mostly neutral", "Reads neutral in part"),
    "bad": ("Reads neutral in part", "Reads neutral in part", "Does not read neutral"),
}
_HOLDS = {  # of one banner, of several
    "supported": ("is supported", "are supported"),
    "not supported": ("is not borne out", "are not borne out"),
    "not assessable": ("cannot be assessed here", "cannot be assessed here"),
    "": ("is not judged", "are not judged"),  # no issue covers it
}
_NONE_HOLDS = {"not supported": "is borne out", "not assessable": "can be assessed here"}


def verdict(report: Report) -> str:
    """Return the sentence, at most about 200 characters, the same for the same findings."""
    overview, text = Overview(report), ""
    for named in range(_NAMED, -1, -1):
        text = "; ".join(_clauses(overview, named)) + "."
        if len(text) <= _LONGEST:
            break
    return text


def _clauses(overview: Overview, named: int) -> list[str]:
    """Return the clauses, weightiest first: how it reads, sources and links, sections, banners, what is not seen."""
    report = overview.report
    banners = list(_banners(overview.banners, named - 1))
    if all(issue.score is None for issue in report.issues):
        reasons = Counter(brief(issue.why_null) for issue in report.issues if issue.why_null).most_common(1)
        return [": ".join(["Not assessable", *(reason for reason, _ in reasons)]), *banners]
    tone: list[IssueScore] = []
    others: list[IssueScore] = []
    for issue in report.issues:
        (others if issue.family in {"sourcing", *SPAM_FAMILIES} else tone).append(issue)
    neutrality, reads = report.summary.neutrality_score, "Neutrality cannot be assessed here"
    if neutrality is not None:
        surest = max((score for score, _ in _found(overview, tone)), default=0.0)
        reads = _READS[labels.level(neutrality)][(surest > 0) + (surest >= _CLEAR)]
    traits = list(_findings(overview, tone, named, "of tone or balance"))
    found = [*_findings(overview, others, named, "of sources or links"), *_unsourced(overview, named - 1), *banners]
    sourcing = [issue for issue in others if issue.family == "sourcing"]
    if sourcing and all(issue.score is None for issue in sourcing):
        found.append("sources cannot be assessed here")
    return [": ".join([reads, *traits]), *(found or ([] if traits else ["no issue found"]))]


def _findings(overview: Overview, issues: Sequence[IssueScore], named: int, kind: str) -> Iterator[str]:
    """Yield what was found as one clause, if anything: what is clear, then what is arguable; without names its kind."""
    rows = sorted(_found(overview, issues), key=lambda row: (-row[0], row[1]))
    if rows and not named:
        yield f"{counting.in_words(len(rows), 'issue')} {kind} found"
    elif rows:
        clear = [words for score, words in rows[:named] if score >= _CLEAR]
        arguable = [words for score, words in rows[:named] if score < _CLEAR]
        more = [counting.in_words(len(rows) - named, "more issue")] if len(rows) > named else []
        if arguable:
            arguable += more
        else:
            clear += more
        yield ", ".join(f"{how}{_listed(some)}" for how, some in (("", clear), ("arguably ", arguable)) if some)


def _found(overview: Overview, issues: Sequence[IssueScore]) -> Iterator[tuple[float, str]]:
    """Yield score and words of each issue that was found in the article, else in sections of it."""
    by_name = {issue.issue: issue for issue in issues}
    for issue in issues:
        graver = by_name.get(_IMPLIED.get(issue.issue, ""))
        if graver is not None and graver.found and ((graver.score or 0.0) >= _CLEAR or (issue.score or 0.0) < _CLEAR):
            continue
        words = SAYS.get(issue.issue) or f"shows {labels.issue_title(issue.issue).lower()}"
        sections = overview.found_sections(issue)
        if issue.found:
            yield issue.score or 0.0, words
        elif sections and issue.verdict in _THERE and issue.issue != _UNSOURCED:  # whose sections have their own clause
            yield max(row.score or 0.0 for row in sections), f"{words} in {_sections(sections)}"


def _unsourced(overview: Overview, named: int) -> Iterator[str]:
    """Yield which sections lack sources, or how many, where the article does not as a whole."""
    for issue in overview.report.issues:
        found = overview.found_sections(issue)
        if issue.issue == _UNSOURCED and found and issue.verdict in _THERE and not issue.found:
            clear = [row for row in found if (row.score or 0.0) >= _CLEAR]
            sections, surely = (clear, "") if clear else (found, "arguably ")
            lacks = surely + ("lacks sources" if len(sections) == 1 else "lack sources")
            counted = len(sections) > max(named, 1) or sections[0].section is None
            title = "" if counted else "the section " if len(sections) == 1 else "the sections "
            yield f"{title}{_sections(sections, named)} {lacks}"


def _sections(rows: Sequence[SectionScore], named: int = 1) -> str:
    """Return the sections by title where they are few, else their number."""
    if len(rows) > max(named, 1):
        return counting.in_words(len(rows), "section")
    return _listed([quoted(row) for row in rows])


def _banners(lines: Sequence[BannerLine], named: int) -> Iterator[str]:
    """Yield what the banners hold, unless none can be judged by any issue."""
    states = [str(line.claims[0].verdict) if line.claims else "" for line in lines]
    if not any(states):
        return
    years = {line.year for line in lines}
    year = years.pop() if len(years) == 1 else ""
    count, counts = counting.in_words(len(lines), "banner"), Counter(states)
    if len(lines) == 1:
        over = f" over {lines[0].section}" if lines[0].section else ""
        yield f"the {f'{year} banner'.strip()}{over} {_HOLDS[states[0]][0]}"
    elif len(counts) == 1:
        yield _alike(len(lines), f" of {year}" if year else "", states[0])
    elif len({line.title for line in lines}) == len(lines) <= named:
        told = [f"“{line.title}” {_HOLDS[state][0]}" for line, state in zip(lines, states, strict=True)]
        yield f"of the {f'{year} banners'.strip()}, {_listed(told)}"
    else:
        rows = [(counts[state], *words) for state, words in _HOLDS.items() if counts[state]]
        told = [f"{counting.in_words(number)} {several if number > 1 else one}" for number, one, several in rows]
        yield f"of {count}{f' of {year}' if year else ''}, {_listed(told)}"


def _alike(count: int, of_year: str, state: str) -> str:
    """Return what several banners hold that are all of one verdict."""
    banners = counting.in_words(count, "banner")
    if state in _NONE_HOLDS:
        none = "neither banner" if count == 2 else f"none of the {banners}"
        return f"{none}{of_year} {_NONE_HOLDS[state]}"
    return f"{'both banners' if count == 2 else f'all {banners}'}{of_year} {_HOLDS[state][1]}"


def _listed(words: Sequence[str]) -> str:
    """Return ``a``, ``a and b``, ``a, b and c``."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
