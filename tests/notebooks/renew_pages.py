"""Runs the notebooks and writes each as a page of docs/notebooks/, with its pictures beside it: ``make notebooks``.

Names of notebooks, or how they begin, may be given to renew those alone: ``python tests/notebooks/renew_pages.py 04``.
Markdown, since that is shown wherever the rest of the documentation is; what only HTML can show stands there in words.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from installed import NOTEBOOKS, PAGES, ROOT, executed, with_kernel

FORMS = ("image/svg+xml", "text/markdown", "text/plain")  # the first that an output has is shown


def main(*beginnings: str) -> None:
    """Write the pages anew."""
    PAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
        subprocess.run(build, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        python = with_kernel(folder / "env", next(folder.glob("*.whl")))
        for path in NOTEBOOKS:
            if not beginnings or path.name.startswith(beginnings):
                startup = Path(__file__).parent / "as_markdown.py"
                write(path.stem, executed(path, python, folder / path.stem, startup))


def write(name: str, notebook: Any) -> None:
    """Write one page and its pictures."""
    from nbconvert import MarkdownExporter

    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [kept(output) for output in cell.outputs if output.output_type != "display_data"]
    body, resources = MarkdownExporter().from_notebook_node(
        notebook, {"unique_key": name, "output_files_dir": name, "metadata": {"name": name}}
    )
    shutil.rmtree(PAGES / name, ignore_errors=True)
    source = f"<!-- Made by `make notebooks` from notebooks/{name}.ipynb. -->\n"
    (PAGES / f"{name}.md").write_text(source + body.strip() + "\n", "utf-8")
    for filename, picture in resources["outputs"].items():
        target = PAGES / filename
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(picture)
    print(f"{PAGES.relative_to(ROOT)}/{name}.md, {len(resources['outputs'])} pictures")


def kept(output: Any) -> Any:
    """Return an output in the one form that the page shows."""
    if "data" in output:
        form = next(form for form in FORMS if form in output.data)
        output.data = {form: output.data[form]}
    return output


if __name__ == "__main__":
    main(*sys.argv[1:])
