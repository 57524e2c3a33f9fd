"""The site: built strictly and without a network, and opened in Chromium, where no page asks for anything outside."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..report.browser import chromium
from .pages import DOCS, ROOT

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site's folder."""
    for library in ("mkdocs", "material", "mkdocstrings"):
        pytest.importorskip(library, reason=f"no {library}: pip install -e .[docs]")
    folder = tmp_path_factory.mktemp("site")
    closed = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    variables = os.environ | closed | {"NO_MKDOCS_2_WARNING": "1"}
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=variables)
    assert built.returncode == 0, built.stderr[-4000:]
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> list[Path]:
    # A server shows 404.html at any address, so that what it asks for begins at the server's root.
    return sorted(path for path in site.rglob("*.html") if path.name != "404.html")


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with chromium() as started:
        yield started


def test_every_page_of_the_documentation_is_built(site: Path):
    wanted = {page.relative_to(DOCS).with_suffix(".html") for page in DOCS.rglob("*.md")}
    assert [page.as_posix() for page in sorted(wanted) if not (site / page).exists()] == []
    assert (site / "models/judge/index.html").exists() and (site / "changelog.html").exists()
    assert not list(site.rglob("*.py"))


def test_choices_of_an_option_are_shown_without_the_backslashes_of_a_table(site: Path):
    page = (site / "cli.html").read_text("utf-8")
    assert "fast|accurate|large" in page and "\\|" not in page


def test_every_public_name_is_shown_with_its_docstring(site: Path):
    import analyzer

    page = (site / "api.html").read_text("utf-8")
    for name in analyzer.__all__:
        assert f'id="analyzer.{name}"' in page or f'.{name}"' in page, name
    assert page.count("&gt;&gt;&gt;") >= 8 or page.count(">&gt;&gt;&gt; <") >= 8


def test_no_role_of_a_docstring_is_shown(site: Path):
    page = re.sub(r"<[^>]*>", "", (site / "api.html").read_text("utf-8"))
    assert re.findall(r".{20}:(?:attr|class|data|exc|func|meth|mod):.{20}", page) == []


def lost(request) -> bool:
    """Whether something did not come, other than because the next page was gone to before it had."""
    return request.failure != "net::ERR_ABORTED"


def test_no_page_asks_for_anything_outside_and_none_complains(browser, site: Path, pages: list[Path]):
    context = browser.new_context(offline=True)
    outside, told = [], []
    context.on("request", lambda request: outside.append(request.url) if not is_here(request.url, site) else None)
    context.on(
        "requestfailed", lambda request: told.append(f"{request.url}: {request.failure}") if lost(request) else None
    )
    page = context.new_page()
    page.on("console", lambda message: told.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: told.append(f"{page.url}: {error}"))
    assert len(pages) > 40
    for path in pages:
        page.goto(path.as_uri())
        assert page.locator("h1").count() >= 1, path.name
    page.wait_for_timeout(300)
    context.close()
    assert outside == [] and told == []


def is_here(url: str, site: Path) -> bool:
    return url.startswith((site.as_uri(), "data:", "blob:"))


@pytest.mark.parametrize("width", [390, 1280])
def test_a_page_fits_the_width_of_a_phone_and_of_a_desk(browser, site: Path, width: int):
    page = browser.new_page(viewport={"width": width, "height": 800}, offline=True)
    for name in ("index", "tutorial", "issues", "report", "cli", "quality"):
        page.goto((site / f"{name}.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    page.close()


def test_what_is_searched_for_is_found_without_a_server(browser, site: Path):
    page = browser.new_page(viewport={"width": 1280, "height": 800}, offline=True)
    page.goto((site / "index.html").as_uri())
    page.locator("input[name=query]").first.click()
    page.keyboard.type("gazetteer")
    found = page.locator(".md-search-result__link").first
    found.wait_for(timeout=10_000)
    assert "own-tables" in "".join(one.get_attribute("href") for one in page.locator(".md-search-result__link").all())
    page.close()
