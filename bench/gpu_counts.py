"""What bench/gpu.py measures: worlds of the cases, and their counts beside the CPU's."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache
from multiprocessing import get_context
from typing import Any

import numpy as np
from cases import CASES, CONFIGS, SEED, prepare

from mcdefense.contract import Schedule
from mcdefense.engine.devices import Block
from mcdefense.engine.epilogue import Outcome
from mcdefense.gpu.launching import Piece
from mcdefense.scenario import load
from mcdefense.schedule.build import Builder

PARTS_OF_TRIALS = ("live_squared", "leakers_live", "leakers_squared", "leakers_product")
"""Counts whose last axis is parts of the trials."""
DISTINCT = 64
"""Worlds that are built; more are these again."""
MOST_TABLES = 1_024
"""Worlds with tables of their own at most; 0.8 GB of `small` are then sent."""


@cache
def case(name: str) -> Schedule:
    """The first world of a case, or of a configuration."""
    if name in CASES:
        return prepare(name, 1).schedules[0]
    builder = Builder(load(CONFIGS / f"{name}.toml"))
    return builder.schedule(builder.world(SEED, 0))


def built(work: tuple[str, list[int]]) -> list[Schedule]:
    """Some worlds of a case, in a process of their own."""
    name, numbers = work
    builder = Builder(load(CASES[name].scenario))
    return [builder.schedule(builder.world(SEED, number)) for number in numbers]


def worlds_of(name: str) -> list[Schedule]:
    """DISTINCT worlds of a case, built on all cores."""
    cores = max(len(os.sched_getaffinity(0)), 1)
    shares = [(name, list(range(i, DISTINCT, cores))) for i in range(min(cores, DISTINCT))]
    with ProcessPoolExecutor(len(shares), mp_context=get_context("spawn")) as pool:
        made = list(pool.map(built, shares))
    return [made[n % len(shares)][n // len(shares)] for n in range(DISTINCT)]


def tables_of(made: list[Schedule], number: int) -> list[Schedule]:
    """So many worlds by their tables, of which MOST_TABLES differ at most. Copies have tables of
    their own, so that caches hold no more than of other worlds."""
    tables = [replace(made[i % len(made)]) for i in range(min(number, MOST_TABLES))]
    return [tables[i % len(tables)] for i in range(number)]


def in_parts(pieces: list[Piece], parts: int) -> list[list[Piece]]:
    """Pieces of worlds for some launches. Each table goes in one of the launches, as a world does
    in a run."""
    tables = min(len(pieces), MOST_TABLES)
    return [
        [piece for z, piece in enumerate(pieces) if z % tables * parts // tables == part]
        for part in range(parts)
    ]


def stated_of(schedule: Schedule) -> int:
    """Pairings of one trial."""
    return schedule.sizes.opportunities * schedule.features.architectures


def total(fleet: Any, blocks: list[Block]) -> Outcome:
    """The counts of all blocks together."""
    sums: list[Any] | None = None
    for block in blocks:
        fleet.submit(block)
    for _, outcome in fleet.finished(everything=True):
        own = [np.asarray(x, np.int64) for x in outcome]
        sums = own if sums is None else [a + fitted(b, a) for a, b in zip(sums, own, strict=True)]
    assert sums is not None
    return Outcome(*sums)


def fitted(values: Any, like: Any) -> Any:
    """Counts of which one axis may be parts of trials or bins, with as many of them as `like`."""
    if values.shape == like.shape:
        return values
    (axis,) = np.flatnonzero(np.array(values.shape) != np.array(like.shape))
    most = like.shape[axis]
    if values.shape[axis] < most:
        more = [(0, (most - values.shape[axis]) * (n == axis)) for n in range(values.ndim)]
        return np.pad(values, more)
    first, rest = np.split(values, [most - 1], axis)
    return np.concatenate([first, rest.sum(axis, keepdims=True)], axis)


def differences(one: Outcome, other: Outcome) -> list[str]:
    """Names of the counts that differ."""
    found = []
    for name in Outcome._fields:
        ours, theirs = getattr(one, name), getattr(other, name)
        if name in PARTS_OF_TRIALS:
            ours, theirs = ours.sum(-1), theirs.sum(-1)
        if not np.array_equal(ours, theirs):
            found.append(name)
    return found
