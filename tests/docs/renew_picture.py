"""Takes docs/images/report.png, the top of the seed's HTML report as Chromium shows it.

``python tests/docs/renew_picture.py``; look at it before you commit it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests/report"))
PICTURE = ROOT / "docs/images/report.png"
WIDTH, HEIGHT = 1000, 760


def main() -> None:
    """Analyse the seed as an installation does, and take the picture."""
    from browser import chromium

    import analyzer
    from analyzer.report.html.page import render_page
    from analyzer.vocabulary import DEFAULT_ENGINE

    seed = ROOT / "seeds/human-rights-in-kazakhstan.txt"
    report = analyzer.analyze(seed, pipeline=analyzer.load_pipeline(engine=DEFAULT_ENGINE))
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        path = Path(folder) / "page.html"
        path.write_text(render_page(report), "utf-8")
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light", offline=True)
        page.goto(path.as_uri())
        page.screenshot(path=PICTURE)
    print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
