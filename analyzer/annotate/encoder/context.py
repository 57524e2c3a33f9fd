"""What a network reads beside a sentence: the article's title, the section it stands in, and the sentence before it."""

from spacy.tokens import Doc

from analyzer.annotate import store

LEADS = ("", "Abstract")  # what stands before the first heading


def beside(title: str, section: str = "", previous: str = "") -> str:
    """Return the first text of the pair that the network reads; the second is the sentence."""
    head = title if section in LEADS else f"{title} - {section}"
    return f"{head}: {previous}" if previous else head


def title_of(doc: Doc) -> str:
    """Return the title of a Doc's article, else its subject's name."""
    return store.get_value(doc, "title") or store.subject(doc).get("name") or ""


def contexts(doc: Doc) -> list[str]:
    """Return for each sentence of a Doc what is read beside it; a section's first sentence has none before it."""
    title = title_of(doc)
    passages = store.get_value(doc, "passages") or []
    found, at, previous, before = [], 0, "", ""
    for sentence in doc.sents:
        while at + 1 < len(passages) and passages[at + 1]["start"] <= sentence.start_char:
            at += 1
        section = passages[at].get("section", "") if passages else ""
        found.append(beside(title, section, previous if section == before else ""))
        previous, before = sentence.text.strip(), section
    return found
