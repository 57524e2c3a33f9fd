"""Annotated articles from a few lines of data, so that scorers are tested without any model."""

from __future__ import annotations

from typing import Any

from analyzer.records import (
    Annotated,
    Article,
    Attribution,
    Banner,
    Block,
    Citation,
    Extent,
    Link,
    Mark,
    Reference,
    Section,
    Sentence,
    Source,
)
from analyzer.vocabulary import FACETS

NEUTRAL = (
    "The building stands at the corner of two streets and was put up between the wars by a local firm.",
    "It has four floors, of which the lowest holds the archive and the second the reading room.",
    "The council took it over some years later and moved the registry there from the old town hall.",
    "A tram line passed the door until the depot at the end of the street was closed.",
    "The roof was replaced after a storm, and the windows on the yard side were made smaller.",
    "Records are kept there for the district and for two villages on the other bank of the river.",
)


class Builder:
    """Lays sentences end to end and keeps the extents."""

    def __init__(self) -> None:
        self.text = ""
        self.blocks: list[Block] = []
        self.sentences: list[Sentence] = []
        self.attributions: list[Attribution] = []
        self.marks: list[Mark] = []
        self.quotations: list[Extent] = []
        self.citations: list[Citation] = []
        self.sections: list[Section] = []
        self._block_start = 0

    def heading(self, title: str) -> None:
        self.close()
        start = len(self.text)
        self.text += f"{title}\n"
        if self.sections:
            last = self.sections[-1]
            self.sections[-1] = Section(start=last.start, end=start, title=last.title, level=last.level)
        self.sections.append(Section(start=start, end=len(self.text), title=title, level=2))
        self._block_start = len(self.text)

    def close(self, kind: str = "paragraph") -> None:
        if self.text[self._block_start :].strip():
            self.blocks.append(Block(start=self._block_start, end=len(self.text), kind=kind))
            self.text += "\n\n"
        self._block_start = len(self.text)

    def sentence(self, row: dict[str, Any]) -> None:
        start, index = len(self.text), len(self.sentences)
        self.text += row["text"]
        end = len(self.text)
        cites = tuple(str(label) for label in row.get("cites", ()))
        for label in cites:
            at = len(self.text)
            self.text += f"[{label}]"
            self.citations.append(Citation(start=at, end=len(self.text), label=label))
        self.text += " "
        units = self._attributions(row, start, end, index)
        first = len(self.marks)
        for kind, words in row.get("marks", ()):
            at = start + row["text"].lower().index(words.lower())
            inside = words.lower() in row.get("quote", "").lower()
            self.marks.append(Mark(start=at, end=at + len(words), text=words, kind=kind, lexicon="test", quoted=inside))
        if row.get("quote"):
            at = start + row["text"].index(row["quote"])
            self.quotations.append(Extent(start=at, end=at + len(row["quote"])))
        self.sentences.append(
            Sentence(
                start=start,
                end=end,
                index=index,
                text=row["text"],
                stance=row.get("stance", "neutral"),
                confidence=0.9,
                unsure=row.get("unsure", False),
                voice="attributed" if units else "article",
                attributions=units,
                citations=cites,
                marks=tuple(range(first, len(self.marks))),
            )
        )

    def _attributions(self, row: dict[str, Any], start: int, end: int, index: int) -> tuple[int, ...]:
        if "by" not in row:
            return ()
        said = row.get("says", "")
        content = (Extent(start=start, end=end),)
        if said:
            at = start + row["text"].index(said)
            content = (Extent(start=at, end=at + len(said)),)
        self.attributions.append(
            Attribution(
                sentence=index,
                source=Source(type=row["by"], text=row.get("name"), name=row.get("name")),
                content=content,
                stance=row.get("stance", "neutral"),
                confidence=0.9,
            )
        )
        return (len(self.attributions) - 1,)


def build(example: dict[str, Any]) -> Annotated:
    """Return the annotated article that an example describes.

    ``sentences`` are rows with text and, where wanted, stance, unsure, by, name, says, quote, marks, cites; a row
    ``{heading}`` opens a section, ``{paragraph}`` a paragraph. ``neutral`` adds that many plain sentences, one
    paragraph for three, each paragraph with the marker ``neutral_cites``.
    """
    made = Builder()
    for row in example.get("sentences", ()):
        if "heading" in row:
            made.heading(row["heading"])
        elif "paragraph" in row:
            made.close(row.get("kind", "paragraph"))
        else:
            made.sentence(row)
    made.close(example.get("last_block", "paragraph"))
    if example.get("neutral") and made.sections:
        made.heading("Building")
    for count in range(example.get("neutral", 0)):
        last = count % 3 == 2
        made.sentence(
            {
                "text": NEUTRAL[count % len(NEUTRAL)],
                "cites": example.get("neutral_cites", ()) if last else (),
            }
        )
        if last:
            made.close()
    made.close()
    if made.sections:
        last_section = made.sections[-1]
        made.sections[-1] = Section(start=last_section.start, end=len(made.text), title=last_section.title, level=2)
    return Annotated(article=_article(example, made), **_layers(made))


def _layers(made: Builder) -> dict[str, Any]:
    return {
        "sentences": tuple(made.sentences),
        "attributions": tuple(made.attributions),
        "marks": tuple(made.marks),
        "quotations": tuple(made.quotations),
    }


def _article(example: dict[str, Any], made: Builder) -> Article:
    references = tuple(
        Reference(
            label=str(row.get("label", at + 1)),
            text=row.get("text", ""),
            urls=tuple(row.get("urls", ())),
            uses=row.get("uses"),
        )
        for at, row in enumerate(example.get("references", ()))
    )
    links = tuple(
        Link(url=row["url"], domain=row["url"].split("/")[2], place=row["place"]) for row in example.get("links", ())
    )
    banners = tuple(
        Banner(start=0, end=0, id=row["id"], issue=row.get("issue", ""), date=row.get("date"))
        for row in example.get("banners", ())
    )
    return Article(
        id="test",
        title=example.get("title", "Old Registry"),
        subject=example.get("subject", example.get("title", "Old Registry")),
        format="wikitext",
        text=made.text,
        sections=tuple(made.sections),
        citations=tuple(made.citations),
        references=references,
        links=links,
        banners=banners,
        blocks=tuple(made.blocks),
        facets=tuple(example.get("facets", FACETS)),
    )
