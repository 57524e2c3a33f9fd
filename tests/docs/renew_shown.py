"""Runs pages and writes anew what they show of the output: ``python tests/docs/renew_shown.py tutorial editors``.

Read the diff: each stretch of lines is found by its first and its last line.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from docs.files import lay_out
from docs.pages import DOCS, ROOT
from docs.shown import COLUMNS, outputs, renewed, shown

_RUN = """
import sys
from analyzer import pipeline
from docs.runner import page

pipeline.engines = lambda: (pipeline.DEFAULT_ENGINE,)
sys.exit(page(sys.argv[1]))
"""


def main(*names: str) -> None:
    """Renew the pages of these names."""
    for page in (DOCS / f"{name}.md" for name in names):
        text = page.read_text("utf-8")
        with tempfile.TemporaryDirectory() as scratch:
            lay_out(Path(scratch), text)
            own = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "COLUMNS": COLUMNS}
            own |= {"PYTHONPATH": sys.path[0], "NPOV_ENGINE": "accurate"}
            run = [sys.executable, "-c", _RUN, str(page)]
            done = subprocess.run(run, cwd=scratch, env=os.environ | own, stdout=subprocess.PIPE, text=True, check=True)
        told, lines = outputs(done.stdout), text.splitlines(keepends=True)
        for example, line, shows in reversed(list(shown(page))):
            lines[line - 1 : line - 1 + shows.count("\n")] = [renewed(shows, told[example])]
        page.write_text("".join(lines), "utf-8")
        print(page.relative_to(ROOT))


if __name__ == "__main__":
    main(*sys.argv[1:])
