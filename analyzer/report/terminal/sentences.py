"""Every sentence for a terminal: its stance, who speaks, by which words, and the words to watch in it."""

from __future__ import annotations

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from analyzer.records import Attribution, Mark, Report, Sentence
from analyzer.report import overview
from analyzer.report.escape import visible
from analyzer.report.terminal.canvas import STANCE_STYLE


def sentence_list(report: Report) -> RenderableType:
    """Return one block a sentence: number, stance with its probability, text, and what was found in it."""
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(justify="right", width=max(3, len(str(len(report.sentences)))))
    table.add_column(no_wrap=True, width=16)
    table.add_column()
    for sentence in report.sentences:
        style = STANCE_STYLE[sentence.stance]
        text = _marked(report, sentence)
        for line in _details(report, sentence):
            text.append("\n").append_text(line)
        label = Text.assemble((sentence.stance, style), (f" {_short(sentence.confidence)}", "dim"))
        table.add_row(Text(str(sentence.index + 1), "dim"), label, text)
    return Padding(table, (0, 0, 0, 1))


def _marked(report: Report, sentence: Sentence) -> Text:
    """Return the sentence with its sources, cues and words to watch in colour, where they stand in it as words."""
    text = Text(visible(sentence.text))
    text.append("".join(f" [{visible(label)}]" for label in sentence.citations), "dim")
    spans = []
    for item in overview.sentence_attributions(report, sentence):
        spans += [(item.source.text, "cyan"), (item.cue.text if item.cue else None, "underline")]
    spans += [(report.marks[index].text, "magenta") for index in sentence.marks if index < len(report.marks)]
    for words, style in spans:
        found = text.plain.find(visible(words)) if words else -1
        if found >= 0:
            text.stylize(style, found, found + len(visible(words or "")))
    return text


def _details(report: Report, sentence: Sentence) -> list[Text]:
    """Return the lines under a sentence: its sources, and its words to watch."""
    attributions = overview.sentence_attributions(report, sentence)
    lines = [_attribution(item, sentence) for item in attributions]
    marks = [report.marks[index] for index in sentence.marks if index < len(report.marks)]
    if marks:
        lines.append(Text.assemble(("words to watch: ", "dim"), _words(marks)))
    return lines


def _attribution(item: Attribution, sentence: Sentence) -> Text:
    """Return who speaks, of which type, how, and by which cue; its stance where it is not the sentence's."""
    line = Text.assemble(
        ("→ ", "cyan"), (visible(overview.source_name(item)), "cyan"), (f" ({item.source.type})", "dim")
    )
    facts: list[str] = ["partly quoted" if item.mode == "mixed" else item.mode]
    facts.append(f"cue “{visible(item.cue.text)}”" if item.cue else "no cue")
    facts += ["carried over"] if item.carried else []
    facts += [item.stance] if item.stance != sentence.stance else []
    return line.append(", " + ", ".join(facts) + f", {_short(item.confidence)}", "dim")


def _short(probability: float) -> str:
    """Return a probability as ``.93``."""
    return "1.0" if probability >= 0.995 else f"{probability:.2f}"[1:]


def _words(marks: list[Mark]) -> Text:
    """Return the marks as quoted words with their kinds."""
    text = Text()
    for number, mark in enumerate(marks):
        text.append(", " if number else "")
        text.append(f"“{visible(mark.text)}”", "" if mark.quoted else "magenta")
        text.append(f" {mark.kind}" + (", quoted" if mark.quoted else ""), "dim")
    return text
