"""The built wheel carries everything: installed into an empty environment, it works from another folder."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.pipeline]

ROOT = Path(__file__).resolve().parents[2]


# Labels to train on are no part of an installation.
IN_THE_REPOSITORY_ALONE = {"stance-silver"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built without network from the backend that is installed."""
    pytest.importorskip("hatchling", reason="hatchling is not installed, so no wheel can be built offline")
    out = tmp_path_factory.mktemp("dist")
    run = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    (path,) = out.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def environment(wheel, tmp_path_factory):
    """A new environment with the wheel; its dependencies are lent from this one, so that no network is needed."""
    folder = tmp_path_factory.mktemp("env")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)]
    run = subprocess.run(install, capture_output=True, text=True)
    if run.returncode:  # no pip here: a wheel is a zip archive
        import zipfile

        site = next((folder / "lib").glob("python*/site-packages"))
        zipfile.ZipFile(wheel).extractall(site)
    site = next((folder / "lib").glob("python*/site-packages"))
    lent = site / "lent"
    lent.mkdir()
    for entry in Path(sysconfig.get_paths()["purelib"]).iterdir():
        if "npov" not in entry.name and not entry.name.endswith(".pth"):
            (lent / entry.name).symlink_to(entry)
    (site / "lent.pth").write_text(f"{lent}\n")
    return python


def call(python, folder, *arguments):
    """Run the command from another folder, with nothing of the checkout in reach."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "NPOV"))}
    return subprocess.run(
        [str(python), *arguments], cwd=folder, capture_output=True, text=True, encoding="utf-8", env=clean
    )


def test_the_wheel_carries_models_word_lists_and_templates(wheel):
    import zipfile

    names = set(zipfile.ZipFile(wheel).namelist())
    for manifest in (ROOT / "models").glob("*/manifest.json"):
        if manifest.parent.name in IN_THE_REPOSITORY_ALONE:
            continue
        for filename in [*json.loads(manifest.read_text())["files"], "manifest.json"]:
            assert f"analyzer/models/{manifest.parent.name}/{filename}" in names
    assert "analyzer/py.typed" in names
    assert any(name.startswith("analyzer/lexicons/") and name.endswith(".tsv") for name in names)
    templates = {path.name for path in (ROOT / "analyzer/report/html/templates").iterdir()}
    assert {f"analyzer/report/html/templates/{name}" for name in templates} <= names
    assert {"page.html.jinja", "fragment.html.jinja", "page.css", "fragment.css"} <= templates
    assert not [name for name in names if name.startswith(("tests/", "seeds/"))]


def test_the_installed_package_is_the_wheel_and_its_models_are_found_there(environment, tmp_path):
    code = (
        "import analyzer, analyzer.modelstore as m; print(analyzer.__file__); "
        "print(*[m.find(n) for n in m.installed()], sep='\\n')"
    )
    run = call(environment, tmp_path, "-c", code)
    assert run.returncode == 0, run.stderr
    for line in run.stdout.splitlines():
        assert line.startswith(str(environment.parents[1])), line


def test_it_analyses_the_seed_from_another_folder(environment, tmp_path):
    seed = tmp_path / "human-rights-in-kazakhstan.txt"
    seed.write_bytes((ROOT / "seeds" / seed.name).read_bytes())
    run = call(environment, tmp_path, "-m", "analyzer.cli", "check", seed.name, "--format", "json")
    assert run.returncode == 0, run.stderr
    report = json.loads(run.stdout)
    assert len(report["sentences"]) == 15
    assert report["provenance"]["models"]
