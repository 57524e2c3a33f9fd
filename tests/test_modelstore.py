"""The model store refuses whatever is not the file that was trained, and says which file and what to do."""

import gzip
import hashlib
import io
import json
import pickle
import struct
import zipfile

import numpy as np
import pytest

from analyzer import modelstore
from analyzer.errors import ModelError
from analyzer.train.core.fit import encode, write_model


@pytest.fixture
def trained(tmp_path):
    """A model folder as training writes it."""
    content = {
        "toy.npz": {"weights": np.array([0.5, -0.5]), "terms": np.array(["honest", "cruel"])},
        "toy.json": {"labels": ["+", "-"]},
    }
    write_model(tmp_path / "toy", "toy", "1", {name: encode(name, artifact) for name, artifact in content.items()})
    return tmp_path / "toy"


def rewrite(folder, filename, blob):
    """Put a file in place and make the manifest vouch for it: what an attacker would do."""
    (folder / filename).write_bytes(blob)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][filename] = {"sha256": hashlib.sha256(blob).hexdigest(), "size": len(blob)}
    (folder / "manifest.json").write_text(json.dumps(manifest))


def change(folder, **values):
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | values))


def fresh(folder):
    """The model read anew, not from the cache."""
    return modelstore.Model(folder, "toy")


def array_file(shape, blob=b"", dtype="<f8", name="x.npy"):
    """An archive with one array that declares a shape, whatever it holds."""
    header = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    member = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + blob
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, member)
    return buffer.getvalue()


