"""A results file back as a Result; whatever is not one is refused in one line."""

from __future__ import annotations

import fcntl
import stat
from collections.abc import Callable
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from mcdefense.errors import Fault, InputError
from mcdefense.scenario import STUDY_FILETYPE
from mcdefense.statistics import BY_RAID, Result
from mcdefense.store import format_1, format_2
from mcdefense.store.attributes import check_attributes
from mcdefense.store.causes import with_causes
from mcdefense.store.contents import checksums, contents, digest, from_contents, is_counted
from mcdefense.store.datasets import ForeignError, arrays_of
from mcdefense.store.errors import ONE_POINT, StoreError, reason
from mcdefense.store.layout import (
    CHECKSUMS,
    FILETYPE,
    FORMAT_VERSION,
    LAYOUT,
    REQUIRED_ATTRIBUTES,
    RESERVED_ATTRIBUTES,
    USUAL_ATTRIBUTES,
)

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_CHANGED = "changed by another program since it was written"
_OPEN = "open for writing in another program; close it there, or copy it once it is closed"
_OLDEST_MAJOR = 1


def read(path: Path | str, *, estimates: bool = True, image: bytes = b"") -> Result:
    """The result in the file at `path`, exactly as it was written; or without its estimates.

    Whoever else has the file open does not matter: its bytes are read, and no lock is taken. A file
    of format 1.x is converted to a result of today. Raises InputError if the file is missing, not
    HDF5, of another filetype or of a newer major version; StoreError if it is damaged or cut short,
    or was changed by another program. `image` are the file's bytes, where they were read before.
    """
    image = image or image_of(Path(path))
    try:
        return _of_image(path, image, estimates)
    except StoreError as error:
        if _is_being_written(Path(path)):
            raise StoreError(f"{path}: {_OPEN}") from error
        raise


