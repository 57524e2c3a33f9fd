"""Trained models as read-only folders: found, checked against their manifest, loaded without pickle.

A model is a folder ``models/<name>/`` with ``manifest.json`` and the files it lists::

    {"name": "stance", "version": "1", "format": 1, "sklearn": "1.9.1",
     "files": {"stance.skops": {"sha256": "...", "size": 123456}}}

Nothing is parsed before its size and sha256 agree with the manifest. The manifest guards against damage and
mix-ups; against a hostile folder the loaders guard by themselves (:mod:`analyzer.safeload`).

Folders are looked for in ``$NPOV_MODELS`` (your own models, written by ``npov train --out``), then in the
installed package, then in the checkout beside the package.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from analyzer import safeload
from analyzer.errors import ModelError

if TYPE_CHECKING:
    import numpy as np

FORMAT = 1
MANIFEST = "manifest.json"
MAX_MODEL_BYTES = 128 * 2**20
_MAX_MANIFEST_BYTES = 2**20
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class FileEntry(NamedTuple):
    """What the manifest says of one file."""

    sha256: str
    size: int


class _Parts(dict[str, Any]):
    """The named parts of a file; asking for one that it lacks tells whose file that is."""

    def __init__(self, parts: dict[str, Any], where: Path) -> None:
        super().__init__(parts)
        self._where = where

    def __missing__(self, part: str) -> Any:  # noqa: ANN401 - never returns
        raise ModelError(
            f"{self._where}: has no {part!r}, which this version of npov-analyzer expects there: the model was made "
            "by another version. Rebuild it with `npov train`, or reinstall npov-analyzer."
        )


class Model:
    """A model folder whose manifest has been read; files are checked and loaded when first asked for.

    ``digest`` ("sha256:...") covers the names and hashes of all files: put it into a report's provenance.
    Copies sent to other processes find the folder again there.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.folder = folder
        manifest = _read_manifest(folder, name)
        self.version = str(manifest.get("version", "0"))
        self.sklearn = str(manifest.get("sklearn", ""))
        self.files = _entries(manifest, folder / MANIFEST)
        listing = "".join(f"{fn}\0{entry.sha256}\n" for fn, entry in sorted(self.files.items()))
        self.digest = f"sha256:{hashlib.sha256(listing.encode()).hexdigest()}"
        self._loaded: dict[str, Any] = {}

    def __reduce__(self) -> tuple[type[Model], tuple[Path, str]]:
        return (Model, (self.folder, self.name))

    def estimator(self, filename: str) -> Any:  # noqa: ANN401 - whatever estimator was stored
        """Return the scikit-learn estimator of a ``.skops`` file; the same object on every call: do not alter it.

        Every entry of a dictionary costs tens of microseconds to load: keep large vocabularies in arrays (sorted
        terms), or hash the features.
        """
        if filename not in self._loaded:
            blob = self._checked(filename)
            self._check_sklearn(filename)
            self._loaded[filename] = safeload.estimator(blob, str(self.folder / filename))
        return self._loaded[filename]

    def arrays(self, filename: str) -> dict[str, np.ndarray[Any, Any]]:
        """Return the arrays of an ``.npz`` file by name."""
        if filename not in self._loaded:
            where = self.folder / filename
            self._loaded[filename] = _Parts(safeload.arrays(self._checked(filename), str(where)), where)
        found: dict[str, np.ndarray[Any, Any]] = self._loaded[filename]
        return found

    def json(self, filename: str) -> Any:  # noqa: ANN401 - any JSON value
        """Return the value of a ``.json`` file."""
        if filename not in self._loaded:
            where = self.folder / filename
            found = safeload.plain(self._checked(filename), str(where))
            self._loaded[filename] = _Parts(found, where) if isinstance(found, dict) else found
        return self._loaded[filename]

    def text(self, filename: str) -> str:
        """Return a UTF-8 text file."""
        try:
            return self._checked(filename).decode("utf-8")
        except UnicodeDecodeError as error:
            raise ModelError(f"{self.folder / filename}: not UTF-8 text ({error}); reinstall npov-analyzer.") from error

    def read(self, filename: str) -> bytes:
        """Return the checked content of any file (for a loader of its own)."""
        return self._checked(filename)

    def path(self, filename: str) -> Path:
        """Return the path of a file after checking it (for runtimes that want a path, such as ONNX)."""
        self._checked(filename)
        return self.folder / filename

    def _checked(self, filename: str) -> bytes:
        """Return the file's bytes once size and sha256 agree with the manifest."""
        where = self.folder / filename
        entry = self.files.get(filename)
        if entry is None:
            raise ModelError(
                f"{where}: not in the model's manifest, which lists {', '.join(sorted(self.files))}; "
                f"this version of npov-analyzer expects it. Rebuild with `npov train {self.name}`."
            )
        try:
            size = where.stat().st_size
            if size != entry.size:
                raise ModelError(_mismatch(where, f"has {size:,} bytes", f"{entry.size:,} bytes", self.name))
            blob = where.read_bytes()
        except OSError as error:
            raise ModelError(
                f"{where}: weights file missing or unreadable ({error.strerror or error}). "
                f"Reinstall npov-analyzer, or rebuild with `npov train {self.name}`."
            ) from error
        digest = hashlib.sha256(blob).hexdigest()
        if digest != entry.sha256:
            raise ModelError(_mismatch(where, f"has sha256 {digest}", entry.sha256, self.name))
        return blob

    def _check_sklearn(self, filename: str) -> None:
        """Raise unless this minor line of scikit-learn stored the estimator: others may predict otherwise."""
        import sklearn

        stored, installed = _minor(self.sklearn), _minor(sklearn.__version__)
        if stored == installed:
            return
        advice = (
            "Update: pip install -U npov-analyzer scikit-learn"
            if stored > installed
            else f"Install the matching scikit-learn, or rebuild with `npov train {self.name}`"
        )
        raise ModelError(
            f"{self.folder / filename}: stored by scikit-learn {self.sklearn or 'unknown'}, "
            f"installed is {sklearn.__version__}; both must be of one minor line. {advice}."
        )


