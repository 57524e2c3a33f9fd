"""Models and tables of somebody else's: what does not fit is told as a model problem or by its line; nothing runs."""

from __future__ import annotations

import ast
import hashlib
import io
import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from analyzer import modelstore
from analyzer.annotate.attribution import model as attribution
from analyzer.annotate.attribution import tagged
from analyzer.annotate.encoder import heads, reading, session
from analyzer.annotate.quotes import component as quotes
from analyzer.annotate.sources import component as sources
from analyzer.annotate.stance import heard
from analyzer.annotate.stance.accurate import Accurate
from analyzer.annotate.stance.directed import Directed
from analyzer.annotate.stance.doubt import Doubt
from analyzer.annotate.stance.linear import Fast
from analyzer.cli.app import app
from analyzer.errors import ModelError
from analyzer.issues import scorer, summary
from analyzer.issues.signals import puffery

from .running import ROOT, run, told_in_order

Change = Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]]

# Each file of weights, and what loads it (anew, whatever has been loaded before).
ARRAYS = {
    ("attribution", "attribution.npz"): lambda: attribution.load.__wrapped__(),
    ("attribution-accurate", "attribution.npz"): lambda: tagged.load.__wrapped__("attribution-accurate"),
    ("attribution-discourse", "attribution.npz"): lambda: attribution.load.__wrapped__(None, "discourse"),
    ("attribution-news", "attribution.npz"): lambda: attribution.load.__wrapped__(None, "news"),
    ("sources", "types.npz"): lambda: sources.load_model.__wrapped__(),
    ("sources", "things.npz"): lambda: sources.load_model.__wrapped__(things=True),
    ("stance", "linear.npz"): lambda: Fast().model,
    ("stance-directed", "linear.npz"): lambda: Directed().model,
    ("stance-directed", "large.npz"): lambda: heard.load.__wrapped__(Directed.name, "large"),
}
TABLES = {
    ("attribution", "attribution.json"): lambda: attribution.load.__wrapped__(),
    ("attribution-accurate", "attribution.json"): lambda: tagged.load.__wrapped__("attribution-accurate"),
    ("attribution-accurate", "encoder.json"): lambda: heads.tags_fit(modelstore.load("stance-accurate")),
    ("attribution-accurate", "types.json"): lambda: sources.Sources(reader="attribution-accurate").read_types,
    ("attribution-discourse", "attribution.json"): lambda: attribution.load.__wrapped__(None, "discourse"),
    ("attribution-news", "attribution.json"): lambda: attribution.load.__wrapped__(None, "news"),
    ("judge", "weights.json"): lambda: scorer._fitted.__wrapped__(),
    ("judge", "summary.json"): lambda: summary.taken_off.__wrapped__(),
    ("quotes", "scorecard.json"): lambda: quotes.load_scorecard.__wrapped__(),
    ("wording", "puffery.json"): lambda: puffery.in_order.__wrapped__("puffery.json", ()),
    ("stance-doubt", "weights.json"): lambda: Doubt("stance", {"stance": ""}),
    ("stance-accurate", "calibration.json"): lambda: Accurate().joint,
    ("wording-accurate", "calibration.json"): lambda: heads.fits(modelstore.load("stance-accurate")),
}
CHANGES: dict[str, Change] = {
    "one longer": lambda array: np.concatenate([array, array[:1]]) if array.ndim else np.stack([array, array]),
    "another shape": lambda array: array[None],
    "not a number": lambda array: np.full(array.shape, np.nan),
    "text": lambda array: np.full(array.shape, "x"),
}


