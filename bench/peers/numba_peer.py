"""The Numba peer: the rules trial by trial on two threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray
from peers.numba_rules import (
    UNAVAILABLE,
    compiled,
    jit,
    start_luck,
    toss_flags,
    track_gates,
)
from peers.orders import Problem
from peers.outcome import Outcome, added, empty_outcome

from mcdefense.contract import CAUSE_UNAVAILABLE, FIRES_NOTHING, NEVER, NO_NETWORK


def _trials(problem: Problem) -> Callable[..., Any]:
    """The loop over trials, compiled for the features of a schedule."""
    features = problem.schedule.features
    architectures, classes = features.architectures, features.classes
    channels = problem.channels
    slots = max(len(masks) for masks in problem.masks)
    fallbacks = np.array(features.fallback)
    slot_of = np.full((architectures, slots), -1)
    for a, masks in enumerate(problem.masks):
        slot_of[a, : len(masks)] = masks
    engage = compiled(features, slots)

    @jit
    def run(
        seed, trials, sizes, first_order, tests, orders, salvos, sharing, sharing_salvos, groups,
        places, gate_table, contributions, limits, weights, values, warnings, tosses, low,
        high, kill, error, start_stock, start_free,
        network_flags,
        is_live, kind, reached, magazine_battery, list_object, list_account,
        list_rank, live_sum, leaker_sum, outcome, histogram, products, sums, emptied, denied,
        rounds_left, lost,
    ):  # fmt: skip
        objects, magazines, batteries, gate_rows, flag_rows, pairs, most_places = sizes
        s = np.empty(4, np.uint64)
        start_luck(s, seed)
        flags, gates = np.zeros(flag_rows, np.int16), np.zeros(gate_rows, np.int16)
        found = np.zeros(most_places, np.int32)
        death = np.zeros(architectures * objects, np.int16)
        cause = np.zeros(architectures * objects, np.int16)
        last, looks = np.zeros(pairs, np.int16), np.zeros(pairs, np.int16)
        share = np.zeros(pairs, np.int16)
        stock = np.zeros(architectures * magazines, np.int16)
        free = np.zeros((architectures * batteries, channels), np.int16)
        masks = np.zeros((architectures, slots), np.bool_)
        down = np.zeros(architectures, np.bool_)
        leakers = np.zeros((architectures, classes + 1), np.int64)
        refused = np.zeros(batteries, np.bool_)
        for _ in range(trials):
            toss_flags(s, tosses, low, high, flags)
            track_gates(
                s, groups, places, gate_table, contributions, limits, weights, values, warnings,
                flags, found, gates,
            )  # fmt: skip
            death[:], cause[:], last[:], looks[:] = NEVER, 0, -1, 0
            share[:] = 0
            stock[:], free[:] = start_stock, start_free
            for a in range(architectures):
                down[a] = (flags[network_flags[a]] & UNAVAILABLE) != 0
                lost[a] += down[a]
            for a in range(architectures):
                for k in range(slots):
                    b = slot_of[a, k]
                    masks[a, k] = b >= 0 and (down[b] if b != a else not down[a])
            engage(
                s, first_order, tests, orders, salvos, sharing, sharing_salvos, kill, error, death,
                cause, last, looks, gates, flags, stock, free, share, sums, masks,
            )  # fmt: skip
            # What the trial comes to.
            leakers[:] = 0
            lived = 0
            for n in range(objects):
                if not is_live[n]:
                    continue
                lived += 1
                live_sum[n] += 1
                for a in range(architectures):
                    idle, row = False, a * objects + n
                    if down[a] and fallbacks[a] != NO_NETWORK:
                        idle = fallbacks[a] == FIRES_NOTHING
                        row = fallbacks[a] * objects + n
                    if idle or death[row] == NEVER:
                        why = reached[a, n] * CAUSE_UNAVAILABLE if idle else cause[row]
                        outcome[a, n, why] += 1
                        leaker_sum[a, n] += 1
                        leakers[a, kind[n]] += 1
                        leakers[a, classes] += 1
                    else:
                        outcome[a, n, 10] += 1
            products[architectures, architectures] += lived * lived
            for a in range(architectures):
                for k in range(classes + 1):
                    histogram[a, k, leakers[a, k]] += 1
                products[a, architectures] += leakers[a, classes] * lived
                for b in range(a, architectures):
                    products[a, b] += leakers[a, classes] * leakers[b, classes]
            for a in range(architectures):
                refused[:] = False
                for m in range(magazines):
                    loaded = start_stock[a * magazines + m]
                    left = stock[a * magazines + m]
                    if down[a] and fallbacks[a] >= 0:
                        left = stock[fallbacks[a] * magazines + m]
                    elif down[a] and fallbacks[a] == FIRES_NOTHING:
                        left = loaded
                    emptied[a, m] += loaded > 0 and left < 2
                    rounds_left[a, m] += left >> 1
                    refused[magazine_battery[m]] |= (left & 1) != 0
                for b in range(batteries):
                    denied[a, b] += refused[b]
            for i in range(list_object.size):
                for a in range(architectures):
                    if death[a * objects + list_object[i]] == list_rank[i]:
                        for k in range(slots):
                            sums[a * sums.shape[0] // architectures + list_account[i], k, 5] += (
                                masks[a, k]
                            )

    return run


def _tests(problem: Problem) -> NDArray[np.void]:
    """What the first tests of an opportunity read, in 18 bytes: a trial goes through the whole
    list, which should not leave the second cache."""
    orders = problem.orders
    names = (
        "object", "pair", "gate", "gate_limit", "look_limit", "seen_limit", "site_flags",
        "pair_flags",
    )  # fmt: skip
    most = max(int(orders[name].max(initial=0)) for name in names)
    kind = np.int16 if most < NEVER else np.int32
    tests = np.zeros(orders.size, [(name, kind) for name in (*names, "shared_out")])
    for name in names:
        tests[name] = np.minimum(orders[name], np.iinfo(kind).max)
    tests["shared_out"] = orders["sharing_end"] > orders["sharing_begin"]
    return tests


class NumbaPeer:
    """Two threads, each with half of the trials, or every second world."""

    name = "numba"
    block = 64
    """Trials that halves are rounded to; any number can be run."""

    def __init__(self, problems: Sequence[Problem], *, threads: int = 2) -> None:
        self._problems, self._threads = problems, threads
        self._trials = _trials(problems[0])
        self._part(problems[0], 1, 0)  # compiles

    def run(self, trials: int, seed: int) -> list[Outcome]:
        """`trials` of each world."""
        alone = len(self._problems) == 1
        parts = []
        with ThreadPoolExecutor(self._threads) as pool:
            for number, problem in enumerate(self._problems):
                outcomes = []
                for part in range(self._threads if alone else 1):
                    mine = trials * (part + 1) // self._threads - trials * part // self._threads
                    key = (seed * 1_000_003 + number) * self._threads + part
                    size = mine if alone else trials
                    outcomes.append(pool.submit(self._part, problem, size, key))
                parts.append(outcomes)
        return [added([part.result() for part in outcomes]) for outcomes in parts]

    def _part(self, problem: Problem, trials: int, key: int) -> Outcome:
        schedule = problem.schedule
        arrays, sizes, features = schedule.arrays, schedule.sizes, schedule.features
        outcome = empty_outcome(problem)
        architectures = features.architectures
        slots = outcome.account_sums.shape[2]
        sums = outcome.account_sums.reshape(architectures * sizes.accounts, slots, -1)
        reached = np.zeros((architectures, sizes.objects), np.int32)
        for a in range(architectures):
            reached[a, arrays.opportunities.object[arrays.doctrine.allowed[a] != 0]] = 1
        stocks, chances, pictures = arrays.stocks, arrays.chances, problem.pictures
        self._trials(
            np.uint64(key),
            trials,
            (
                sizes.objects,
                sizes.magazines,
                sizes.batteries,
                sizes.gates,
                sizes.flags,
                features.architectures * sizes.pairs,
                max(pictures.most_places, 1),
            ),
            problem.first_order,
            _tests(problem).view(np.recarray),
            problem.orders.view(np.recarray),
            np.ascontiguousarray(problem.salvos).reshape(-1),
            problem.sharing.view(np.recarray),
            np.ascontiguousarray(problem.sharing_salvos).reshape(-1),
            pictures.groups.view(np.recarray),
            pictures.places.view(np.recarray),
            pictures.gates.view(np.recarray),
            pictures.contributions.view(np.recarray),
            pictures.limits,
            pictures.weights,
            pictures.values,
            pictures.warnings,
            problem.tosses.view(np.recarray),
            np.ascontiguousarray(arrays.tosses.low[:, 0]),
            np.ascontiguousarray(arrays.tosses.high[:, 0]),
            np.ascontiguousarray(chances.kill[0, ..., 0]),
            np.ascontiguousarray(chances.error[chances.error_variant, ..., 0]),
            (stocks.rounds << 1).astype(np.int16).reshape(-1),
            problem.channel_free.astype(np.int16).reshape(-1, problem.channels),
            stocks.network_flags,
            arrays.objects.live != 0,
            arrays.objects.threat_class,
            reached,
            stocks.magazine_battery,
            arrays.opportunities.object,
            arrays.opportunities.account,
            arrays.opportunities.death_rank,
            outcome.live,
            outcome.leakers,
            outcome.outcome,
            outcome.histogram,
            outcome.products,
            sums,
            outcome.emptied,
            outcome.denied,
            outcome.rounds_left,
            outcome.network_lost,
        )
        return outcome
