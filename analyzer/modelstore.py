"""Trained models as read-only folders: found, checked against their manifest, loaded without pickle.

A model is a folder ``models/<name>/`` with ``manifest.json`` and the files it lists::

    {"name": "stance", "version": "1", "format": 1, "sklearn": "1.9.1",
     "files": {"linear.npz": {"sha256": "...", "size": 123456}}}

Nothing is parsed before its size and sha256 agree with the manifest, which guards against damage and mix-ups; against a
hostile folder the loaders guard by themselves: sizes are checked before they are allocated, nothing is unpickled, and
whoever asks for a file says which shapes or fields it expects, so that what does not fit is told here, not met later.
Folders are looked for in ``$NPOV_MODELS`` (your own models), in the installed package, in the checkout, and in packages
that hold nothing but models (npov-analyzer-large), which the entry-point group ``npov_analyzer.models`` names.
"""

import hashlib
import io
import json
import math
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from analyzer import plugins
from analyzer.errors import ModelError

if TYPE_CHECKING:
    import numpy as np

FORMAT = 1
MANIFEST = "manifest.json"
MAX_FILE_BYTES = 96 * 2**20
MAX_MODEL_BYTES = 128 * 2**20
MAX_UNPACKED_BYTES = 256 * 2**20
MAX_RATIO = 500  # no honest weights shrink further: beyond it, it is a zip bomb
_MAX_MANIFEST_BYTES = 2**20
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
# Of zipfile and numpy on a damaged archive; RuntimeError and its kin where it is encrypted or packed in another way.
_UNREADABLE = (ValueError, EOFError, OSError, RuntimeError, zipfile.BadZipFile, zlib.error)
# The lengths of an array: one with a name is the same wherever that stands; ``str`` goes before those of words.
Shape = tuple[int | str | type[str], ...]


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
        self.files = _entries(manifest, folder / MANIFEST)
        listing = "".join(f"{fn}\0{entry.sha256}\n" for fn, entry in sorted(self.files.items()))
        self.digest = f"sha256:{hashlib.sha256(listing.encode()).hexdigest()}"
        self._loaded: dict[str, Any] = {}

    def __reduce__(self) -> "tuple[type[Model], tuple[Path, str]]":
        return (Model, (self.folder, self.name))

    def arrays(self, filename: str, shapes: Mapping[str, Shape] | None = None) -> "dict[str, np.ndarray[Any, Any]]":
        """Return the arrays of an ``.npz`` file by name; raises ModelError where one has another shape."""
        found: dict[str, np.ndarray[Any, Any]] = self._once(filename, read_arrays)
        _check_shapes(found, shapes or {}, str(self.folder / filename))
        return found

    def json(self, filename: str, kind: Any = None) -> Any:  # noqa: ANN401 - any JSON value, and any type of one
        """Return the value of a ``.json`` file; raises ModelError where it is not of the kind (a type) expected."""
        found = self._once(filename, read_json)
        if kind is not None:
            _check_kind(found, kind, str(self.folder / filename))
        return found

    def text(self, filename: str) -> str:
        """Return a UTF-8 text file."""
        try:
            return self.read(filename).decode("utf-8")
        except UnicodeDecodeError as error:
            raise ModelError(f"{self.folder / filename}: not UTF-8 text ({error}); reinstall npov-analyzer.") from error

    def _once(self, filename: str, parse: Callable[[bytes, str], Any]) -> Any:  # noqa: ANN401 - what the parser gives
        """Return what the parser makes of a file; the same object on every call."""
        if filename not in self._loaded:
            where = self.folder / filename
            found = parse(self.read(filename), str(where))
            self._loaded[filename] = _Parts(found, where) if isinstance(found, dict) else found
        return self._loaded[filename]

    def read(self, filename: str) -> bytes:
        """Return the file's bytes (for a loader of its own) once size and sha256 agree with the manifest."""
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

    def unzipped(self, filename: str) -> bytes:
        """Return what a checked ``.gz`` file unpacks to."""
        where, parts = str(self.folder / filename), zlib.decompressobj(wbits=31)
        try:
            found = parts.decompress(self.read(filename), MAX_UNPACKED_BYTES)
        except zlib.error as error:
            raise ModelError(_damaged(where, f"it does not unpack ({error})")) from error
        if not parts.eof:
            raise ModelError(_foreign(where, f"is cut off, or unpacks to more than {MAX_UNPACKED_BYTES:,} bytes"))
        return found


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
    """Return the folders that may hold model folders, first choice first; raises on an NPOV_MODELS that is none."""
    package = Path(__file__).resolve().parent
    own = os.environ.get("NPOV_MODELS")
    return ([_own(Path(own))] if own else []) + [package / "models", package.parent / "models", *_added()]


def _own(folder: Path) -> Path:
    """Return the folder that NPOV_MODELS names; raises :class:`ModelError` where no model lies in it."""
    if not any(folder.glob(f"*/{MANIFEST}")):
        met = "is a model itself" if (folder / MANIFEST).is_file() else "holds no model"
        met = met if folder.is_dir() else "is no folder" if folder.exists() else "does not exist"
        raise ModelError(
            f"NPOV_MODELS is {str(folder)!r}, which {met}; expected a folder of model folders, as `npov train --out` "
            "writes it. Correct it, or unset it to use the installed models."
        )
    return folder


