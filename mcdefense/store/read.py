"""A results file back as a Result; whatever is not one is refused in one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np

from mcdefense.errors import Fault, InputError
from mcdefense.statistics.result import Result
from mcdefense.store.contents import contents, digest, from_contents
from mcdefense.store.errors import StoreError, reason
from mcdefense.store.layout import FILETYPE, FORMAT_VERSION, LAYOUT, RESERVED_ATTRIBUTES


def read(path: Path | str) -> Result:
    """The result in the file at `path`, exactly as it was written.

    Raises InputError if the file is missing, not HDF5, of another filetype or of another major
    version; StoreError if it is truncated or damaged.
    """
    target = Path(path)
    _check_is_hdf5(target)
    try:
        # No lock: some parallel file systems have none.
        with h5py.File(target, "r", locking=False) as file:
            attributes = {name: file.attrs[name] for name in file.attrs}
            _check_kind(path, attributes)
            arrays = _arrays(file)
    except InputError:
        raise
    except Exception as error:  # a damaged file makes h5py raise almost anything
        raise StoreError(f"{path}: damaged or cut short: {reason(error)}") from error
    return _result(path, attributes, arrays)


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
        came = "no filetype" if filetype is None else f"filetype '{filetype}'"
        raise InputError([Fault(str(path), "", f"got {came}, expected '{FILETYPE}'")])
    major, minor = (int(number) for number in attributes["format_version"])
    if major != FORMAT_VERSION[0]:
        message = f"got format version {major}.{minor}, this program reads {FORMAT_VERSION[0]}.x"
        raise InputError([Fault(str(path), "", message)])


def _arrays(file: h5py.File) -> dict[str, np.ndarray]:
    arrays: dict[str, np.ndarray] = {}

    def take(name: str, found: Any) -> None:
        if not isinstance(found, h5py.Dataset):
            return
        if h5py.check_string_dtype(found.dtype) is not None:
            array = np.empty(found.shape, dtype=object)
            array[...] = found.asstr()[()]
        else:
            array = np.asarray(found[()])
        arrays[name] = array

    file.visititems(take)
    return arrays


def _result(path: Path | str, attributes: dict[str, Any], arrays: dict[str, np.ndarray]) -> Result:
    expected = attributes.pop("content_sha256", "")
    minor = attributes["format_version"][1]
    lacking = [variable for variable in LAYOUT if variable.path not in arrays]
    missing = [variable.path for variable in lacking if variable.since <= minor]
    if missing:
        raise StoreError(f"{path}: damaged: no variable '{missing[0]}'")
    if digest(arrays, attributes) != expected:
        raise StoreError(f"{path}: damaged: the content does not match its checksum")
    provenance = {
        name: value.item() if isinstance(value, np.generic) else str(value)
        for name, value in attributes.items()
        if name not in RESERVED_ATTRIBUTES
    }
    for variable in lacking:
        shape = [len(arrays[dimension]) for dimension in variable.dimensions]
        arrays[variable.path] = np.full(shape, variable.fill, variable.dtype)
    try:
        result = from_contents(arrays, provenance)
        contents(result)
    except (ValueError, KeyError) as error:
        raise StoreError(f"{path}: not a consistent result: {reason(error)}") from error
    return result
