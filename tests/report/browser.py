"""A real headless Chromium for the tests of pages: Debian's, driven by Playwright, with nothing downloaded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PROGRAM = os.environ.get("NPOV_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def chromium() -> Iterator[object]:
    """Yield the browser; skips the tests by name where it, or what drives it, is not installed."""
    driver = pytest.importorskip("playwright.sync_api", reason="no playwright: pip install -e .[dev]")
    if PROGRAM is None:
        pytest.skip("no Chromium: apt-get install chromium")
    with driver.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox"])
        yield opened
        opened.close()


@contextmanager
def opened(browser, document: str, folder: Path, *, width: int = 1280, **options) -> Iterator[object]:
    """Yield the document opened from a file; at the end nothing was asked for besides it, and nothing went wrong."""
    path = folder / "page.html"
    path.write_text(document, "utf-8")
    options.setdefault("viewport", {"width": width, "height": 844 if width < 500 else 900})
    context = browser.new_context(**options)
    page = context.new_page()
    asked, told = [], []
    context.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("dialog", lambda dialog: (told.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.goto(path.as_uri())
    yield page
    page.wait_for_timeout(50)
    context.close()
    assert {url.partition("#")[0] for url in asked} == {path.as_uri()}
    assert told == []


def serious_faults(page) -> list[str]:
    """Return what axe-core calls serious or critical: rule, and the elements."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe: pip install -e .[dev]")
    found = axe.Axe().run(page).response["violations"]
    return [
        f"{row['id']}: {[node['html'][:150] for node in row['nodes'][:3]]}"
        for row in found
        if row["impact"] in ("serious", "critical")
    ]
