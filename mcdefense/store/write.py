"""A Result as an HDF5 file that is at the same time a valid netCDF-4 file."""

from __future__ import annotations

from pathlib import Path

from mcdefense.statistics import Result
from mcdefense.store.atomic import replace_file
from mcdefense.store.contents import checksums, contents
from mcdefense.store.encode import encoded, root_attributes
from mcdefense.store.layout import FILETYPE, FORMAT_VERSION, LAYOUT


def write(result: Result, path: Path | str) -> None:
    """Write the result to `path`: the whole new file, or the old one untouched.

    A file that is there is replaced, since a program says itself where it writes; the commands ask
    for --force. Raises StoreError with one line where the system refuses (disk full, no
    permission, folder missing), and ValueError for a result that does not fit the layout.
    """
    replace_file(path, encode(result, path))


def encode(result: Result, path: Path | str = "result") -> bytes:
    """The bytes of the file; `path` only names it in errors."""
    arrays = contents(result)
    attributes = root_attributes(result.provenance, FILETYPE, FORMAT_VERSION)
    attributes.update(checksums(arrays, attributes))
    layout = [variable for variable in LAYOUT if variable.path in arrays]
    return encoded(layout, arrays, attributes, {}, path)
