"""The report as HTML: a fragment for a notebook, or a page with the article's text beside its findings.

No script, no outside resource; everything that the article chose is escaped, and the page forbids scripts besides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from analyzer.records import Evidence, IssueScore, Report
from analyzer.report import labels, overview
from analyzer.report.escape import for_html, web_address
from analyzer.report.html import style as html_style
from analyzer.report.html import text as html_text

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STANCES = ("critique", "endorsement", "mixed", "neutral")
_VERDICT_CLASS = {"supported": "v-supported", "missing banner": "v-missing", "not supported": "v-not"}
_SOURCES_IN_FRAGMENT = 8
_EVIDENCE_IN_FRAGMENT = 2
_EVIDENCE_OPEN = 4  # on a page; the rest unfolds


def render_fragment(report: Report) -> str:
    """Return the report as one ``<div>`` with its own scoped style, for a notebook of any theme."""
    body = "".join(_findings(report, prefix=None))
    return f'<div class="npov-r"><style>{html_style.FRAGMENT}</style>{_header(report)}{body}</div>'


def render_page(report: Report) -> str:
    """Return a whole page on one article: findings, and the text with every sentence marked."""
    return render_pages([report])


def render_pages(reports: Iterable[Report]) -> str:
    """Return one page on several articles, one after the other."""
    listed = list(reports)
    title = for_html(listed[0].article.title) if len(listed) == 1 else labels.count(len(listed), "article")
    articles = "".join(_article(report, f"r{number}-") for number, report in enumerate(listed))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{title or 'Article'}: neutrality report</title>"
        f"<style>{html_style.FRAGMENT}{html_style.PAGE}</style></head>"
        f'<body><main class="npov-r">{articles}</main></body></html>\n'
    )


def _article(report: Report, prefix: str) -> str:
    """Return the part of a page on one article."""
    findings = "".join(_findings(report, prefix=prefix))
    return (
        f'<article>{_header(report)}<div class="cols"><section><h3>The article</h3>{_key()}'
        f"{html_text.article_text(report, prefix)}{_references(report)}</section>"
        f"<section>{findings}{_readability(report)}{_provenance(report)}</section></div></article>"
    )


def _header(report: Report) -> str:
    """Return title, subject, size, scores and notices."""
    article, summary = report.article, report.summary
    size = [labels.count(summary.sentences, "sentence"), labels.count(summary.words, "word")]
    size.append(labels.FORMAT_NAMES.get(article.format, article.format))
    subject = f"<p>subject: {for_html(article.subject)}</p>" if article.subject not in ("", article.title) else ""
    notices = "".join(f'<p class="mixed">note: {for_html(notice)}</p>' for notice in article.notices)
    scores = _score("neutrality", summary.neutrality_score) + _score("free of spam", summary.spam_score)
    return (
        f"<h2>{for_html(article.title) or 'Untitled article'}</h2>{subject}"
        f'<p class="dim">{" · ".join(size)}</p>{notices}<div class="scores">{scores}</div>'
    )


def _score(name: str, value: float | None) -> str:
    """Return one of the two article scores; 1 is best."""
    if value is None:
        return f'<div class="score"><small>{name}</small><br><b>–</b> <small>not assessable</small></div>'
    level = "good" if value >= 0.7 else "fair" if value >= 0.4 else "bad"
    return (
        f'<div class="score"><small>{name}</small><br><b>{value:.2f}</b> <small>of 1</small> {_bar(value, level)}</div>'
    )


def _bar(share: float, style: str) -> str:
    """Return a bar."""
    return f'<span class="bar"><i class="{style}" style="width:{min(max(share, 0.0), 1.0) * 100:.1f}%"></i></span>'


def _findings(report: Report, prefix: str | None) -> Iterator[str]:
    """Yield banners, issues, sources and stance; with a prefix, evidence links into the text of the page."""
    yield _banners(report)
    yield from _issues(report, prefix)
    yield _sources(report, prefix)
    yield _stance(report)


def _banners(report: Report) -> str:
    """Return the banners with their verdicts."""
    lines = overview.banner_lines(report)
    if not lines:
        return ""
    rows = []
    for line in lines:
        place = f' <span class="dim">({for_html(line.place)})</span>' if line.place else ""
        found = "<br>".join(_verdict(issue) for issue in line.issues) or '<span class="dim">not judged</span>'
        found += ', <span class="mixed">looks stale</span>' if line.stale else ""
        since = f'<td class="nb">{for_html(line.date)}</td>'
        rows.append(f"<tr><td>{for_html(line.title)}{place}</td>{since}<td>{found}</td></tr>")
    return (
        "<h3>Banners: claimed by editors, against what was found</h3>"
        f"<table><tr><th>banner</th><th>since</th><th>found</th></tr>{''.join(rows)}</table>"
    )


def _verdict(issue: IssueScore) -> str:
    """Return the verdict on an issue that a banner claims."""
    detail = f"{issue.score:.2f}" if issue.score is not None else for_html(overview.brief(issue.why_null or ""))
    title = for_html(labels.issue_title(issue.issue))
    return f'{title}: <span class="{_VERDICT_CLASS.get(issue.verdict, "dim")}">{issue.verdict}</span> {detail}'


def _issues(report: Report, prefix: str | None) -> Iterator[str]:
    """Yield the issues with their evidence; on a page also those that were not found."""
    yield "<h3>Issues: 0 clean to 1</h3>"
    quoter = overview.Quoter(report)
    numbers = {issue.issue: number for number, issue in enumerate(report.issues)}
    shown = overview.shown_issues(report)
    for issue in shown:
        yield _issue(issue, quoter, prefix, numbers[issue.issue])
    if not shown:
        yield "<p>None found.</p>"
    clean = overview.clean_issues(report)
    if clean:
        inner = "".join(_issue(issue, quoter, prefix, numbers[issue.issue]) for issue in clean)
        count = labels.count(len(clean), "issue")
        yield f"<details><summary>{count} looked for and not found</summary>{inner}</details>"
    for reason, titles in overview.unassessed(report):
        yield f'<p class="dim">Not assessable: {for_html(", ".join(titles))} ({for_html(reason)}).</p>'


def _issue(issue: IssueScore, quoter: overview.Quoter, prefix: str | None, number: int) -> str:
    """Return one issue: its bar, verdict and evidence."""
    style = {"supported": "bad", "missing banner": "bad"}.get(issue.verdict, "")
    verdict = labels.VERDICT_NAMES[issue.verdict]
    evidence = issue.evidence if prefix is not None else issue.evidence[:_EVIDENCE_IN_FRAGMENT]
    lines = [
        f"<li>{_evidence(item, quoter, html_text.evidence_id(prefix, number, place) if prefix else None)}</li>"
        for place, item in enumerate(evidence)
    ]
    items, more = "".join(lines[:_EVIDENCE_OPEN]), lines[_EVIDENCE_OPEN:]
    if issue.why_null:
        items = f'<li class="dim">{for_html(issue.why_null)}</li>{items}'
    return (
        f'<div class="issue"><b title="{for_html(issue.policy)}">{for_html(labels.issue_title(issue.issue))}</b>'
        f'{_bar(issue.score or 0.0, style)}<span class="num">{labels.score(issue.score)}</span>'
        f'<span class="verdict {_VERDICT_CLASS.get(issue.verdict, "dim")}">{verdict}</span></div>'
        + (f'<ul class="ev">{items}</ul>' if items else "")
        + (
            f'<details class="more"><summary>{len(more)} more</summary><ul class="ev">{"".join(more)}</ul></details>'
            * bool(more)
        )
    )


def _evidence(item: Evidence, quoter: overview.Quoter, target: str | None) -> str:
    """Return the reason and the words it rests on, linked to their place where there is one."""
    text = for_html(item.reason) + (f' <span class="dim">[{for_html(item.citation)}]</span>' if item.citation else "")
    excerpt = quoter.excerpt(item, 140)
    if excerpt is None:
        return text
    # What counts is set off only where something else stands beside it.
    whole = not (excerpt.before or excerpt.after)
    focus = for_html(excerpt.focus) if whole else f"<b>{for_html(excerpt.focus)}</b>"
    quote = f"<q>{for_html(excerpt.before)}{focus}{for_html(excerpt.after)}</q>"
    linked = target is not None and item.start is not None
    return f'{text}: <a href="#{target}">{quote}</a>' if linked else f"{text}: {quote}"


def _sources(report: Report, prefix: str | None) -> str:
    """Return the source-balance table; on a page every source, with links to its sentences."""
    lines = overview.source_lines(report, _SOURCES_IN_FRAGMENT if prefix is None else None)
    if not lines:
        return "<h3>Who is heard</h3><p>Nobody: all of it stands in the article's own voice.</p>" * bool(
            report.sentences
        )
    places = _places(report, prefix) if prefix is not None else {}
    rows = []
    for line in lines:
        counts = "".join(f'<td class="n">{getattr(line, stance) or "·"}</td>' for stance in _STANCES)
        share = f'<td class="n">{labels.percent(line.share)}</td><td>{_bar(line.share, "src")}</td>'
        name = f"{for_html(line.name)} {places.get(line.name, '')}"
        rows.append(f"<tr><td>{name}</td><td>{line.type}</td>{counts}{share}</tr>")
    heads = "".join(f'<th class="n {stance}">{stance}</th>' for stance in _STANCES)
    return (
        '<h3>Who is heard</h3><div class="wrap"><table><tr><th>source</th><th>type</th>'
        f'{heads}<th class="n">words</th><th></th></tr>{"".join(rows)}</table></div>'
        f'<p class="dim">{for_html(overview.voices(report))}</p>'
    )


def _places(report: Report, prefix: str) -> dict[str, str]:
    """Return, for each source, links to its first sentences."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for item in report.attributions:
        # The judge puts all unnamed sources in one row.
        together = item.source.type == "unnamed" or not item.source.name
        for name in {overview.source_name(item), "(unnamed)"} if together else {overview.source_name(item)}:
            numbers = found[name]
            if item.sentence not in numbers[-1:] and len(numbers) < 12:
                numbers.append(item.sentence)
    return {
        name: "<small>" + " ".join(f'<a href="#{prefix}s{number}">{number + 1}</a>' for number in numbers) + "</small>"
        for name, numbers in found.items()
    }


