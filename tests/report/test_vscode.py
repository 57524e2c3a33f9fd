"""What notebooks show, under the rules that VS Code lays over tables in an output, light and dark, wide and narrow.

VS Code itself is not needed: its notebooks show HTML in a page of their own, whose rules for tables are these.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import analyzer
from analyzer.records import Rejection

from .browser import chromium, opened
from .example_report import build_report

pytestmark = pytest.mark.integration
INK = {"light": ("rgb(59, 59, 59)", "rgb(255, 255, 255)"), "dark": ("rgb(204, 204, 204)", "rgb(31, 31, 31)")}
PAGE = """<!doctype html><meta charset="utf-8"><title>a notebook</title><style>
body {{ margin: 0; color: {ink}; background: {ground}; font: 13px sans-serif }}
.output {{ box-sizing: border-box; width: 100%; padding: 8px; overflow-x: auto }}
table, thead, tbody, tr, th, td {{ border: none !important; border-collapse: collapse; border-spacing: 0 }}
table {{ width: 100% }}
table, th, tr {{ text-align: left !important; vertical-align: middle }}
thead {{ font-weight: bold; background-color: rgba(130, 130, 130, .16) }}
th, td {{ padding: 4px 8px }}
tr:nth-child(even) {{ background-color: rgba(130, 130, 130, .08) }}
tr:hover {{ background-color: rgba(130, 130, 130, .16) }}
tbody th {{ font-weight: normal }}
</style><body class="vscode-{theme}">{outputs}"""

LOOK = """() => [...document.querySelectorAll('.npov-n td.name')].filter(each => each.offsetHeight).map(each => {
  const own = getComputedStyle(each), row = getComputedStyle(each.parentElement), text = document.createRange();
  text.selectNodeContents(each);
  return {ink: own.color, align: own.textAlign, back: row.backgroundColor,
          lines: Math.round(text.getBoundingClientRect().height / parseFloat(own.lineHeight)), words: each.innerText};
})"""


def outputs() -> str:
    report = build_report()
    rejected = Rejection(input="a.txt", name="a.txt", kind="failed", reason="No text.")
    shown = [report._repr_html_(), analyzer.Reports([report, rejected])._repr_html_()]
    shown += [str(report.render(style=style)) for style in ("stance", "sources", "marks")]
    return "".join(f'<div class="output">{each}</div>' for each in shown)


@pytest.mark.parametrize(("theme", "width"), [("light", 1000), ("dark", 1000), ("dark", 420)])
def test_tables_and_texts_take_the_colours_of_the_editor_and_keep_their_own_form(
    theme: str, width: int, tmp_path: Path
):
    ink, ground = INK[theme]
    document = PAGE.format(ink=ink, ground=ground, theme=theme, outputs=outputs())
    with chromium() as browser, opened(browser, document, tmp_path, width=width) as page:
        cells = page.evaluate(LOOK)
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        texts = page.evaluate("[...document.querySelectorAll('.npov-n')].map(each => getComputedStyle(each).color)")
    assert len(cells) > 3
    assert {cell["ink"] for cell in cells} | set(texts) == {ink}
    assert {cell["align"] for cell in cells} <= {"left", "start"}
    assert {cell["back"] for cell in cells} == {"rgba(0, 0, 0, 0)"}  # not striped
    assert max(cell["lines"] for cell in cells if len(cell["words"]) < 25) <= (1 if width == 1000 else 2), cells
    assert wider <= 0
