"""The figures of ``make hostile``: printed, and written into docs/reliability.md between two markers."""

from __future__ import annotations

from itertools import groupby

from .measure import MEMORY, ROOT, START, TIMES, Bench, Ran

PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- figures of make hostile: begin -->", "<!-- figures of make hostile: end -->"


def written(ran: list[Ran], made: Bench) -> None:
    """Print the figures, and put them in the place of the former ones."""
    told = table(ran, made)
    print(f"\n{told}")
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{told}\n{END}{rest.partition(END)[2]}", "utf-8")


def table(ran: list[Ran], made: Bench) -> str:
    """Return the figures in Markdown: a row a class, and the limits."""
    cases = {each.case.id for each in ran}
    failed = sorted({each.case.id for each in ran if each.complaints})
    rows = [_row(kind, list(group)) for kind, group in groupby(ran, key=lambda each: each.case.kind)]
    lines = [
        f"{len(cases)} cases, {len(ran)} runs, {sum(each.cpu for each in ran):,.0f} CPU seconds;",
        f"{len(failed)} break the promise.",
        f"Allowed: {START:g} CPU seconds and {TIMES:g} times what plain prose of that size takes with the fast engine",
        f"({made.seconds_a_mb:.0f} s a MB on the machine of these figures); {MEMORY // 10**6:,} MB, of which a loaded",
        f"process holds {made.held // 10**6}.",
        "", "| class | cases | slowest | CPU s | largest | MB |", "|---|--:|---|--:|---|--:|", *rows,
    ]  # fmt: skip
    return "\n".join(lines)


def _row(kind: str, ran: list[Ran]) -> str:
    slowest, largest = max(ran, key=lambda each: each.cpu), max(ran, key=lambda each: each.memory)
    names = [f"{each.case.name} ({each.way})".replace("|", "\\|") for each in (slowest, largest)]
    count = len({each.case.id for each in ran})
    return f"| {kind} | {count} | {names[0]} | {slowest.cpu:.1f} | {names[1]} | {largest.memory / 1e6:,.0f} |"