def _stance(report: Report) -> str:
    """Return the stance of all sentences as one bar with its counts."""
    summary = report.summary
    if not summary.sentences:
        return ""
    counts = [(stance, getattr(summary, stance)) for stance in _STANCES]
    bar = "".join(
        f'<i class="b-{stance}" style="width:{number / summary.sentences * 100:.1f}%"></i>' for stance, number in counts
    )
    legend = " &nbsp; ".join(f'<span class="dot b-{stance}"></span>{stance} {number}' for stance, number in counts)
    balance = "" if summary.balance is None else f" &nbsp; <b>balance {overview.signed(summary.balance)}</b>"
    return f'<h3>Stance toward the subject</h3><div class="split">{bar}</div><p>{legend}{balance}</p>'


def _key() -> str:
    """Return what the colours and lines in the text mean."""
    stances = "".join(f'<span class="k {stance}">{stance}</span>' for stance in _STANCES[:3])
    return (
        f'<div class="key">{stances}<span class="src">source</span><span class="cue">cue</span>'
        '<span class="mark">word to watch</span><span class="dim">point at a sentence, or tap it, for who speaks</span>'
        "</div>"
    )


def _references(report: Report) -> str:
    """Return the reference list, with links that a browser may follow safely."""
    items = []
    for reference in report.article.references:
        links = " ".join(
            f'<a href="{for_html(url)}" rel="nofollow noopener noreferrer">{for_html(labels.clip(url, 60))}</a>'
            for url in reference.urls
            if web_address(url)
        )
        items.append(f"<p>[{for_html(reference.label or '–')}] {for_html(reference.text)} {links}</p>")
    listed = "".join(items)
    count = labels.count(len(items), "reference")
    return f"<details><summary>{count}</summary>{listed}</details>" if items else ""


def _readability(report: Report) -> str:
    """Return the readability measures."""
    measures = report.summary.readability.items()
    shown = [(labels.plain_id(name), "–" if value is None else f"{value:.1f}") for name, value in measures]
    rows = "".join(f'<tr><td>{for_html(name)}</td><td class="n">{value}</td></tr>' for name, value in shown)
    return f"<h3>Readability</h3><table>{rows}</table>" if rows else ""


def _provenance(report: Report) -> str:
    """Return what made the report."""
    made = report.provenance
    models = ", ".join(f"{name} {digest[:18]}" for name, digest in made.models.items())
    words = f"npov-analyzer {made.package}, {made.spacy_model}, schema {made.schema}" + (
        f"; {models}" if models else ""
    )
    return f'<p class="dim">{for_html(words)}</p>'
