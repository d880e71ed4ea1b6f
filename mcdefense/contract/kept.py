"""What is kept from world to world: parts of a scenario that no draw changes stay one object."""

from __future__ import annotations

from collections.abc import Callable
from operator import is_
from typing import Any, TypeVar

T = TypeVar("T")


def same_objects(some: tuple[object, ...], others: tuple[object, ...]) -> bool:
    """Whether two lists hold the same objects, as many of them and in the same order."""
    return len(some) == len(others) and all(map(is_, some, others))


class Kept:
    """Values by name, each kept until something that it is made from becomes another object."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[tuple[object, ...], Any]] = {}

    def value(self, name: str, made_from: tuple[object, ...], make: Callable[[], T]) -> T:
        """The value of that name, made anew unless it was made from the same objects."""
        known = self._values.get(name)
        if known is not None and same_objects(known[0], made_from):
            value: T = known[1]
            return value
        value = make()
        # The objects are held too, so that no other can come to have the identity of one.
        self._values[name] = made_from, value
        return value
