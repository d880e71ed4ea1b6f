"""What became of the objects of a trial under each architecture, left by one kernel for the next.

Four objects share a number of 16 bits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
from jax import Array, lax

from mcdefense.engine import OwnRows, Small, row, with_row
from mcdefense.gpu.places import FATES_A_WORD, Places


def each(number: Any, do: Callable[[Array], None]) -> None:
    """Do something for 0 to number - 1."""

    def step(i: Array, _: None) -> None:
        do(i)

    lax.fori_loop(0, number, step, None)


def each_pair(number: int, do: Callable[[Array, Array, Array], None]) -> None:
    """do(pair, a, b) for every pair a < b of so many architectures, in their order."""

    def with_first(a: Array) -> None:
        def with_second(b: Array, _: None) -> None:
            do(((a * (2 * number - a - 1)) >> 1) + b - a - 1, a, b)

        lax.fori_loop(a + 1, number, with_second, None)

    if number > 1:
        each(number, with_first)


def put_fate(fates: OwnRows, places: Places, architecture: Array, n: Array, fate: Array) -> None:
    """Leave what became of an object for `compare`; objects come in their order."""
    word, lane = architecture * places.fate_words + n // FATES_A_WORD, n % FATES_A_WORD
    before = jnp.where(lane == 0, Small(0), row(fates, word))
    with_row(fates, word, before | (fate.astype(Small) << (4 * lane).astype(Small)))


def fate_of(fates: OwnRows, places: Places, architecture: int, n: Array) -> Array:
    """What became of an object under an architecture, before fallbacks."""
    word, lane = architecture * places.fate_words + n // FATES_A_WORD, n % FATES_A_WORD
    return (row(fates, word) >> (4 * lane).astype(Small)) & Small(15)
