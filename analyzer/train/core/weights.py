"""Weights as bytes that depend on their content alone: no time stamps, no memory addresses, fixed order.

The same weights give the same bytes in every process, which is what lets a rebuild be compared by hash.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from analyzer.errors import ModelError
from analyzer.modelstore import FORMAT, MANIFEST

_EPOCH = (1980, 1, 1, 0, 0, 0)


def encode(filename: str, artifact: object) -> bytes:
    """Return the bytes of an artifact by the kind of its file name: .npz, .json, or bytes and text as they are."""
    if filename.endswith(".npz"):
        if not isinstance(artifact, Mapping):
            raise ModelError(f"{filename}: expected a mapping of arrays, got {type(artifact).__name__}.")
        return npz_bytes(artifact)
    if isinstance(artifact, bytes):
        return artifact
    if filename.endswith(".json"):
        return (json.dumps(artifact, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    if isinstance(artifact, str):
        return artifact.encode()
    raise ModelError(
        f"{filename}: a fit returns mappings of arrays for .npz, plain values for .json, text or bytes for the rest; "
        f"got {type(artifact).__name__}."
    )


def npz_bytes(arrays: Mapping[str, Any]) -> bytes:
    """Return an ``.npz`` of the arrays in the order of their names; raises on arrays of Python objects."""
    members = {}
    for name in sorted(arrays):
        buffer = io.BytesIO()
        array = np.asarray(arrays[name], order="C")
        try:
            np.lib.format.write_array(buffer, array, version=(1, 0), allow_pickle=False)
        except ValueError as error:
            raise ModelError(f"array {name!r} of {array.dtype} cannot be stored without pickle: {error}") from error
        members[f"{name}.npy"] = buffer.getvalue()
    return _zip(members)


def write_model(folder: Path, name: str, version: str, files: Mapping[str, bytes]) -> None:
    """Write the files and their manifest into the folder (made where missing)."""
    import sklearn

    folder.mkdir(parents=True, exist_ok=True)
    for filename, blob in files.items():
        target = folder / filename
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(blob)
    listing = {
        fn: {"sha256": hashlib.sha256(blob).hexdigest(), "size": len(blob)} for fn, blob in sorted(files.items())
    }
    manifest = {"name": name, "version": version, "format": FORMAT, "sklearn": sklearn.__version__, "files": listing}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")


def _zip(members: Mapping[str, bytes]) -> bytes:
    """Return a zip archive of the members as given, with a fixed date and no system's marks."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, blob in members.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system = 3
            info.external_attr = 0o644 << 16
            archive.writestr(info, blob, zipfile.ZIP_DEFLATED, 9)
    return buffer.getvalue()
