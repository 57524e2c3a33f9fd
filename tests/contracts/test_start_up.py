"""Start-up stays short: the front door loads nothing heavy."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("spacy", "sklearn", "numpy", "textstat", "nltk", "mwparserfromhell", "selectolax", "httpx")


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_importing_the_package_loads_no_heavy_library():
    loaded = run(f"import sys, analyzer; print([m for m in {HEAVY!r} if m in sys.modules])")
    assert loaded.strip() == "[]"


def test_importing_the_package_takes_under_a_tenth_of_a_second():
    code = "import time; t = time.process_time(); import analyzer; print(time.process_time() - t)"
    assert min(float(run(code)) for _ in range(3)) < 0.1


def test_reading_plain_text_loads_no_spacy():
    code = "import sys, analyzer; analyzer.read('A town.\\n\\nIt is old.', title='T'); print('spacy' in sys.modules)"
    assert run(code).strip() == "False"


def test_an_unknown_name_is_an_attribute_error():
    code = "import analyzer\ntry:\n    analyzer.nothing\nexcept AttributeError as e:\n    print(e)"
    assert "nothing" in run(code)
