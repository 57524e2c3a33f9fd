"""Signals from the references themselves: whose they are, and how much rests on one of them."""

from collections.abc import Callable, Sequence

from analyzer.counting import number, percent
from analyzer.issues.evidence.references import Cited
from analyzer.issues.evidence.view import ArticleView
from analyzer.issues.signals.signal import LIST, Signal, cited, fact
from analyzer.lexicons import domains
from analyzer.records import Evidence

Wanted = Callable[[Cited], bool]


def _of(wanted: Wanted) -> Callable[[ArticleView], list[Cited]]:
    return lambda view: view.once(wanted, lambda: [row for row in view.references.cited if wanted(row)])


def _share(
    name: str,
    says: str,
    rows: Callable[[ArticleView], Sequence[Cited]],
    why: Callable[[Cited], str],
    rule: str,
    *,
    lead: str = "",
) -> Signal:
    """Return the signal of a share of the references; with ``lead`` evidence opens with how many there are."""

    def evidence(view: ArticleView) -> Sequence[Evidence]:
        found = rows(view)
        head = fact(f"{len(found)} of {number(len(view.references), 'reference')} lead {lead}", f"references.{rule}")
        return [*([head] if lead and found else []), *cited(found, why, f"references.{rule}")]

    formula = f"references {says} / (all references + 1)"
    return Signal(name, formula, lambda view: len(rows(view)) / (len(view.references) + 1), evidence, LIST)


def _leading(name: str, says: str, wanted: Wanted, why: Callable[[Cited], str], rule: str) -> Signal:
    return _share(f"{name}-references", says, _of(wanted), why, rule, lead=says)


def _rating(row: Cited) -> str:
    return "; ".join(row.notes) or "rated unreliable"


def _self_published(row: Cited) -> str:
    return "; ".join(row.notes) or "self-published"


def _kind(row: Cited) -> str:
    return "the subject's own page" if row.own else "a press release"


def _not_independent(row: Cited) -> str:
    return "not known to be independent"


def _is_weak(row: Cited) -> bool:
    return row.weak


def _weak(row: Cited) -> str:
    """Return why a source is weak, the list's own words first."""
    listed = row.unreliable or any(v.has(*domains.ANYBODYS) for v in row.verdicts)
    return _rating(row) if listed else "a personal page, a blog or a thread"


def _trade(row: Cited) -> str:
    return "a vendor's site" if row.known else "a trader's address of no known standing"


def _unknown(row: Cited) -> bool:
    """True for a site of which nothing is known, not even that it may be a trader's."""
    return bool(row.verdicts) and not (row.known or row.own or row.trade or row.weak)


def _unvouched(row: Cited) -> bool:
    return bool(row.verdicts) and not (row.known or row.own or row.independent)


def _party(row: Cited) -> bool:
    """True for who speaks of what it makes, sells or rules."""
    return row.trade or row.affiliated or row.kind in ("government", "igo", "standards", "company")


def _uses(view: ArticleView) -> list[int]:
    """Return how often each work is cited."""
    return [sum(max(1, c.reference.uses or 1) for c in rows) for _, rows in view.references.works]


def _repeated(view: ArticleView) -> float:
    """Return how far one work is cited again and again: a single citation rests on nothing yet."""
    uses = _uses(view)
    return (max(uses) - 1) / (sum(uses) + 1) if uses else 0.0


def _top_work(view: ArticleView) -> float:
    uses = _uses(view)
    return max(uses) / sum(uses) if uses else 0.0


def _top_work_evidence(view: ArticleView) -> list[Evidence]:
    if not view.references.works:
        return []
    _, rows = view.references.works[0]
    return [
        fact(f"{percent(_top_work(view))} of the citations go to one work", "sourcing.one-work"),
        *cited(rows, lambda _: "the work cited most", "sourcing.one-work"),
    ]


SIGNALS = (
    Signal("top-work", "share of the citations that go to the most cited work", _top_work, _top_work_evidence, LIST),
    Signal(
        "repeated-work",
        "citations that go to the most cited work, the first not counted / (all citations + 1)",
        _repeated,
        _top_work_evidence,
        LIST,
    ),
    _leading("own", "to the subject's own pages", lambda r: r.own, _kind, "own"),
    _leading("affiliated", "to the subject's own pages or press releases", lambda r: r.affiliated, _kind, "affiliated"),
    _leading("release", "to press releases", lambda r: r.release, lambda r: "a press release", "release"),
    _leading(
        "self-published",
        "to self-published pages, blogs and social media",
        lambda r: r.self_published,
        _self_published,
        "self-published",
    ),
    _leading("user-generated", "to user-generated sites", lambda r: r.user_generated, _rating, "user-generated"),
    _leading("unreliable", "to sources that editors rate unreliable", lambda r: r.unreliable, _rating, "unreliable"),
    _leading(
        "dependent",
        "to sources that are not known to be independent",
        lambda r: not r.independent,
        _not_independent,
        "not-independent",
    ),
    Signal(
        "weak-references",
        "references to sources rated unreliable, user-generated sites and personal pages / (all references + 1); "
        "three tenths or more = 1",
        lambda view: len(_of(_is_weak)(view)) / (len(view.references) + 1) / 0.3,
        lambda view: cited(_of(_is_weak)(view), _weak, "references.weak"),
        LIST,
    ),
    _leading("trade", "to vendors and to .com sites of no known standing", lambda r: r.trade, _trade, "trade"),
    _leading("unknown", "to other sites of no known standing", _unknown, lambda r: "of no known standing", "unknown"),
    Signal(
        "unvouched-references",
        "references to sites of no known standing, traders' or not / (all references + 10); a tenth or more = 1",
        lambda view: len(_of(_unvouched)(view)) / (len(view.references) + 10) / 0.1,
        lambda view: cited(_of(_unvouched)(view), lambda r: "of no known standing", "references.unvouched"),
        LIST,
    ),
    _leading(
        "party",
        "to authorities, standards bodies, vendors and the subject's own pages",
        _party,
        lambda r: f"{r.kind or 'a trader'}: speaks of what it makes, sells or rules",
        "party",
    ),
    _share(
        "interested-references",
        "to unknown sites that are cited for what they say of themselves",
        lambda view: view.references.interested,
        lambda r: "a site cited for what it says of itself",
        "interested",
    ),
    _share(
        "independent-references",
        "known to be independent",
        _of(lambda r: r.independent),
        lambda r: "an independent work",
        "independent",
    ),
)
