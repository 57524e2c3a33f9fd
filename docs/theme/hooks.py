"""What MkDocs is told beside mkdocs.yml: files from outside docs/ become pages, and links to them lead there.

In the repository a page links to ``../models/attribution/README.md``, which any viewer of Markdown can follow; on the
site the same link leads to the card's page. A link to something that is no page (a folder, a source file) is shown as
its words.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.structure.files import File

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]
OUTSIDE = {
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    **{
        (page := path.relative_to(ROOT).as_posix()): page
        for name in ("README.md", "notes.md")
        for path in sorted(ROOT.glob(f"models/*/{name}"))
    },
}
_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)\s:#]+)(#[^)\s]*)?\)")
_MARKERS = re.compile(r"^(?! {4}).*\[\d+\]\[\d+\].*$", re.MULTILINE)
_ROW = re.compile(r"^\|.*\|$", re.MULTILINE)
_CODE = re.compile(r"`[^`\n]+`")
_ROLE = re.compile(r":(?:attr|class|data|exc|func|meth|mod):\s?(?=<(?:code|a|autoref)\b)")
_FENCED = re.compile(r"(^```.*?^```)", re.DOTALL | re.MULTILINE)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Leave out of the navigation what is not written yet; that every page is in it MkDocs sees to."""
    outside = set(OUTSIDE.values())

    def there(entry: Any) -> Any:  # noqa: ANN401 - a page, a titled page, or a list of such
        if isinstance(entry, dict):
            found = {name: there(below) for name, below in entry.items()}
            return found if all(found.values()) else None
        if isinstance(entry, list):
            return [found for below in entry if (found := there(below))]
        return entry if entry in outside or (Path(config.docs_dir) / entry).exists() else None

    config.nav = there(config.nav)
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages from outside docs/ that are there."""
    for source, page in OUTSIDE.items():
        if (ROOT / source).exists():
            files.append(File.generated(config, page, content=(ROOT / source).read_text("utf-8")))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Return the page with its links set for the site."""
    here = page.file.src_uri
    where = next((source for source, target in OUTSIDE.items() if target == here), f"docs/{here}")

    def led(link: re.Match[str]) -> str:
        words, target, anchor = link[1], link[2], link[3] or ""
        source = posixpath.normpath(posixpath.join(posixpath.dirname(where), target))
        uri = OUTSIDE.get(source) or (source.removeprefix("docs/") if source.startswith("docs/") else None)
        if uri is None or (source in OUTSIDE and not (ROOT / source).exists()):
            return words
        return f"[{words}]({posixpath.relpath(uri, posixpath.dirname(here) or '.')}{anchor})"

    return "".join(
        part if part.startswith("```") else _ROW.sub(_bars, _MARKERS.sub(_plain, _LINK.sub(led, part)))
        for part in _FENCED.split(markdown)
    )


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Return the page without the roles of docstrings: ``:func:`read``` is shown as the name alone."""
    return _ROLE.sub("", html)


def _plain(line: re.Match[str]) -> str:
    """Return a line whose reference markers, as in "protests.[7][8]", are no links."""
    return re.sub(r"\[(\d+)\]", r"\\[\1\\]", line[0])


def _bars(row: re.Match[str]) -> str:
    """Return a row of a table with the bars in its code as they are: here they need no backslash."""
    return _CODE.sub(lambda code: code[0].replace("\\|", "|"), row[0])
