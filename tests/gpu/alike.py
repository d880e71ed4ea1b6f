"""Whether kernels, run on this machine's processor, count as the engine does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mcdefense.contract import Schedule, Sizes
from mcdefense.engine.devices import Block, Fleet, choose_workers
from mcdefense.engine.epilogue import Outcome
from mcdefense.gpu.fleet import CardFleet
from tests.gpu.host_card import HostCard

PARTS = ("live_squared", "leakers_live", "leakers_squared", "leakers_product")
"""Counts whose last axis is parts of the trials."""


def blocks_of(schedule: Schedule, capacity: Sizes, first: int, ends: Sequence[int]) -> list[Block]:
    """Blocks of the trials from `first` on, the last trial of each before first + its end."""
    begins = [0, *ends[:-1]]
    return [
        Block(
            schedule,
            capacity,
            (first + a) % 2**32,
            b - a,
            (first + b) % 2**32,
            capacity.objects + 1,
        )
        for a, b in zip(begins, ends, strict=True)
    ]


def by_engine(blocks: list[Block], seed: int) -> Outcome:
    """The counts of all blocks together, by the engine's own program."""
    with Fleet(choose_workers(None), seed) as fleet:
        return _total(fleet, blocks)


def by_kernels(blocks: list[Block], seed: int, card: Any = None, each: int = 2) -> Outcome:
    """The counts of all blocks together, by the kernels."""
    with CardFleet([card or HostCard()], seed, each=each) as fleet:
        return _total(fleet, blocks)


def _total(fleet: Any, blocks: list[Block]) -> Outcome:
    sums: list[Any] = []
    for block in blocks:
        fleet.submit(block)
        for _, outcome in fleet.finished():
            sums = added(sums, outcome)
    for _, outcome in fleet.finished(everything=True):
        sums = added(sums, outcome)
    total: Any = sums
    return Outcome(*total)


def added(sums: list[Any], outcome: Outcome) -> list[Any]:
    """Counts with those of one more block, in which parts of trials are one."""
    own = [
        np.asarray(value, np.int64).sum(-1) if name in PARTS else np.asarray(value, np.int64)
        for name, value in zip(Outcome._fields, outcome, strict=True)
    ]
    return [a + b for a, b in zip(sums, own, strict=True)] if sums else own


def differences(one: Outcome, other: Outcome) -> list[str]:
    """Names of the counts that differ; their bins of leakers are as many as the wider has."""
    found = []
    for name in Outcome._fields:
        ours, theirs = getattr(one, name), getattr(other, name)
        if name == "leakers_histogram":
            most = max(ours.shape[2], theirs.shape[2])
            ours, theirs = (
                np.pad(x, [(0, 0), (0, 0), (0, most - x.shape[2]), (0, 0)]) for x in (ours, theirs)
            )
        if ours.shape != theirs.shape or not np.array_equal(ours, theirs):
            found.append(name)
    return found
