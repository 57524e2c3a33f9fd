"""Source balance: who is heard in the article, how much, and how favourably."""

from math import exp, log

from analyzer.records import Annotated, Attribution, Report, SourceRow

# Sources that speak for the subject; everybody else is independent of it.
AFFILIATED = frozenset({"subject"})
UNNAMED = "(unnamed)"
UNSURE = "unsure"  # in the place of a stance: counted on no side


def source_key(unit: Attribution) -> tuple[str, str]:
    """Return the name a source is counted under, and its type; sources without a name share one line."""
    name = unit.source.name or unit.source.text
    if unit.source.type == "unnamed" or not name:
        return UNNAMED, unit.source.type
    return name, unit.source.type


def reported_words(annotated: Annotated | Report, unit: Attribution) -> int:
    """Return the words of what is reported; of the sentence where the content has no extent."""
    text = annotated.article.text
    words = sum(len(text[extent.start : extent.end].split()) for extent in unit.content)
    if words or not 0 <= unit.sentence < len(annotated.sentences):
        return words
    return len(annotated.sentences[unit.sentence].text.split())


def counted_stance(annotated: Annotated | Report, unit: Attribution) -> str:
    """Return the stance of what is reported, or "unsure" where that of its sentence is."""
    sentence = annotated.sentences[unit.sentence] if 0 <= unit.sentence < len(annotated.sentences) else None
    return UNSURE if sentence is not None and sentence.unsure else unit.stance


def source_rows(annotated: Annotated) -> tuple[SourceRow, ...]:
    """Return one row a source, most words first: its sentences, words, and sentences by stance of what it says."""
    sentences: dict[tuple[str, str], dict[int, str]] = {}
    words: dict[tuple[str, str], int] = {}
    for unit in annotated.attributions:
        key = source_key(unit)
        held = sentences.setdefault(key, {})
        held[unit.sentence] = _joined(held.get(unit.sentence), counted_stance(annotated, unit))
        words[key] = words.get(key, 0) + reported_words(annotated, unit)
    rows = []
    for (name, kind), held in sentences.items():
        stances = list(held.values())
        rows.append(
            SourceRow(
                name=name,
                type=kind,  # type: ignore[arg-type]  # a SourceType, as it comes from a Source
                sentences=len(held),
                words=words[name, kind],
                critique=stances.count("critique"),
                endorsement=stances.count("endorsement"),
                mixed=stances.count("mixed"),
                neutral=stances.count("neutral"),
            )
        )
    return tuple(sorted(rows, key=lambda row: (-row.words, -row.sentences, row.name, row.type)))


def _joined(before: str | None, stance: str) -> str:
    """Return the stance of two units of one source in one sentence."""
    if before is None or before == stance or stance == "neutral":
        return before or stance
    return stance if before == "neutral" else "mixed"


def source_shares(annotated: Annotated) -> list[tuple[str, float]]:
    """Return each source's share of the attributed words, largest first."""
    rows = source_rows(annotated)
    total = sum(row.words for row in rows)
    return [(row.name, row.words / total) for row in rows] if total else []


def effective_sources(annotated: Annotated) -> float | None:
    """Return exp(entropy) of the shares of attributed words: n equally heard sources give n; None without any."""
    shares = [share for _, share in source_shares(annotated) if share > 0]
    return exp(-sum(share * log(share) for share in shares)) if shares else None
