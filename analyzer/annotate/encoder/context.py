"""What a network reads beside a sentence: the article's title, the section it stands in, and the sentence before it.

And which sentences it reads together: those that follow each other in a section, as many as find room.
"""

from collections.abc import Sequence

from spacy.tokens import Doc

from analyzer.annotate import store
from analyzer.annotate.encoder.session import LONGEST_SENTENCE

LEADS = ("", "Abstract")  # what stands before the first heading
ROOM = 192  # pieces of words of the sentences that are read together, of which a word has so many in the mean:
PIECES_A_WORD = 1.15


def beside(title: str, section: str = "", previous: str = "") -> str:
    """Return the first text of the pair that the network reads; the second is the sentence."""
    head = title if section in LEADS else f"{title} - {section}"
    return f"{head}: {previous}" if previous else head


def title_of(doc: Doc) -> str:
    """Return the title of a Doc's article, else its subject's name."""
    return store.get_value(doc, "title") or store.subject(doc).get("name") or ""


def sections(doc: Doc) -> list[str]:
    """Return the heading that each sentence of a Doc stands under."""
    passages = store.get_value(doc, "passages") or []
    found, at = [], 0
    for sentence in doc.sents:
        while at + 1 < len(passages) and passages[at + 1]["start"] <= sentence.start_char:
            at += 1
        found.append(passages[at].get("section", "") if passages else "")
    return found


def contexts(doc: Doc) -> list[str]:
    """Return for each sentence of a Doc what is read beside it; a section's first sentence has none before it."""
    title = title_of(doc)
    found, previous, before = [], "", ""
    for sentence, section in zip(doc.sents, sections(doc), strict=True):
        found.append(beside(title, section, previous if section == before else ""))
        previous, before = sentence.text.strip(), section
    return found


def together(sections: Sequence[str], words: Sequence[int], room: int = ROOM) -> list[range]:
    """Return which sentences are read together: those of a section that follow each other, as many as find room.

    ``words`` has the number of each sentence's words.
    """
    found: list[range] = []
    first = taken = 0
    for number, count in enumerate(words):
        size = min(int(PIECES_A_WORD * count), LONGEST_SENTENCE) + 1
        if number and (sections[number] != sections[number - 1] or taken + size > room):
            found.append(range(first, number))
            first, taken = number, 0
        taken += size
    return [*found, range(first, len(words))] if words else found
