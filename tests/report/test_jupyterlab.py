"""A report, reports, texts and charts on a real JupyterLab page, in Chromium without a network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

import analyzer
from analyzer.records import Rejection

from .browser import chromium
from .example_report import build_report, poisoned

pytestmark = pytest.mark.integration
pytest.importorskip("altair")
pytest.importorskip("jupyterlab")
PAYLOAD = '<img src=x onerror="window.harmed = 1"><script>window.harmed = 1</script>'
CHARTS = 4


def shown() -> list[dict[str, object]]:
    """Return what each cell shows, by media type."""
    report, hostile = build_report(), poisoned(PAYLOAD)
    rejected = Rejection(input=PAYLOAD, name=PAYLOAD, kind="failed", reason=PAYLOAD)
    html = [report, hostile, analyzer.Reports([report, hostile, rejected])]
    texts = [hostile.render(style=style) for style in ("stance", "sources", "marks")]
    charts = [report.plot_sources(), report.plot_stance(), hostile.plot_issues(), analyzer.plot_compare([report])]
    assert len(charts) == CHARTS
    cells = [{"text/html": each._repr_html_()} for each in html] + [{"text/html": str(text)} for text in texts]
    return cells + [chart._repr_mimebundle_() for chart in charts]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a JupyterLab with a trusted notebook, and the folder of its settings."""
    root = tmp_path_factory.mktemp("lab")
    settings = root / "settings"
    output = {"output_type": "display_data", "metadata": {}}
    cell = {"cell_type": "code", "metadata": {}, "execution_count": 1, "source": ""}
    cells = [{**cell, "id": f"c{n}", "outputs": [{**output, "data": data}]} for n, data in enumerate(shown())]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    (root / "work").mkdir()
    notebook = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (root / "work/a.ipynb").write_text(json.dumps(notebook), "utf-8")
    env = {
        **os.environ,
        "HOME": str(root),
        "JUPYTER_DATA_DIR": str(root / "data"),
        "JUPYTER_CONFIG_DIR": str(root / "config"),
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
        "JUPYTERLAB_WORKSPACES_DIR": str(root / "workspaces"),
    }
    trust = [sys.executable, "-m", "jupyter", "trust", str(root / "work/a.ipynb")]
    subprocess.run(trust, env=env, check=True, capture_output=True)
    options = ["--no-browser", "--ServerApp.port=0", "--IdentityProvider.token=", "--allow-root"]
    options += [f"--ServerApp.root_dir={root / 'work'}", "--LabApp.news_url=None"]
    with (root / "log").open("w") as log:
        server = subprocess.Popen([sys.executable, "-m", "jupyter", "lab", *options], env=env, stdout=log, stderr=log)
    try:
        yield address(root / "data", server), settings
    finally:
        server.terminate()
        server.wait(30)


def address(data: Path, server: subprocess.Popen[bytes]) -> str:
    """Return where the server listens, once it does."""
    for _ in range(240):
        assert server.poll() is None, "JupyterLab has ended"
        for told in data.glob("runtime/jpserver-*.json"):
            url = json.loads(told.read_text())["url"]
            try:
                urllib.request.urlopen(f"{url}api")
            except OSError:
                continue
            return url
        time.sleep(0.5)
    raise AssertionError("JupyterLab does not listen")


@pytest.mark.parametrize(("theme", "width"), [("Light", 1280), ("Dark", 640)])
def test_everything_is_shown_as_meant_and_asks_nothing_of_the_network(lab: tuple[str, Path], theme: str, width: int):
    url, settings = lab
    chosen = settings / "@jupyterlab/apputils-extension/themes.jupyterlab-settings"
    chosen.parent.mkdir(parents=True, exist_ok=True)
    chosen.write_text(json.dumps({"theme": f"JupyterLab {theme}"}))
    outside, errors = [], []

    def only_here(route):
        here = route.request.url.startswith((url, "data:", "blob:"))
        if not here:
            outside.append(route.request.url)
        return route.continue_() if here else route.abort()

    with chromium() as browser:
        page = browser.new_page(viewport={"width": width, "height": 6000})
        page.route("**/*", only_here)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{url}lab/tree/a.ipynb?reset", wait_until="domcontentloaded")
        page.wait_for_function(f"document.querySelectorAll('.vega-embed canvas').length === {CHARTS}", timeout=120_000)
        tables = page.evaluate(TABLES)
        drawn = page.evaluate("[...document.querySelectorAll('.vega-embed canvas')].map(each => each.width)")
        harmed = page.evaluate("window.harmed")
    assert tables and {each["align"] for each in tables} == {"left"}
    assert max(each["lines"] for each in tables) <= (1 if theme == "Light" else 3), tables  # not a word a line
    assert {each["back"] for each in tables} == {
        "rgba(0, 0, 0, 0)"
    }  # not striped: the page's own colour, light or dark
    assert len(drawn) == CHARTS and min(drawn) > 200
    assert (outside, errors, harmed) == ([], [], None)


# Of the name cells that no text of a hostile article fills: how they are aligned, on how many lines, on what colour.
TABLES = """
const cells = [...document.querySelectorAll('.npov-n td.name')];
cells.filter(each => each.offsetHeight && each.innerText.length < 40).map(each => {
  const style = getComputedStyle(each), row = getComputedStyle(each.parentElement);
  const text = document.createRange();
  text.selectNodeContents(each);
  return {align: style.textAlign, back: row.backgroundColor, words: each.innerText,
          lines: Math.round(text.getBoundingClientRect().height / parseFloat(style.lineHeight))};
})
"""
