"""Weights from bytes that nobody vouches for: sizes are checked before they are allocated, nothing is unpickled.

``arrays`` reads numpy's ``.npz``, ``estimator`` reads skops. Both look at the archive's directory and at the
header of every array first, so a file that declares two gigabytes costs no more than its own few bytes.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
from typing import TYPE_CHECKING, Any

from analyzer.errors import ModelError

if TYPE_CHECKING:
    import numpy as np

MAX_FILE_BYTES = 64 * 2**20
MAX_UNPACKED_BYTES = 256 * 2**20
MAX_RATIO = 500  # no honest weights shrink further: beyond it, it is a zip bomb

# Classes outside the modules that skops trusts by itself; scikit-learn's own, and only those our recipes use.
TRUSTED_TYPES = (
    "sklearn._loss.link.Interval",
    "sklearn._loss.link.LogitLink",
    "sklearn._loss.link.MultinomialLogit",
    "sklearn._loss.loss.HalfBinomialLoss",
    "sklearn._loss.loss.HalfMultinomialLoss",
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.ensemble._hist_gradient_boosting.binning._BinMapper",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.feature_extraction.text._VectorizerMixin",
)


def arrays(blob: bytes, where: str) -> dict[str, np.ndarray[Any, Any]]:
    """Return the arrays of an ``.npz`` by name; raises :class:`ModelError` that names ``where``."""
    import numpy as np

    found = {}
    with _archive(blob, where) as archive:
        for info in archive.infolist():
            _check_array(archive, info, where)
            try:
                with archive.open(info) as member:
                    found[info.filename.removesuffix(".npy")] = np.lib.format.read_array(member, allow_pickle=False)
            except (ValueError, EOFError, OSError, zipfile.BadZipFile) as error:
                raise ModelError(_damaged(where, f"array {info.filename!r} cannot be read: {error}")) from error
    return found


def estimator(blob: bytes, where: str) -> Any:  # noqa: ANN401 - whatever estimator was stored
    """Return the scikit-learn estimator of a skops file, made of trusted types only."""
    with _archive(blob, where) as archive:
        if "schema.json" not in archive.namelist():
            raise ModelError(_damaged(where, "the archive holds no schema.json, so it was not written by skops"))
        for info in archive.infolist():
            if info.filename.endswith(".npy"):
                _check_array(archive, info, where)
    import skops.io
    from skops.io.exceptions import UntrustedTypesFoundException

    try:
        foreign = sorted(set(skops.io.get_untrusted_types(data=blob)) - set(TRUSTED_TYPES))
        if foreign:
            raise ModelError(
                f"{where}: the file asks for types that weights have no use for ({', '.join(foreign[:5])}); "
                "only numpy, scipy and scikit-learn types are accepted. Do not use it unless you made it "
                "yourself and reviewed analyzer/safeload.py's list."
            )
        return skops.io.loads(blob, trusted=TRUSTED_TYPES)
    except UntrustedTypesFoundException as error:
        raise ModelError(f"{where}: untrusted types: {error}") from error
    except ModelError:
        raise
    except Exception as error:  # skops raises whatever the bytes provoke: a damaged file
        raise ModelError(_damaged(where, f"skops cannot read it ({type(error).__name__}: {error})")) from error


def plain(blob: bytes, where: str) -> Any:  # noqa: ANN401 - any JSON value
    """Return the JSON value of a file."""
    try:
        return json.loads(blob)
    except (ValueError, RecursionError) as error:
        raise ModelError(_damaged(where, f"it is not JSON ({error})")) from error


def _archive(blob: bytes, where: str) -> zipfile.ZipFile:
    """Return the opened zip archive after checking what it would unpack to."""
    if blob[:1] == b"\x80":
        raise ModelError(
            f"{where}: this is a Python pickle under another name; pickles can run any code and are "
            "never loaded. Restore the shipped file or retrain with `npov train`."
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(blob))
        infos = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise ModelError(_damaged(where, f"it is not a zip archive ({error})")) from error
    unpacked = sum(info.file_size for info in infos)
    if unpacked > MAX_UNPACKED_BYTES or unpacked > MAX_RATIO * max(1, len(blob)):
        archive.close()
        raise ModelError(
            f"{where}: unpacks to {unpacked:,} bytes, at most {MAX_UNPACKED_BYTES:,} (and {MAX_RATIO} times its "
            "own size) are accepted. This is not a file of ours: restore it or retrain with `npov train`."
        )
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
    except (ValueError, EOFError, OSError, NotImplementedError, zipfile.BadZipFile) as error:
        raise ModelError(_damaged(where, f"{info.filename!r} is not an array ({error})")) from error
    declared = math.prod(shape) * dtype.itemsize
    if dtype.hasobject:
        raise ModelError(
            f"{where}: array {info.filename!r} holds Python objects, which only a pickle can carry; refused."
        )
    if declared > MAX_UNPACKED_BYTES:
        raise ModelError(
            f"{where}: array {info.filename!r} declares {declared:,} bytes, at most {MAX_UNPACKED_BYTES:,} "
            "are accepted. This is not a file of ours: restore it or retrain with `npov train`."
        )
    if declared != info.file_size - header:
        raise ModelError(
            _damaged(
                where,
                f"array {info.filename!r} declares {declared:,} bytes and has {info.file_size - header:,}",
            )
        )


def _damaged(where: str, what: str) -> str:
    """Return the message for a file that is not what it should be."""
    return f"{where}: damaged weights: {what}. Reinstall npov-analyzer, or rebuild it with `npov train`."