def opened(
    path: Path | str, image: bytes, wanted: Callable[[str], bool] | None
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """The root attributes in the bytes of an HDF5 file, and those of its variables that are wanted,
    by path. Raises StoreError where it is damaged."""
    try:
        with h5py.File(h5py.h5f.open_file_image(image)) as file:
            attributes = {name: _as_text(value) for name, value in file.attrs.items()}
            arrays = {} if wanted is None else arrays_of(file, len(image), wanted)
    except ForeignError as error:
        raise StoreError(f"{path}: {_CHANGED}: {reason(error)}") from error
    except MemoryError:
        raise
    except Exception as error:  # a damaged file makes h5py raise almost anything
        raise StoreError(f"{path}: damaged or cut short: {reason(error)}") from error
    return {name: value for name, value in attributes.items() if _is_content(name)}, arrays


def image_of(path: Path) -> bytes:
    """The file's bytes: HDF5 would refuse a file that this process has open in another way. Raises
    InputError where there is no HDF5 file."""
    try:
        # Not opened before it is known to be a file: a pipe would wait for its other end.
        if not stat.S_ISREG(path.stat().st_mode) and not path.is_dir():
            raise InputError(
                [Fault(str(path), "", "is not a regular file, expected a results file")]
            )
        with open(path, "rb") as stream:
            if stream.read(len(_SIGNATURE)) == _SIGNATURE:
                return _SIGNATURE + stream.read()
    except (OSError, ValueError) as error:
        raise InputError([Fault(str(path), "", f"cannot read: {reason(error)}")]) from error
    message = "not HDF5, expected a results file of mcdefense"
    if path.suffix == ".toml":
        message += f"; 'mcdefense run {path} -o {path.with_suffix('.h5')}' makes one of a scenario"
    raise InputError([Fault(str(path), "", message)])


def _of_image(path: Path | str, image: bytes, estimates: bool) -> Result:
    try:
        with h5py.File(h5py.h5f.open_file_image(image)) as file:
            attributes = {name: _as_text(value) for name, value in file.attrs.items()}
            _check_kind(path, attributes)
            # Files of format 1.0 have one checksum, over all of it.
            estimates = estimates or _version(attributes) < (1, 1)
            arrays = arrays_of(file, len(image), lambda path: estimates or is_counted(path))
    except (InputError, MemoryError):
        raise
    except ForeignError as error:
        raise StoreError(f"{path}: {_CHANGED}: {reason(error)}") from error
    except Exception as error:  # a damaged file makes h5py raise almost anything
        raise StoreError(f"{path}: damaged or cut short: {reason(error)}") from error
    try:
        return _result(path, attributes, arrays, estimates)
    except (StoreError, MemoryError):
        raise
    except Exception as error:  # so do arrays and attributes of any type and shape
        raise StoreError(f"{path}: not a consistent result: {reason(error)}") from error


def _is_being_written(path: Path) -> bool:
    """Whether a writer holds HDF5's lock, so that what is on the disk need not be whole yet."""
    with suppress(OSError), open(path, "rb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _check_kind(path: Path | str, attributes: dict[str, Any]) -> None:
    filetype = attributes.get("filetype")
    if filetype != FILETYPE:
        came = "no filetype" if filetype is None else f"filetype {str(filetype)[:40]!r}"
        message = f"got {came}, expected '{FILETYPE}'"
        if filetype == STUDY_FILETYPE:
            message += f", of one run; show, plot and brief read a study, and {ONE_POINT}"
        raise InputError([Fault(str(path), "", message)])
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
        known = [variable for variable in LAYOUT if variable.since <= version]
        wanted = [v.path for v in known if estimates or is_counted(v.path)]
    if f"tally/{BY_RAID}" not in arrays:
        by_raid = {variable.path for variable in LAYOUT if variable.is_by_raid}
        wanted = [path for path in wanted if path not in by_raid]
    missing = [path for path in wanted if path not in arrays]
    if missing:
        raise StoreError(f"{path}: {_CHANGED}: it has no variable '{missing[0]}'")
    attributes = {name: value for name, value in attributes.items() if _is_content(name)}
    sums = {name: attributes.pop(name, "") for name in CHECKSUMS}
    if version < (1, 1):
        found = {"content_sha256": digest(arrays, attributes)}
    else:
        found = checksums(arrays, attributes, whole=estimates)
    if any(sums[name] != value for name, value in found.items()):
        raise StoreError(f"{path}: {_what_changed(arrays, attributes, version)}")
    provenance = {
        name: value.item() if isinstance(value, np.generic) else str(value)
        for name, value in attributes.items()
        if name not in RESERVED_ATTRIBUTES
    }
    arrays = with_causes(arrays, version)
    if version[0] == 1:
        result = format_1.converted(arrays, provenance, estimates=estimates)
    else:
        result = from_contents(arrays, provenance)
        if estimates and version < FORMAT_VERSION:
            result = format_2.completed(result, version)
    check_attributes(result)
    if estimates:
        contents(result)
    return result


def _as_text(value: Any) -> Any:
    """Text of fixed length, as netCDF's library writes it, as a `str`; the rest as it is."""
    return value.decode(errors="replace") if isinstance(value, bytes) else value


def _is_content(name: str) -> bool:
    """Whether a root attribute says something: netCDF's library adds `_NCProperties` and others."""
    return not name.startswith("_")


def _what_changed(
    arrays: dict[str, np.ndarray], attributes: dict[str, Any], version: tuple[int, int]
) -> str:
    """What another program has put into the file, or that the file is not as it was."""
    known = {*REQUIRED_ATTRIBUTES, *RESERVED_ATTRIBUTES, *USUAL_ATTRIBUTES}
    foreign = [f"an attribute '{n}'" for n in attributes if not any(fnmatch(n, k) for k in known)]
    # A newer minor version may have variables that this program does not know.
    if FORMAT_VERSION[0] == version[0] and version <= FORMAT_VERSION:
        paths = {variable.path for variable in LAYOUT}
        foreign += [f"a variable '{path}'" for path in arrays if path not in paths]
    if foreign:
        return f"{_CHANGED}: it has {foreign[0]}, which no result has"
    return f"{_CHANGED}, or by a fault of the disk: its content does not match its checksum"
