"""Articles of wiki_banners as wikitext again, put together from the corpus's columns, to go through the analyzer."""

import re
from collections.abc import Sequence

from analyzer.records import Article
from analyzer.train.core.passages import as_article
from analyzer.train.core.recipe import Row

MARKER = re.compile(r"\[([^\[\]\n]{1,12})\]")


def article_of(row: Row, text: str | None = None) -> Article:
    """Return an article of the corpus as read, without its banners and inline tags but for those in ``text``."""
    return as_article(wikitext(row, text), row["title"], row["id"], "wikitext")


def wikitext(row: Row, text: str | None = None) -> str:
    """Return the article as wikitext: its text with the footnotes put back at their markers, then its lists.

    ``text`` is the text where it is to have banners, as wikitext but for its markers.
    """
    columns = list(zip(row["reference_labels"], row["references"], row["reference_urls"], strict=True))
    notes = {label: f"{defused(text)} {' '.join(urls)}" for label, text, urls in columns if label is not None}
    met: set[str] = set()

    def note(match: re.Match[str]) -> str:
        label = match[1]
        if label not in notes:
            return match[0]
        again = label in met
        met.add(label)
        return f'<ref name="n{label}"/>' if again else f'<ref name="n{label}">{notes[label]}</ref>'

    parts = [MARKER.sub(note, text or defused(body(row)))]
    for heading, texts, urls in (
        ("Bibliography", row["bibliography"], row.get("bibliography_urls") or []),
        ("Further reading", row["further_reading"], []),
        ("External links", row["external_links"], row["external_link_urls"]),
    ):
        if texts:
            padded = [*urls, *[[] for _ in range(len(texts) - len(urls))]]
            parts.append(f"== {heading} ==\n" + "\n".join(map(_item, texts, padded)))
    elsewhere = [_item(text, urls) for label, text, urls in columns if label is None]
    if notes or elsewhere:
        parts.append("\n".join(["== References ==", "<references/>", *elsewhere]))
    return "\n\n".join(parts)


def _item(text: str, urls: Sequence[str]) -> str:
    """Return a list item that links its first address by its text."""
    plain = defused(text)
    if not urls:
        return f"* {plain}"
    return " ".join([f"* [{urls[0]} {plain.replace(']', ')')}]", *urls[1:]])


def body(row: Row) -> str:
    """Return the article's text without its inline tags, which would give the label away."""
    text: str = row["text"]
    for tag in sorted({tag["text"] for tag in row["inline_tags"] if len(tag["text"]) > 3}, key=len, reverse=True):
        text = text.replace(tag, "")
    return text


def defused(text: str) -> str:
    """Return the text with what wikitext would take for markup defused."""
    return text.replace("<", "&lt;").replace("{{", "{ {").replace("[[", "[ [")
