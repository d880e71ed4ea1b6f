"""A results file back as a Result; whatever is not one is refused in one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np

from mcdefense.errors import Fault, InputError
from mcdefense.statistics import Result
from mcdefense.store import format_1
from mcdefense.store.attributes import check_attributes
from mcdefense.store.contents import checksums, contents, digest, from_contents, is_counted
from mcdefense.store.datasets import arrays_of
from mcdefense.store.errors import StoreError, reason
from mcdefense.store.layout import (
    CHECKSUMS,
    FILETYPE,
    FORMAT_VERSION,
    LAYOUT,
    RESERVED_ATTRIBUTES,
)

_OLDEST_MAJOR = 1


def read(path: Path | str, *, estimates: bool = True) -> Result:
    """The result in the file at `path`, exactly as it was written; or without its estimates.

    A file of format 1.x is converted to a result of today. Raises InputError if the file is
    missing, not HDF5, of another filetype or of a newer major version; StoreError if it is
    truncated or damaged.
    """
    target = Path(path)
    _check_is_hdf5(target)
    try:
        # No lock: some parallel file systems have none.
        with h5py.File(target, "r", locking=False) as file:
            attributes = dict(file.attrs.items())
            _check_kind(path, attributes)
            # Files of format 1.0 have one checksum, over all of it.
            estimates = estimates or _version(attributes) < (1, 1)
            arrays = arrays_of(file, lambda path: estimates or is_counted(path))
    except InputError:
        raise
    except Exception as error:  # a damaged file makes h5py raise almost anything
        raise StoreError(f"{path}: damaged or cut short: {reason(error)}") from error
    try:
        return _result(path, attributes, arrays, estimates)
    except StoreError:
        raise
    except Exception as error:  # so do arrays and attributes of any type and shape
        raise StoreError(f"{path}: not a consistent result: {reason(error)}") from error


def _check_is_hdf5(path: Path) -> None:
    try:
        with open(path, "rb") as stream:
            signature = stream.read(8)
    except OSError as error:
        raise InputError([Fault(str(path), "", f"cannot read: {reason(error)}")]) from error
    if signature != b"\x89HDF\r\n\x1a\n":
        raise InputError([Fault(str(path), "", "not HDF5, expected a results file of mcdefense")])


def _check_kind(path: Path | str, attributes: dict[str, Any]) -> None:
    filetype = attributes.get("filetype")
    if filetype != FILETYPE:
        came = "no filetype" if filetype is None else f"filetype {str(filetype)[:40]!r}"
        raise InputError([Fault(str(path), "", f"got {came}, expected '{FILETYPE}'")])
    major, minor = _version(attributes)
    if not _OLDEST_MAJOR <= major <= FORMAT_VERSION[0]:
        known = f"{_OLDEST_MAJOR}.x to {FORMAT_VERSION[0]}.x"
        message = f"got format version {major}.{minor}, this program reads {known}"
        raise InputError([Fault(str(path), "", message)])


def _version(attributes: dict[str, Any]) -> tuple[int, int]:
    major, minor = (int(number) for number in attributes["format_version"])
    return major, minor


def _result(
    path: Path | str,
    attributes: dict[str, Any],
    arrays: dict[str, np.ndarray],
    estimates: bool,
) -> Result:
    version = _version(attributes)
    if version[0] == 1:
        wanted = format_1.wanted(minor=version[1])
    else:
        wanted = [v.path for v in LAYOUT if estimates or is_counted(v.path)]
    missing = [path for path in wanted if path not in arrays]
    if missing:
        raise StoreError(f"{path}: damaged: no variable '{missing[0]}'")
    sums = {name: attributes.pop(name, "") for name in CHECKSUMS}
    if version < (1, 1):
        found = {"content_sha256": digest(arrays, attributes)}
    else:
        found = checksums(arrays, attributes, whole=estimates)
    if any(sums[name] != value for name, value in found.items()):
        raise StoreError(f"{path}: damaged: the content does not match its checksum")
    provenance = {
        name: value.item() if isinstance(value, np.generic) else str(value)
        for name, value in attributes.items()
        if name not in RESERVED_ATTRIBUTES
    }
    if version[0] == 1:
        result = format_1.converted(arrays, provenance, estimates=estimates)
    else:
        result = from_contents(arrays, provenance)
    check_attributes(result)
    if estimates:
        contents(result)
    return result