def put(folder: Path, filename: str, blob: bytes) -> None:
    """Put a file in a model's folder and make the manifest vouch for it."""
    (folder / filename).write_bytes(blob)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][filename] = {"sha256": hashlib.sha256(blob).hexdigest(), "size": len(blob)}
    (folder / "manifest.json").write_text(json.dumps(manifest))


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Give a copy of a model that goes before ours, however often it is asked for."""
    root = tmp_path / "models"
    monkeypatch.setenv("NPOV_MODELS", str(root))

    def copied(name: str) -> Path:
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(ROOT / "models" / name, root / name)
        modelstore._load.cache_clear()
        return root / name

    yield copied
    modelstore._load.cache_clear()


@pytest.mark.parametrize(("name", "filename"), ARRAYS)
def test_arrays_of_another_length_shape_or_kind_are_a_model_problem(name, filename, own):
    load = ARRAYS[name, filename]
    folder = own(name)
    load()  # as it is, it loads
    with np.load(folder / filename) as stored:
        arrays = dict(stored)
    for part, array in arrays.items():
        if part[-1:] in "12345":  # as the layers numbered 0
            continue
        changed = {what: change(array) for what, change in CHANGES.items()}
        if array.dtype.kind == "U":
            del changed["text"]
        for what, other in changed.items():
            folder = own(name)
            buffer = io.BytesIO()
            np.savez(buffer, **(arrays | {part: other}))
            put(folder, filename, buffer.getvalue())
            with pytest.raises(ModelError) as met:
                load()
            assert str(folder) in str(met.value) or "retrain" in str(met.value), (part, what)


@pytest.mark.parametrize(("name", "filename"), ARRAYS)
def test_a_file_without_arrays_is_a_model_problem(name, filename, own):
    buffer = io.BytesIO()
    np.savez(buffer)
    put(own(name), filename, buffer.getvalue())
    with pytest.raises(ModelError):
        ARRAYS[name, filename]()


def broken(value: Any, *, path: str = "") -> list[tuple[str, Any]]:
    """Return a JSON value with one thing in it changed at a time: each field, and the first of each list."""
    found: list[tuple[str, Any]] = [(path, None), (path, "x" if not isinstance(value, str) else 7), (path, [[]])]
    if isinstance(value, dict):
        for key in list(value)[:8]:
            found += [(at, value | {key: other}) for at, other in broken(value[key], path=f"{path}/{key}")]
    elif isinstance(value, list) and value:
        found += [(at, [other, *value[1:]]) for at, other in broken(value[0], path=f"{path}/0")]
    return found


@pytest.mark.parametrize(("name", "filename"), TABLES)
def test_a_null_or_a_word_where_a_figure_is_expected_is_a_model_problem(name, filename, own):
    load = TABLES[name, filename]
    value = json.loads((own(name) / filename).read_text())
    load()  # as it is, it loads
    for path, other in broken(value):
        put(own(name), filename, json.dumps(other).encode())
        with pytest.raises(ModelError):
            pytest.fail(f"{path}: {str(load())[:80]}")


def test_a_figure_that_json_does_not_have_is_a_model_problem(own):
    put(own("quotes"), "scorecard.json", b'{"intercept": NaN, "weights": {}}')
    with pytest.raises(ModelError, match="NaN"):
        quotes.load_scorecard.__wrapped__()


def test_a_calibration_that_leads_nowhere_is_a_model_problem(own):
    tables = json.loads((own("attribution") / "attribution.json").read_text())
    for calibration in ({"raw": [0.1, 0.9], "true": [0.5]}, {"raw": [0.9, 0.1], "true": [0.5, 0.6]}):
        put(own("attribution"), "attribution.json", json.dumps(tables | {"calibration": calibration}).encode())
        with pytest.raises(ModelError, match="calibration"):
            attribution.load.__wrapped__()


def test_a_network_or_tokenizer_that_is_none_or_another_is_a_model_problem(own):
    layers = (ROOT / "models" / "wording-accurate" / "model.onnx").read_bytes()
    for blob in (b"", b"\x80\x04.", os.urandom(10_000), layers, layers[:5000]):
        put(own("stance-accurate"), "model.onnx", blob)
        with pytest.raises(ModelError):
            heads.Encoder.load()
    for blob in (b"{}", b"\xff\xfe", b"[" * 100_000):
        put(own("stance-accurate"), "tokenizer.json", blob)
        with pytest.raises(ModelError):
            heads.Encoder.load()


def test_layers_for_attribution_that_are_none_or_others_are_a_model_problem(own):
    wording = (ROOT / "models" / "wording-accurate" / "model.onnx").read_bytes()
    for blob in (b"", b"\x80\x04.", os.urandom(10_000), wording):
        put(own("attribution-accurate"), "model.onnx", blob)
        with pytest.raises(ModelError, match="attribution-accurate"):
            heads.AttributionLayers.load(modelstore.load("stance-accurate"))


def test_a_network_that_gives_other_columns_or_takes_other_words_is_a_model_problem(monkeypatch):
    encoder = heads.Encoder.load()
    with monkeypatch.context() as patch, pytest.raises(ModelError, match="expected 1 rows of 5 figures"):
        patch.setattr(heads, "WIDTHS", {"scores": 5})
        encoder.read("Lake", ["It is deep."])

    def unknown_pieces(tokenizer, beside, texts, longest):
        one = np.zeros(1, dtype=np.int64)
        return [session.Pieces(one + 10**7, one, one, np.zeros((1, 2), dtype=np.int64))] * len(texts)

    monkeypatch.setattr(heads, "encoded", unknown_pieces)
    with pytest.raises(ModelError, match="fails"):
        encoder.read("Lake", ["It is deep."])


def test_the_larger_network_expects_as_many_columns_as_its_heads_have():
    assert {"scores": 4, "sentence": 5, "tags": len(reading.TAGS) + 1} == reading.WIDTHS
    assert session.TOGETHER % session.BATCH == 0


@pytest.mark.pipeline
@pytest.mark.parametrize(
    ("name", "filename", "change"),
    [
        ("judge", "weights.json", lambda table: dict.fromkeys(table)),
        ("stance-doubt", "weights.json", lambda table: {"stance": None}),
        ("quotes", "scorecard.json", lambda table: []),
    ],
)
def test_the_command_ends_with_the_code_of_a_model_problem(name, filename, change, own, tmp_path):
    (tmp_path / "a.txt").write_text('Ann Hale said: "The lake is deep." It is wide and cold, and many visit it. ' * 20)
    table = json.loads((own(name) / filename).read_text())
    put(own(name), filename, json.dumps(change(table)).encode())
    models = {"NPOV_MODELS": os.environ["NPOV_MODELS"]}
    for workers in (1, 2):
        done = run(["check", tmp_path / "a.txt", "--engine", "fast", "--workers", workers], env=models)
        assert done.code == 4 and told_in_order(done) and filename in done.err and len(done.lines) == 1


def test_no_module_of_the_package_imports_what_unpickles():
    forbidden = {"pickle", "_pickle", "cPickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"}
    found = {}
    for path in (ROOT / "analyzer").rglob("*.py"):
        if "train" in path.relative_to(ROOT).parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found |= {name: path for name in names if name.partition(".")[0] in forbidden}
    assert found == {}


@pytest.mark.pipeline
@pytest.mark.parametrize("engine", ["fast", "accurate"])
def test_nothing_is_unpickled_while_an_article_is_checked(engine, tmp_path):
    (tmp_path / "a.txt").write_text('Ann Hale said: "The lake is deep." It is wide.')
    watched = (
        "import sys\n"
        "def hook(event, args):\n"
        "    if event.startswith('pickle.') or event.startswith('marshal.load') and 'importlib' not in repr(args):\n"
        "        met.append(event)\n"
        "met = []\n"
        "sys.addaudithook(hook)\n"
        "import pickle, _pickle\n"
        "for module in (pickle, _pickle):\n"
        "    for name in ('load', 'loads', 'Unpickler'):\n"
        "        setattr(module, name, None)\n"
        "from analyzer.cli import main\n"
        "try:\n"
        "    main()\n"
        "finally:\n"
        "    print([event for event in met if event.startswith('pickle.')], file=sys.stderr)\n"
    )
    words = ["check", tmp_path / "a.txt", "--engine", engine, "--quiet"]
    done = run(words, program=[sys.executable, "-c", watched])
    assert done.code == 0 and done.err == "[]\n"


@pytest.mark.pipeline
@pytest.mark.parametrize("option", ["--sources", "--gazetteer"])
def test_a_table_of_ones_own_that_has_no_end_or_no_encoding_is_refused(option, tmp_path):
    (tmp_path / "a.txt").write_text("The lake is deep. It is wide.")
    (tmp_path / "latin.tsv").write_bytes(b"name\ttype\ncaf\xe9\tpress\n")
    for table in ("/dev/zero", "/dev/urandom", tmp_path / "latin.tsv", tmp_path, tmp_path / "none.tsv", "\udcff"):
        if str(table).startswith("/dev") and not Path(table).exists():
            continue
        done = CliRunner().invoke(app, ["check", str(tmp_path / "a.txt"), option, str(table), "--engine", "fast"])
        assert done.exit_code == 3 and done.stderr.count("\n") == 1 and "bug" not in done.stderr
        out = str(tmp_path / "out")
        batch = CliRunner().invoke(app, ["batch", str(tmp_path / "a.txt"), "--out", out, option, str(table)])
        assert batch.exit_code == 3 and batch.stderr.count("\n") == 1


@pytest.mark.pipeline
@pytest.mark.parametrize(
    ("option", "table", "line"),
    [
        ("--gazetteer", "name\ttype\n# ours\nAnn Hale\tperson\nThe Lake Board\tgod\n", 4),
        ("--gazetteer", "Ann Hale\n", 1),
        ("--sources", "domain\tverdict\na.example\tunreliable\nb.example\n", 3),
        ("--sources", "host\tword\n", 1),
    ],
)
def test_a_table_of_ones_own_that_is_malformed_is_refused_by_its_line(option, table, line, tmp_path):
    (tmp_path / "a.txt").write_text("The lake is deep. It is wide.")
    (tmp_path / "own.tsv").write_text(table)
    done = CliRunner().invoke(
        app, ["check", str(tmp_path / "a.txt"), option, str(tmp_path / "own.tsv"), "--engine", "fast"]
    )
    assert done.exit_code == 3 and f"own.tsv:{line}:" in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "blob",
    [
        b"[" * 200_000,
        b'{"article":' * 50_000,
        b'{"article": {"id": "\xff\xfe"}}',
        b"\xff\xfe{\x00}\x00",
        b'{"article": "\\ud800"}',
        b"null",
        b"",
        b'{"schema_version": 1e999}',
        b'{"article": ' + b"9" * 5000 + b"}",
    ],
)
def test_reports_that_are_nested_or_encoded_badly_are_refused_by_whatever_reads_them(blob, tmp_path):
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "a.json").write_bytes(blob)
    for words in (["compare", folder / "a.json", folder / "a.json"], ["summary", folder]):
        done = CliRunner().invoke(app, [str(word) for word in words])
        assert done.exit_code == 3 and done.stderr.count("\n") == 1 and isinstance(done.exception, SystemExit)