class Touch:
    """Unpickling this would leave a file behind."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return (open, (self.path, "w"))


def test_a_written_model_is_read_once_and_as_it_was_written(trained):
    model = modelstore.load("toy", trained)
    assert model.arrays("toy.npz")["terms"].tolist() == ["honest", "cruel"]
    assert model.arrays("toy.npz")["weights"].tolist() == [0.5, -0.5]
    assert model.json("toy.json") == {"labels": ["+", "-"]}
    assert model.digest.startswith("sha256:")
    assert model.arrays("toy.npz") is model.arrays("toy.npz")
    assert modelstore.load("toy", trained) is model


def test_a_model_sent_to_another_process_finds_its_folder_again(trained):
    assert pickle.loads(pickle.dumps(fresh(trained))).digest == fresh(trained).digest


def test_a_pickle_renamed_to_an_archive_is_refused_and_never_run(trained, tmp_path):
    evil = pickle.dumps(Touch(tmp_path / "ran"))
    rewrite(trained, "toy.npz", evil)
    with pytest.raises(ModelError, match=r"toy\.npz.*pickle.*never loaded"):
        fresh(trained).arrays("toy.npz")
    assert not (tmp_path / "ran").exists()


def test_a_pickle_of_the_oldest_protocol_is_refused_too(trained, tmp_path):
    rewrite(trained, "toy.npz", pickle.dumps(Touch(tmp_path / "ran"), protocol=0))
    with pytest.raises(ModelError, match=r"toy\.npz.*not a zip archive"):
        fresh(trained).arrays("toy.npz")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("filename", ["toy.npz", "toy.json"])
def test_one_flipped_bit_is_refused_before_anything_is_parsed(trained, filename):
    blob = bytearray((trained / filename).read_bytes())
    blob[len(blob) // 2] ^= 1
    (trained / filename).write_bytes(bytes(blob))
    with pytest.raises(ModelError, match=rf"{filename}: has sha256 .*manifest says .*npov train toy"):
        fresh(trained).read(filename)


def test_a_truncated_file_is_refused_by_its_size(trained):
    blob = (trained / "toy.npz").read_bytes()
    (trained / "toy.npz").write_bytes(blob[:-10])
    with pytest.raises(ModelError, match="bytes, the manifest says"):
        fresh(trained).arrays("toy.npz")


def test_a_missing_file_is_named_with_what_to_do(trained):
    (trained / "toy.npz").unlink()
    with pytest.raises(ModelError, match=r"toy\.npz: weights file missing.*npov train toy"):
        fresh(trained).arrays("toy.npz")


def test_a_missing_model_says_where_it_was_looked_for(monkeypatch, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "manifest.json").write_text("{}")
    monkeypatch.setenv("NPOV_MODELS", str(tmp_path))
    with pytest.raises(ModelError, match=rf"model 'nowhere' is not installed.*{tmp_path.name}.*npov train nowhere"):
        modelstore.load("nowhere")


@pytest.mark.parametrize("name", ["../etc", "/abs", "a/b", "", "Stance", "a--b"])
def test_names_that_could_leave_the_folder_are_no_names(name):
    with pytest.raises(ModelError, match="not a model name"):
        modelstore.load(name)


def test_two_declared_gigabytes_are_refused_without_being_allocated(trained):
    rewrite(trained, "toy.npz", array_file("(268435456,)"))
    import tracemalloc

    tracemalloc.start()
    with pytest.raises(ModelError, match="declares 2,147,483,648 bytes"):
        fresh(trained).arrays("toy.npz")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * 2**20


def test_an_array_that_declares_more_than_it_has_is_refused():
    with pytest.raises(ModelError, match="declares 800 bytes and has 8"):
        modelstore.read_arrays(array_file("(100,)", b"\0" * 8), "x.npz")


def test_an_array_of_python_objects_is_refused():
    with pytest.raises(ModelError, match="Python objects"):
        modelstore.read_arrays(array_file("(1,)", b"\0" * 8, dtype="|O"), "x.npz")


def test_a_zip_bomb_is_refused_by_its_directory():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", b"\0" * (50 * 2**20))
    with pytest.raises(ModelError, match="unpacks to 52,428,800 bytes"):
        modelstore.read_arrays(buffer.getvalue(), "x.npz")


def test_a_zipped_file_is_unpacked_and_a_cut_or_endless_or_other_one_refused(tmp_path, monkeypatch):
    whole = gzip.compress(b"weights" * 100)
    monkeypatch.setattr(modelstore, "MAX_UNPACKED_BYTES", 1000)
    bad = {"cut.gz": whole[:-9], "bomb.gz": gzip.compress(b"0" * 1001), "plain.gz": b"weights"}
    write_model(tmp_path / "toy", "toy", "1", {"good.gz": whole, **bad})
    model = modelstore.load("toy", tmp_path / "toy")
    assert model.unzipped("good.gz") == b"weights" * 100
    for name in bad:
        with pytest.raises(ModelError, match=name):
            model.unzipped(name)


def test_a_manifest_from_the_future_asks_for_an_update(trained):
    change(trained, format=99)
    with pytest.raises(ModelError, match="newer than the program: update npov-analyzer"):
        fresh(trained)


def test_a_manifest_of_another_model_is_refused(trained):
    change(trained, name="other")
    with pytest.raises(ModelError, match="a manifest of 'other', expected one of 'toy'"):
        fresh(trained)


@pytest.mark.parametrize(
    "entry, message",
    [
        ({"../../x": {"sha256": "0" * 64, "size": 1}}, "needs a plain name"),
        ({"/etc/passwd": {"sha256": "0" * 64, "size": 1}}, "needs a plain name"),
        ({"a.npz": {"sha256": "zz", "size": 1}}, "needs a plain name, a sha256 and a size"),
        ({"a.npz": {"sha256": "0" * 64, "size": 10**10}}, "at most 100,663,296 are accepted"),
        ({}, "no 'files' listed"),
        ([], "no 'files' listed"),
    ],
)
def test_a_malformed_manifest_is_refused(trained, entry, message):
    change(trained, files=entry)
    with pytest.raises(ModelError, match=message):
        fresh(trained)


def test_a_manifest_that_is_not_json_is_refused(trained):
    (trained / "manifest.json").write_text("{")
    with pytest.raises(ModelError, match=r"manifest\.json: not JSON"):
        fresh(trained)


def test_a_file_that_the_manifest_does_not_list_is_not_loaded(trained):
    (trained / "extra.npz").write_bytes(b"x")
    with pytest.raises(ModelError, match=r"not in the model's manifest, which lists toy\.json, toy\.npz;"):
        fresh(trained).arrays("extra.npz")


def test_a_part_that_a_file_lacks_is_told_with_the_file(trained):
    model = fresh(trained)
    for read, filename in ((model.json, "toy.json"), (model.arrays, "toy.npz")):
        parts = read(filename)
        assert parts.get("bias") is None and "bias" not in parts
        with pytest.raises(ModelError, match=rf"{filename}: has no 'bias', .* another version"):
            parts["bias"]
        assert pickle.loads(pickle.dumps(dict(parts))).keys() == parts.keys()


def test_own_models_go_before_the_shipped_ones(trained, monkeypatch):
    monkeypatch.setenv("NPOV_MODELS", str(trained.parent))
    assert modelstore.find("toy") == trained
    assert "toy" in modelstore.installed()


def test_importing_the_store_loads_no_heavy_library():
    import subprocess
    import sys

    code = "import sys, analyzer.modelstore; print([m for m in ('numpy', 'sklearn') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def test_an_npov_models_without_a_model_is_an_error(tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    (tmp_path / "stance").mkdir()
    (tmp_path / "stance" / "manifest.json").write_text("{}")
    for name, met in (("nowhere", "does not exist"), ("empty", "holds no model"), ("stance", "is a model itself")):
        monkeypatch.setenv("NPOV_MODELS", str(tmp_path / name))
        with pytest.raises(ModelError, match=f"NPOV_MODELS is .*{name}.*{met}.*npov train --out"):
            modelstore.installed()
    monkeypatch.setenv("NPOV_MODELS", str(tmp_path))
    assert modelstore.roots()[0] == tmp_path