def load(name: str, folder: str | os.PathLike[str] | None = None) -> Model:
    """Return the model of that name; one object a process and folder. ``folder`` overrides where it is found."""
    return _load(name, str(Path(folder) if folder is not None else find(name)))


def find(name: str) -> Path:
    """Return the folder of the model; raises :class:`ModelError` that says where it was looked for."""
    if not _NAME.fullmatch(name):
        raise ModelError(
            f"{name!r} is not a model name: expected lower-case words joined by hyphens, such as 'stance'."
        )
    places = [root / name for root in roots()]
    for place in places:
        if (place / MANIFEST).is_file():
            return place
    raise ModelError(
        f"model {name!r} is not installed: no {MANIFEST} in {', '.join(map(str, places))}. "
        f"Reinstall npov-analyzer, or build it with `npov train {name}`."
    )


def roots() -> list[Path]:
    """Return the folders that may hold model folders, first choice first."""
    package = Path(__file__).resolve().parent
    own = os.environ.get("NPOV_MODELS")
    return ([Path(own)] if own else []) + [package / "models", package.parent / "models"]


def installed() -> tuple[str, ...]:
    """Return the names of all models that can be loaded, in order."""
    names = {p.parent.name for root in roots() for p in root.glob(f"*/{MANIFEST}")}
    return tuple(sorted(names))


@cache
def _load(name: str, folder: str) -> Model:
    return Model(Path(folder), name)


def _read_manifest(folder: Path, name: str) -> dict[str, Any]:
    """Return the manifest after checking that it is one, of this model, and not from the future."""
    where = folder / MANIFEST
    try:
        if where.stat().st_size > _MAX_MANIFEST_BYTES:
            raise ModelError(f"{where}: larger than {_MAX_MANIFEST_BYTES:,} bytes; reinstall npov-analyzer.")
        manifest = json.loads(where.read_bytes())
    except OSError as error:
        raise ModelError(
            f"{where}: missing or unreadable ({error.strerror or error}). "
            f"Reinstall npov-analyzer, or build the model with `npov train {name}`."
        ) from error
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{where}: not JSON ({error}); reinstall npov-analyzer.") from error
    if not isinstance(manifest, dict) or manifest.get("name") != name:
        found = manifest.get("name") if isinstance(manifest, dict) else manifest
        raise ModelError(f"{where}: a manifest of {found!r}, expected one of {name!r}; reinstall npov-analyzer.")
    version = manifest.get("format")
    if not isinstance(version, int) or not 1 <= version <= FORMAT:
        raise ModelError(
            f"{where}: manifest format {version!r}, this npov-analyzer reads up to {FORMAT}. "
            "The model is newer than the program: update npov-analyzer."
        )
    return manifest


def _entries(manifest: dict[str, Any], where: Path) -> dict[str, FileEntry]:
    """Return the listed files; raises on a malformed list, an unsafe name, or too many bytes."""
    listed = manifest.get("files")
    if not isinstance(listed, dict) or not listed:
        raise ModelError(f"{where}: no 'files' listed; reinstall npov-analyzer.")
    entries = {}
    for filename, row in listed.items():
        path = PurePosixPath(filename)
        good_name = not path.is_absolute() and ".." not in path.parts and "\\" not in filename
        sha, size = (row.get("sha256"), row.get("size")) if isinstance(row, dict) else (None, None)
        if not (good_name and isinstance(sha, str) and _SHA256.fullmatch(sha) and isinstance(size, int)):
            raise ModelError(f"{where}: the entry for {filename!r} needs a plain name, a sha256 and a size.")
        if size > safeload.MAX_FILE_BYTES:
            raise ModelError(
                f"{where.parent / filename}: {size:,} bytes, at most {safeload.MAX_FILE_BYTES:,} are "
                "accepted; this is not a file of ours: reinstall npov-analyzer."
            )
        entries[filename] = FileEntry(sha, size)
    total = sum(entry.size for entry in entries.values())
    if total > MAX_MODEL_BYTES:
        raise ModelError(f"{where}: {total:,} bytes of weights, at most {MAX_MODEL_BYTES:,} are accepted.")
    return entries


def _mismatch(where: Path, met: str, expected: str, name: str) -> str:
    """Return the message for a file that is not the one the manifest speaks of."""
    return (
        f"{where}: {met}, the manifest says {expected}: the file was truncated, altered or is of "
        f"another version. Reinstall npov-analyzer, or rebuild with `npov train {name}`."
    )


def _minor(version: str) -> tuple[int, ...]:
    """Return (major, minor) of a version, or an empty tuple where there is none."""
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])
