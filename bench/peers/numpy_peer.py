"""The NumPy peer: blocks of trials in two processes, as the rules in NumPy hold the lock."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from peers.numpy_rules import Trials
from peers.orders import Problem
from peers.outcome import CODES, Outcome, added, empty_outcome

from mcdefense.contract import (
    CAUSE_UNAVAILABLE,
    FIRES_NOTHING,
    NEVER,
    NO_NETWORK,
)
from mcdefense.schedule.pad import state_rows_of

BLOCK = 4096
"""Trials of a block at most: measured best of 1,024 to 16,384."""
STATE_BYTES = 2**28
"""State of a block at most; trials of a block are fewer where they need more."""

_problems: Sequence[Problem] = ()


def _receive(problems: Sequence[Problem]) -> None:
    global _problems
    _problems = problems


def _block(world: int, trials: int, seed: int, number: int) -> Outcome:
    source = np.random.SeedSequence([seed, world, number])
    block = Trials(_problems[world], trials, np.random.Generator(np.random.SFC64(source)))
    block.run()
    return count(block)


def count(block: Trials) -> Outcome:
    """What a block of trials comes to."""
    problem = block.problem
    schedule, features, sizes = problem.schedule, block.features, block.sizes
    outcome, objects = empty_outcome(problem), schedule.arrays.objects
    a, n, c = features.architectures, sizes.objects, features.classes
    o, stocks = schedule.arrays.opportunities, schedule.arrays.stocks
    reached = np.zeros((a, n), np.int16)
    for architecture in range(a):
        reached[architecture, o.object[schedule.arrays.doctrine.allowed[architecture] != 0]] = 1
    death, cause = block.death.reshape(a, n, -1), block.cause.reshape(a, n, -1)
    stock = block.stock.reshape(a, sizes.magazines, -1)
    loaded = stocks.rounds << 1  # of the one load, which stands where trials do
    # Where a network is down, its fallback's outcome (rule 26).
    seen = [death.copy(), cause.copy(), stock.copy()]
    for architecture, fallback in enumerate(features.fallback):
        if fallback == NO_NETWORK:
            continue
        down = block.down[architecture]
        idle = (np.int16(NEVER), reached[architecture, :, None] * CAUSE_UNAVAILABLE,
                loaded[architecture])  # fmt: skip
        for rows, own, instead in zip(seen, (death, cause, stock), idle, strict=True):
            other = instead if fallback == FIRES_NOTHING else own[fallback]
            rows[architecture] = np.where(down, other, rows[architecture])
    live = (objects.live != 0)[:, None] & np.ones(seen[0].shape[-1], np.bool_)
    leaks = live & (seen[0] == NEVER)
    outcome.live[:] = live.sum(-1)
    outcome.leakers[:] = leaks.sum(-1)
    for code in range(CODES - 1):
        outcome.outcome[:, :, code] = (leaks & (seen[1] == code)).sum(-1)
    outcome.outcome[:, :, CODES - 1] = (live & ~leaks).sum(-1)
    by_class = np.stack([leaks[:, objects.threat_class == k].sum(1) for k in range(c)], axis=1)
    by_class = np.concatenate([by_class, by_class.sum(1, keepdims=True)], axis=1)
    for architecture in range(a):
        for k in range(c + 1):
            outcome.histogram[architecture, k] = np.bincount(
                by_class[architecture, k], minlength=n + 1
            )
    totals = np.concatenate([by_class[:, c], live.sum(0)[None]]).astype(np.int64)
    outcome.products[:] = np.triu(totals @ totals.T)
    outcome.emptied[:] = ((seen[2] < 2) & (loaded > 0)).sum(-1)
    outcome.rounds_left[:] = (seen[2] >> 1).sum(-1)
    for battery in range(sizes.batteries):
        refused = seen[2][:, stocks.magazine_battery == battery] & 1
        outcome.denied[:, battery] = refused.any(1).sum(-1)
    outcome.network_lost[:] = block.down.sum(-1)
    sums = block.sums.reshape(outcome.account_sums.shape)
    for i in range(o.object.size):
        killed = death[:, o.object[i]] == o.death_rank[i]
        sums[:, o.account[i], :, 5] += (block.masks & killed[:, None]).sum(-1)
    outcome.account_sums[:] = sums
    return outcome


class NumpyPeer:
    """Two processes."""

    name = "numpy"

    def __init__(self, problems: Sequence[Problem], *, processes: int = 2) -> None:
        self._problems = problems
        features, sizes = problems[0].schedule.features, problems[0].schedule.sizes
        self.block = BLOCK
        while self.block > 64 and 2 * self.block * state_rows_of(features, sizes) > STATE_BYTES:
            self.block //= 2
        context = multiprocessing.get_context("spawn")  # a fork would copy JAX's threads in tests
        self._pool = ProcessPoolExecutor(processes, context, _receive, (problems,))

    def run(self, trials: int, seed: int) -> list[Outcome]:
        """`trials` of each world."""
        parts = [
            [
                self._pool.submit(_block, world, min(self.block, trials - first), seed, first)
                for first in range(0, trials, self.block)
            ]
            for world in range(len(self._problems))
        ]
        return [added([part.result() for part in outcomes]) for outcomes in parts]

    def close(self) -> None:
        """End the processes."""
        self._pool.shutdown()
