"""What a batch found, for a terminal."""

from rich.console import RenderableType
from rich.text import Text

from analyzer import counting
from analyzer.report import labels
from analyzer.report.escape import visible
from analyzer.report.survey import Line, Survey
from analyzer.report.terminal.canvas import STANCE_STYLE, Canvas, grid, heading, indented
from analyzer.vocabulary import STANCES

_NUMBER = {"justify": "right", "no_wrap": True}


def render_survey(survey: Survey, canvas: Canvas, *, most: int = 20) -> str:
    """Return the overview: the articles in most need, voices, banners, issues and domains."""
    size = [counting.number(survey.articles, "article"), counting.number(survey.words, "word")]
    if survey.rejected:
        size.append(f"{survey.rejected.total():,} rejected")
    parts: list[RenderableType] = [Text(", ".join(size), "bold")]
    parts += [Text(visible(survey.account), "dim")] if survey.account else []
    parts += _articles(survey.lines()[:most], survey.articles, canvas)
    stances = survey.stances()
    if stances:
        table = grid({"no_wrap": True}, *[_NUMBER] * len(STANCES))
        table.add_row(Text("source", "dim"), *(Text(stance, STANCE_STYLE[stance]) for stance in STANCES))
        for kind, counts in stances:
            table.add_row(kind, *(f"{count:,}" for count in counts))
        parts += [heading("VOICES sure sentences by type of source and stance"), indented(table)]
    banners = survey.banners()
    if banners:
        table = grid({}, _NUMBER, _NUMBER, _NUMBER)
        table.add_row(*(Text(word, "dim") for word in ("banner", "stands", "supported", "stale")))
        for name, stands, supported, stale in banners[:most]:
            table.add_row(labels.plain_id(name), f"{stands:,}", f"{supported:,}", f"{stale:,}")
        parts += [heading("BANNERS what stands over articles"), indented(table)]
    issues = survey.issues()
    if issues:
        table = grid({}, _NUMBER, _NUMBER)
        table.add_row(*(Text(word, "dim") for word in ("issue", "found", "without a banner")))
        for issue, found, missing in issues[:most]:
            table.add_row(labels.issue_title(issue), f"{found:,}", f"{missing:,}")
        parts += [heading("ISSUES what was found, in how many articles"), indented(table)]
    cited = survey.cited(most)
    if cited:
        table = grid({}, _NUMBER, {})
        for domain, count, kind in cited:
            table.add_row(Text(labels.clip(domain, 40)), f"{count:,}", Text(kind, "dim"))
        parts += [heading("DOMAINS cited by the most articles"), indented(table)]
    return canvas.printed(parts)


def _articles(lines: list[Line], total: int, canvas: Canvas) -> list[RenderableType]:
    if not lines:
        return []
    table = grid({"ratio": 1}, *[_NUMBER] * 4, expand=True)
    table.add_row(*(Text(word, "dim") for word in ("article", "neutrality", "free of spam", "balance", "issues")))
    for line in lines:
        values = [line.values[name] for name in ("neutrality_score", "spam_score")]
        balance, issues = line.values["balance"], line.values["issues_found"]
        told = [labels.score(value) for value in values] + ["–" if balance is None else labels.signed(balance)]
        table.add_row(Text(labels.clip(visible(line.title), canvas.width)), *told, f"{issues or 0:.0f}")
    shown = f"the {len(lines)} in most need of {total:,}" if total > len(lines) else "in order of need"
    return [heading(f"ARTICLES {shown}"), indented(table)]
