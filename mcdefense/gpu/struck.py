"""Which impact of a trial is the first at a battery or a sensor (rule 39, `losses`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jax import Array

from mcdefense.contract import NEVER, OUT_OF_PLAY
from mcdefense.engine import OwnRows, Setting, Small, entry, entry_of, filled, row, with_row
from mcdefense.gpu.fates import each


def each_first(
    setting: Setting,
    struck: OwnRows,
    a: Array,
    death: Any,
    do: Callable[[Array, Array], None],
) -> None:
    """do(impact, whether it was the first at its battery or sensor under an architecture).

    `death` are the objects' rows as in State; None: all leak. What is lost is marked in `struck`.
    The engine counts the same (first_losses.py).
    """
    losses = setting.arrays.losses

    def one(i: Array) -> None:
        there = (row(setting.flags, entry(losses.flags, i)) & OUT_OF_PLAY) == 0
        hit = there & (entry_of(losses.may_come, a, i) != 0)
        if death is not None:
            hit &= row(death, entry(losses.object, i)) == NEVER
        place = entry(losses.row, i)
        before = row(struck, place)
        with_row(struck, place, before | hit.astype(Small))
        do(i, hit & (before == 0))

    filled(struck, 0)
    each(setting.sizes.impacts, one)
