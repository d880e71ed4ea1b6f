"""Magazines that are filled up during the raid (rule 41, `reload`): when, with what, from where.

Between two launches nothing takes rounds out of a magazine, nor asks for what it holds. So what is
put in between them is put in at once, just before the later one: a magazine is never filled up more
often than there are launch times, whatever its rate.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mcdefense.contract import (
    DoctrineRows,
    Integers,
    Names,
    OpportunityRows,
    ReloadRows,
    Schedule,
    Stocks,
)
from mcdefense.encounter import durations_ms, milliseconds
from mcdefense.errors import Fault, InputError
from mcdefense.firecontrol import FireControl
from mcdefense.scenario import Reload
from mcdefense.schedule.onsets import OrdersOf
from mcdefense.schedule.stocks import Magazines

MOST_FIRED = 2**15 - 1
"""Rounds of one magazine that a trial can count; and what stands for a store without end, since
no more is put in than was fired."""


class _Filled(NamedTuple):
    """One magazine that an architecture fills up."""

    magazine: int
    store: int
    reload: Reload
    path: tuple[str, ...]


def _filled(controls: list[FireControl], names: Names, magazines: Magazines) -> list[list[_Filled]]:
    """By architecture; a magazine that any of them fills up has a store in all."""
    stores: dict[int, int] = {}
    found = []
    for control in controls:
        mine = []
        for b, battery in enumerate(names.battery):
            for interceptor, reload in control.scenario.battery[battery].reload.items():
                magazine = int(magazines.row_of[b, names.interceptor.index(interceptor)])
                store = stores.setdefault(magazine, len(stores))
                path = ("battery", battery, "reload", interceptor)
                mine.append(_Filled(magazine, store, reload, path))
        found.append(mine)
    return found


def due_by(reload: Reload, time_ms: Integers) -> Integers:
    """Reloads that have come by each time, one at the time itself among them."""
    if reload.at_s is not None:
        at = milliseconds(np.array(reload.at_s, np.float64))
        return np.searchsorted(at, time_ms, "right").astype(np.int64)
    assert reload.every_s is not None
    every = int(durations_ms(reload.every_s))
    first = every if reload.from_s is None else int(milliseconds(reload.from_s))
    come: Integers = np.maximum((time_ms - first) // every + 1, 0)
    return come


def reload_rows(
    controls: list[FireControl],
    names: Names,
    magazines: Magazines,
    which: OrdersOf,
    stocks: Stocks,
    doctrine: DoctrineRows,
    launch_ms: Integers,
) -> ReloadRows:
    """The rows of a world; none where nothing is put in before any launch."""
    filled = _filled(controls, names, magazines)
    if not any(filled):
        none, whole = np.zeros(0, np.int32), np.zeros((len(doctrine.allowed), 0), np.int32)
        return ReloadRows(none, none, none, none, none, whole, whole, whole[: len(filled)])
    begin, end = np.zeros((2, *doctrine.allowed.shape), np.int64)
    initial = np.zeros((len(filled), 1 + max((x.store for y in filled for x in y), default=-1)))
    rows, loads = [np.zeros((0, 5), np.int64)], which.loads()
    for a, mine in enumerate(filled):
        orders = which.of_architecture(a)
        allowed = doctrine.allowed[orders] != 0
        turns = np.flatnonzero(allowed.any(axis=0))
        times, first = np.unique(launch_ms[turns], return_index=True)
        made = [np.zeros((0, 6), np.int64)]
        for one in mine:
            stock = one.reload.stock
            initial[a, one.store] = MOST_FIRED if stock is None else min(stock, MOST_FIRED)
            come = np.diff(due_by(one.reload, times), prepend=0)
            group = np.flatnonzero(come)
            rounds = np.minimum(come[group] * one.reload.rounds, MOST_FIRED)
            full = (stocks.rounds[whose, one.magazine, 0] for whose in (a, loads[a]))
            alike = np.array([one.magazine, one.store, *full], np.int64)
            same = np.broadcast_to(alike, (group.size, 4))
            made.append(np.column_stack([group, rounds, same]))
        every = np.concatenate(made)
        every = every[np.argsort(every[:, 0], kind="stable")]
        # Before the first turn of its time: if two orders have that, before the first of the two.
        place, groups, known = turns[first], np.arange(times.size), sum(map(len, rows))
        own = np.array(orders)[allowed[:, place].argmax(axis=0)]
        begin[own, place] = known + np.searchsorted(every[:, 0], groups, "left")
        end[own, place] = known + np.searchsorted(every[:, 0], groups, "right")
        rows.append(every[:, 1:])
    rounds, magazine, store, full, lost_full = np.concatenate(rows).T
    if not rounds.size:
        begin, end, initial = begin[:, :0], end[:, :0], initial[:, :0]
    columns = (magazine, store, rounds, full, lost_full, begin, end, initial)
    return ReloadRows(*(column.astype(np.int32) for column in columns))


def most_fired(
    controls: list[FireControl],
    names: Names,
    magazines: Magazines,
    opportunities: OpportunityRows,
    stocks: Stocks,
    most_rounds: int,
) -> int:
    """Rounds that any magazine can fire in a trial, if each opportunity takes `most_rounds`.

    Raises InputError where one that is filled up can fire more than a trial can count.
    """
    most = int(stocks.rounds.max())
    offered = most_rounds * np.bincount(opportunities.magazine, minlength=magazines.battery.size)
    faults = []
    for a, mine in enumerate(_filled(controls, names, magazines)):
        for one in mine:
            stock = one.reload.stock
            loaded, offers = int(stocks.rounds[:, one.magazine].max()), int(offered[one.magazine])
            fired = offers if stock is None else min(offers, loaded + stock)
            most = max(most, min(fired, MOST_FIRED))
            if fired > MOST_FIRED:
                message = f"got up to {fired:,} rounds to fire in a raid, expected at most "
                message += f"{MOST_FIRED:,}: give it a stock, or list fewer launches"
                where = controls[a].scenario.where(*one.path)
                faults.append(Fault(where, ".".join(one.path), message))
    if faults:
        raise InputError(list(dict.fromkeys(faults)))
    return most


def rounds_due(schedule: Schedule) -> Integers:
    """Rounds [A, magazines] that the reloads of a trial come to, as far as the stores go."""
    reloads, shape = schedule.arrays.reloads, schedule.arrays.stocks.rounds.shape[:-1]
    due = np.zeros(shape, np.int64)
    for orders, owner in enumerate(schedule.features.owners):
        first, past = reloads.reload_begin[orders], reloads.reload_end[orders]
        some = past > first
        rows = [np.arange(*ends) for ends in zip(first[some], past[some], strict=True)]
        mine = np.concatenate([np.zeros(0, np.int64), *rows]).astype(np.int64)
        np.add.at(due[owner], reloads.magazine[mine], reloads.rounds[mine])
    stores = np.zeros(shape, np.int64)
    stores[:, reloads.magazine] = reloads.initial[:, reloads.store]
    return np.minimum(due, stores)
