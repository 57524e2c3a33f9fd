"""Folders of models that are damaged or hostile, with manifests that agree with them."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

MODELS = Path(__file__).parents[2] / "models"


def damaged(model: str, damage: str, root: Path) -> Path:
    """Write a copy of a model into a folder of models, with one thing wrong; return the folder of models."""
    folder = root / model
    folder.mkdir(parents=True)
    manifest = json.loads((MODELS / model / "manifest.json").read_text())
    for name in manifest["files"]:
        shutil.copy(MODELS / model / name, folder / name)
    name = max(manifest["files"], key=lambda each: (each.endswith(".npz"), each))
    path = folder / name
    data = path.read_bytes()
    if damage == "tampered":
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    elif damage == "missing":
        path.unlink()
    elif damage == "device":
        path.unlink()
        path.symlink_to("/dev/zero")
    elif damage in ("traversal", "cut", "types", "format"):
        _spoil_manifest(manifest, damage)
    else:
        path.write_bytes(_spoiled(path, damage))
        held = path.read_bytes()
        manifest["files"][name] = {"sha256": hashlib.sha256(held).hexdigest(), "size": len(held)}
    told = json.dumps(manifest)
    (folder / "manifest.json").write_text(told[:-20] if damage == "cut" else told)
    return root


def _spoil_manifest(manifest: dict[str, Any], damage: str) -> None:
    if damage == "traversal":
        manifest["files"]["../../../../etc/passwd"] = {"sha256": "0" * 64, "size": 7}
    elif damage == "types":
        manifest["files"] = {name: {"sha256": 7, "size": "a"} for name in manifest["files"]}
    elif damage == "format":
        manifest["format"] = 99


def _spoiled(path: Path, damage: str) -> bytes:
    if path.suffix == ".json":
        held = json.loads(path.read_text())
        if damage == "deep":
            return b"[" * 100_000
        other = {"list": [held], "shape": [[held]], "length": _shortened(held)}
        return json.dumps(other.get(damage) or _each(held, damage)).encode()
    arrays = dict(np.load(path))
    if damage == "pickle":
        return b"\x80\x04\x95" + b"cposix\nsystem\n(S'true'\ntR."
    if damage == "huge":
        return _claiming_to_be_huge()
    if damage == "empty":
        arrays = {}
    for name, array in arrays.items():
        if damage == "length":
            arrays[name] = array[: max(1, array.shape[0] // 2)] if array.ndim else array
        elif damage == "shape":
            arrays[name] = array[None]
        elif damage == "nan":
            arrays[name] = np.full_like(array, np.nan) if array.dtype.kind == "f" else array
        elif damage == "words":
            arrays[name] = np.array(["word"] * max(1, array.shape[0] if array.ndim else 1))
    held = io.BytesIO()
    np.savez(held, **arrays)
    return held.getvalue()


def _shortened(held: Any) -> Any:
    if isinstance(held, dict):
        return {name: _shortened(value) for name, value in held.items()}
    return held[: len(held) // 2] if isinstance(held, list) else held


def _each(held: Any, damage: str) -> Any:
    """Return JSON with every number made null, or a text."""
    if isinstance(held, dict):
        return {name: _each(value, damage) for name, value in held.items()}
    if isinstance(held, list):
        return [_each(value, damage) for value in held]
    return None if damage == "nulls" else "word"


def _claiming_to_be_huge() -> bytes:
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f8", "fortran_order": False, "shape": (1 << 40,)})
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("weights.npy", header.getvalue())
    return held.getvalue()
