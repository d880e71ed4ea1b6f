"""The datasets of a file that nobody vouches for: only what is in it, and no more than it can hold.

HDF5 lets a small file name other files, name one object a million times, and declare arrays of
any size; none of that is followed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import h5py
import numpy as np

from mcdefense.store.layout import GROUPS


class ForeignError(ValueError):
    """What no writer of results makes: another program has changed the file."""


_MOST_A_BYTE = 1100
"""Bytes of arrays for each byte of a file: deflate makes at most 1,032 of one."""
_ALWAYS = 2**24
"""Bytes of arrays in any file; one of zeros and fill values may be tiny."""


def arrays_of(file: h5py.File, size: int, wanted: Callable[[str], bool]) -> dict[str, np.ndarray]:
    """Every dataset that is wanted, by path, of a file of `size` bytes.

    By h5py's lower level: the upper one takes several times as long for so many small arrays, and
    a merge reads 1,000 files. Raises ForeignError for links but hard ones, an object with several
    names, data kept elsewhere, and arrays larger than the file can hold.
    """
    arrays: dict[str, np.ndarray] = {}
    spare = _ALWAYS + _MOST_A_BYTE * size
    known: set[Any] = set()

    def take(group: Any, above: str) -> None:
        nonlocal spare
        for name in group:
            path = above + name.decode()
            if not above and path not in GROUPS and not wanted(path):
                continue
            if group.links.get_info(name).type != h5py.h5l.TYPE_HARD:
                raise ForeignError(f"{path!r} is a link, not a variable")
            item = h5py.h5o.open(group, name)
            place = h5py.h5g.get_objinfo(item).objno
            if place in known:
                raise ForeignError(f"{path!r} has another name too")
            known.add(place)
            if isinstance(item, h5py.h5g.GroupID):
                take(item, f"{path}/")
            elif isinstance(item, h5py.h5d.DatasetID):
                spare -= _size(item, path)
                if spare < 0:
                    raise ForeignError(f"{path!r} is larger than the file can hold")
                arrays[path] = _array(item)

    root = h5py.h5g.open(file.id, b"/")
    known.add(h5py.h5g.get_objinfo(root).objno)
    take(root, "")
    return arrays


def _size(dataset: Any, path: str) -> int:
    """Bytes of memory to read it, which takes a chunk at least."""
    how = dataset.get_create_plist()
    for number in range(how.get_nfilters()):
        code, _, _, name = how.get_filter(number)
        if not h5py.h5z.filter_avail(code):
            shown = name.decode(errors="replace") or code
            raise ForeignError(f"{path!r} is compressed by a filter that is not here, {shown}")
    elements = int(np.prod([int(n) for n in dataset.shape], dtype=object))
    match how.get_layout():
        case h5py.h5d.VIRTUAL:
            raise ForeignError(f"{path!r} is kept in other files")
        case h5py.h5d.CHUNKED:
            chunk = int(np.prod([int(n) for n in how.get_chunk()], dtype=object))
            elements = max(elements, chunk)
    if how.get_external_count():
        raise ForeignError(f"{path!r} is kept in other files")
    return elements * int(dataset.dtype.itemsize)


def _array(dataset: Any) -> np.ndarray:
    array = np.empty(dataset.shape, dataset.dtype)
    if array.size:
        dataset.read(h5py.h5s.ALL, h5py.h5s.ALL, array)
    if h5py.check_string_dtype(array.dtype) is None:
        return array
    text = np.empty(array.shape, object)
    text.ravel()[:] = [value.decode() if value else "" for value in array.flat]
    return text
