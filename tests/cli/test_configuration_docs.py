"""docs/configuration.md: its files are written, its commands run, and what they print is what it shows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analyzer.cli.configuration import SETTINGS

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs/configuration.md").read_text("utf-8")
BLOCKS = re.findall(r"```(toml|text|sh|python)\n(.*?)```", DOCS, flags=re.DOTALL)
ARTICLE = "The Halden Bridge is old.\n\nCritics called the bridge a costly mistake. Some say that it is iconic.\n"


def test_every_setting_is_explained():
    assert re.findall(r"^\| `([a-z_]+)` \|", DOCS, flags=re.MULTILINE) == list(SETTINGS)


@pytest.mark.pipeline
@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_the_examples_do_what_the_page_says(tmp_path: Path):
    program = tmp_path / "bin" / "npov"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "from analyzer.cli.app import main; main()" "$@"\n')
    program.chmod(0o755)
    (program.parent / "python").symlink_to(sys.executable)
    folder = tmp_path / "work"
    (folder / ".git").mkdir(parents=True)
    (folder / "article.txt").write_text(ARTICLE, "utf-8")
    for _, text in BLOCKS:  # files first: they stand behind the commands that read them
        if named := re.match(r"# ([\w/.-]+\.(?:toml|tsv))\n", text):
            (folder / named[1]).parent.mkdir(exist_ok=True)
            (folder / named[1]).write_text(text, "utf-8")
    env = {key: value for key, value in os.environ.items() if not key.startswith(("NPOV", "COLUMNS"))}
    env |= {"PATH": f"{program.parent}{os.pathsep}{env['PATH']}", "PYTHONPATH": str(ROOT)}
    run = 0
    for (kind, text), (after, expected) in zip(BLOCKS, [*BLOCKS[1:], ("", "")], strict=True):
        if kind not in ("sh", "python"):
            continue
        words = ["bash", "-c", text] if kind == "sh" else [sys.executable, "-c", text]
        done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        assert "Traceback" not in done.stderr, done.stderr
        if after == "text" and not expected.startswith("# "):
            assert done.stdout + done.stderr == expected, text
        run += 1
    assert run == len([kind for kind, _ in BLOCKS if kind in ("sh", "python")]) > 5
