"""What follows from the axes that stand in the arrays' types: sizes, padded shapes, digests."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Hashable, Iterator, Mapping
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple, get_args, get_type_hints

import numpy as np
from numpy.typing import NDArray


class Renamed:
    """Marks a group of arrays in which an axis has another name than in the group's own type."""

    def __init__(self, **names: str) -> None:
        self.names = names


class Declared(NamedTuple):
    """An array as its type declares it."""

    path: tuple[str, ...]
    """Names of the fields that lead to it."""
    axes: tuple[str, ...]


def declared(group: Any) -> tuple[Declared, ...]:
    """Every array of a class of NamedTuple whose fields are arrays or such groups, in order."""
    return _all_declared(group)


@cache
def _all_declared(group: Hashable) -> tuple[Declared, ...]:
    return tuple(_declared(group, (), {}))


def _declared(group: Any, path: tuple[str, ...], names: Mapping[str, str]) -> Iterator[Declared]:
    for field, hint in get_type_hints(group, include_extras=True).items():
        inner, renamed = hint, dict(names)
        if hasattr(hint, "__metadata__"):
            inner = get_args(hint)[0]
            for mark in hint.__metadata__:
                renamed |= mark.names
        if hasattr(inner, "dim_str"):
            axes = tuple(renamed.get(axis, axis) for axis in inner.dim_str.split())
            yield Declared((*path, field), axes)
        else:
            yield from _declared(inner, (*path, field), renamed)


def array_at(arrays: Any, path: tuple[str, ...]) -> Any:
    """The array that the path of a Declared leads to."""
    return _getter(path)(arrays)


@cache
def _getter(path: tuple[str, ...]) -> attrgetter[Any]:
    return attrgetter(".".join(path))


def with_arrays(
    group: Any, change: Mapping[tuple[str, ...], Any], path: tuple[str, ...] = ()
) -> Any:
    """The same NamedTuple with the arrays at these paths replaced."""
    values = {}
    for field in group._fields:
        here = (*path, field)
        inner = getattr(group, field)
        values[field] = change[here] if here in change else with_arrays(inner, change, here)
    return group._replace(**values)


def lengths(arrays: tuple[Any, ...]) -> dict[str, int]:
    """The length of each axis. Raises ValueError where two arrays disagree, or one has another
    number of axes than its type declares."""
    found: dict[str, int] = {}
    for path, axes in declared(type(arrays)):
        shape = array_at(arrays, path).shape
        if len(shape) != len(axes):
            raise ValueError(f"{'.'.join(path)}: {len(shape)} axes, declared {' '.join(axes)}")
        for axis, length in zip(axes, shape, strict=True):
            known = int(axis) if axis.isdigit() else found.setdefault(axis, length)
            if known != length:
                raise ValueError(f"{'.'.join(path)}: {length} {axis}, expected {known}")
    return found


class Digest:
    """SHA-256 over the shape and the numbers of arrays, added group by group in field order."""

    def __init__(self) -> None:
        self._sums = hashlib.sha256()

    def add(self, group: tuple[Any, ...], but: Collection[str] = ()) -> None:
        """Add the arrays of a group, without its fields that are named in `but`."""
        for path, _ in declared(type(group)):
            if path[0] in but:
                continue
            array: NDArray[np.int32] = array_at(group, path)
            self._sums.update(str(array.shape).encode())
            self._sums.update(np.ascontiguousarray(array).data)

    def copy(self) -> Digest:
        """Another one over the same arrays so far."""
        other = Digest()
        other._sums = self._sums.copy()
        return other

    def hex(self) -> str:
        """The digest of what has been added, in hexadecimal digits."""
        return self._sums.hexdigest()