@cache
def _added() -> tuple[Path, ...]:
    """Return the folders of other packages."""
    found = plugins.added("npov_analyzer.models", "package of models", lambda _, module: map(Path, module.__path__))
    return tuple(folder for folders in found for folder in folders)


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
        if size > MAX_FILE_BYTES:
            what = f"{size:,} bytes, at most {MAX_FILE_BYTES:,} are accepted"
            raise ModelError(_foreign(str(where.parent / filename), what))
        entries[filename] = FileEntry(sha, size)
    total = sum(entry.size for entry in entries.values())
    if total > MAX_MODEL_BYTES:
        raise ModelError(f"{where}: {total:,} bytes of weights, at most {MAX_MODEL_BYTES:,} are accepted.")
    return entries


def _mismatch(where: Path, met: str, expected: str, name: str) -> str:
    return (
        f"{where}: {met}, the manifest says {expected}: the file was truncated, altered or is of "
        f"another version. Reinstall npov-analyzer, or rebuild with `npov train {name}`."
    )


def read_arrays(blob: bytes, where: str) -> "dict[str, np.ndarray[Any, Any]]":
    """Return the arrays of an ``.npz`` by name; raises :class:`ModelError` that names ``where``."""
    import numpy as np

    found = {}
    with _archive(blob, where) as archive:
        for info in archive.infolist():
            _check_array(archive, info, where)
            try:
                with archive.open(info) as member:
                    found[info.filename.removesuffix(".npy")] = np.lib.format.read_array(member, allow_pickle=False)
            except _UNREADABLE as error:
                raise ModelError(_damaged(where, f"array {info.filename!r} cannot be read: {error}")) from error
    return found


def read_json(blob: bytes, where: str) -> Any:  # noqa: ANN401 - any JSON value
    """Return the JSON value of a file."""
    try:
        return json.loads(blob, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ModelError(_damaged(where, f"it is not JSON ({error})")) from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _check_kind(value: Any, kind: Any, where: str) -> None:  # noqa: ANN401 - any JSON value, and any type of one
    """Raise ModelError where a JSON value is not of a type."""
    import msgspec

    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise ModelError(_other(where, str(error))) from error


def _check_shapes(arrays: "Mapping[str, np.ndarray[Any, Any]]", shapes: Mapping[str, Shape], where: str) -> None:
    """Raise ModelError where an array that is there has another shape, or holds no numbers (or words, where named)."""
    import numpy as np

    lengths: dict[str, int] = {}
    for name, shape in shapes.items():
        if name not in arrays:
            continue
        array, words = arrays[name], shape[:1] == (str,)
        wanted = shape[1:] if words else shape
        same = len(wanted) == array.ndim and all(
            met == (lengths.setdefault(length, met) if isinstance(length, str) else length)
            for length, met in zip(wanted, array.shape, strict=True)
        )
        if not same:
            told = tuple(lengths.get(length, length) if isinstance(length, str) else length for length in wanted)
            raise ModelError(_other(where, f"array {name!r} has the shape {array.shape}, expected {told}"))
        if array.dtype.kind not in ("U" if words else "fiu") or not (words or np.isfinite(array).all()):
            raise ModelError(
                _other(where, f"array {name!r} holds something else than {'words' if words else 'numbers'}")
            )


def _archive(blob: bytes, where: str) -> zipfile.ZipFile:
    """Return the opened zip archive after checking what it would unpack to."""
    if blob[:1] == b"\x80":
        what = "this is a Python pickle under another name; pickles can run any code and are never loaded"
        raise ModelError(_foreign(where, what))
    try:
        archive = zipfile.ZipFile(io.BytesIO(blob))
        infos = archive.infolist()
    except _UNREADABLE as error:
        raise ModelError(_damaged(where, f"it is not a zip archive ({error})")) from error
    unpacked = sum(info.file_size for info in infos)
    if unpacked > MAX_UNPACKED_BYTES or unpacked > MAX_RATIO * max(1, len(blob)):
        archive.close()
        limit = f"{MAX_UNPACKED_BYTES:,} (and {MAX_RATIO} times its own size)"
        raise ModelError(_foreign(where, f"unpacks to {unpacked:,} bytes, at most {limit} are accepted"))
    return archive


def _check_array(archive: zipfile.ZipFile, info: zipfile.ZipInfo, where: str) -> None:
    """Raise unless the array declares as many bytes as it has, and no Python objects."""
    from numpy.lib import format as npy

    try:
        with archive.open(info) as member:
            version = npy.read_magic(member)
            read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
            shape, _, dtype = read(member)
            header = member.tell()
    except _UNREADABLE as error:
        raise ModelError(_damaged(where, f"{info.filename!r} is not an array ({error})")) from error
    declared, has = math.prod(shape) * dtype.itemsize, info.file_size - header
    what = f"array {info.filename!r} declares {declared:,} bytes"
    if dtype.hasobject:
        what = f"array {info.filename!r} holds Python objects, which only a pickle can carry"
        raise ModelError(_foreign(where, what))
    if declared > MAX_UNPACKED_BYTES:
        raise ModelError(_foreign(where, f"{what}, at most {MAX_UNPACKED_BYTES:,} are accepted"))
    if declared != has:
        raise ModelError(_damaged(where, f"{what} and has {has:,}"))


def _foreign(where: str, what: str) -> str:
    """Return the message for a file that no training writes."""
    return f"{where}: {what}. This is not a file of ours: restore it or retrain with `npov train`."


def _other(where: str, what: str) -> str:
    """Return the message for a file that is whole, and not what this version works with."""
    return (
        f"{where}: {what}. The model was made by another version, or changed by hand: rebuild it with `npov train`, or "
        "reinstall npov-analyzer."
    )


def _damaged(where: str, what: str) -> str:
    return f"{where}: damaged weights: {what}. Reinstall npov-analyzer, or rebuild it with `npov train`."
