"""How much of one article is looked at: of each kind of thing more than any article has, and no endless number."""

from msgspec.structs import replace

from analyzer.counting import number
from analyzer.records import Article

# What a reader may have found, and how many of it are kept; links and references it bounds itself (``limits``).
MOST = {
    "banners": (300, "banner"),
    "sections": (2_000, "section"),
    "citations": (50_000, "reference marker"),
    "inline_tags": (10_000, "inline tag"),
}


def bounded(article: Article) -> Article:
    """Return an article with at most so many things of each kind, and a notice of what was left out; mostly itself."""
    cut, told = {}, []
    for name, (most, one) in MOST.items():
        found = getattr(article, name)
        if len(found) > most:
            cut[name] = found[:most]
            told.append(f"Only the first {number(most, one)} of {len(found):,} were looked at.")
    return replace(article, **cut, notices=(*article.notices, *told)) if cut else article
