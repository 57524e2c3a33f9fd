"""Start-up stays short: the front door loads nothing heavy."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("spacy", "sklearn", "numpy", "textstat", "nltk", "mwparserfromhell", "selectolax", "httpx")

NOTEBOOK = ("altair", "polars", "pandas", "pyarrow", "vl_convert", "IPython", "analyzer.report.notebook")


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_importing_the_package_loads_no_heavy_library():
    loaded = run(f"import sys, analyzer; print([m for m in {HEAVY!r} if m in sys.modules])")
    assert loaded.strip() == "[]"


def test_importing_the_package_takes_under_a_tenth_of_a_second():
    code = "import time; t = time.process_time(); import analyzer; print(time.process_time() - t)"
    assert min(float(run(code)) for _ in range(3)) < 0.1


def test_checking_an_article_loads_nothing_that_only_notebooks_need(tmp_path):
    (tmp_path / "a.txt").write_text("Orme\n\nOrme is a town.\n", "utf-8")
    code = (
        "import sys; from analyzer.cli.app import main; sys.argv = ['npov', 'check', 'a.txt', '--engine', 'fast']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print([m for m in {NOTEBOOK!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert "Orme" in done.stdout and done.stdout.endswith("[]\n")


def test_reading_plain_text_loads_no_spacy():
    code = "import sys, analyzer; analyzer.read('A town.\\n\\nIt is old.', title='T'); print('spacy' in sys.modules)"
    assert run(code).strip() == "False"


def test_an_unknown_name_is_an_attribute_error():
    code = "import analyzer\ntry:\n    analyzer.nothing\nexcept AttributeError as e:\n    print(e)"
    assert "nothing" in run(code)
