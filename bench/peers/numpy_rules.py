"""The rules in NumPy, vectorised over a block of trials: every row is [trials]."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from peers.orders import Problem, Record, as_records

from mcdefense.contract import (
    ALWAYS_TRACKED,
    CAUSE_HELD,
    CAUSE_JUDGED_DEAD,
    CAUSE_MISSED,
    CAUSE_NO_CHANNEL,
    CAUSE_NO_MAGAZINE,
    CAUSE_NOT_CALLED,
    CAUSE_NOT_TRACKED,
    CAUSE_UNAVAILABLE,
    DOUBLE,
    FIRST_COME,
    NEVER,
    NOT_CALLED,
    SHARE_BEGIN,
    SHARE_COUNT,
    SHARE_MAGAZINE,
    SHARE_TEST,
    SHARED_OUT,
    UNAVAILABLE,
)

WASTED, DEAD_ALIVE, LIVE_DEAD = 16, 32, 64
Row = NDArray[np.int16]
Rows = NDArray[np.int16]


def _i16(value: object) -> np.int16:
    return np.int16(value)  # type: ignore[arg-type]


class _Drawn(NamedTuple):
    """What the trials have drawn for one opportunity."""

    spare: Row
    errors: Row | None


class Trials:
    """A block of trials of one world: its rows of state, and the rules that change them."""

    def __init__(self, problem: Problem, trials: int, luck: np.random.Generator):
        schedule = problem.schedule
        self.problem, self.trials, self.luck = problem, trials, luck
        self.features, self.sizes = schedule.features, schedule.sizes
        a, stocks = self.features.architectures, schedule.arrays.stocks
        slots = max(len(masks) for masks in problem.masks)

        def filled(rows: int, value: int) -> Rows:
            return np.full((max(rows, 1), trials), value, np.int16)

        def given(values: NDArray) -> Rows:
            return np.repeat(values.reshape(-1, 1).astype(np.int16), trials, axis=1)

        self.death = filled(a * self.sizes.objects, NEVER)
        self.cause = filled(a * self.sizes.objects, 0)
        self.last = filled(self.features.architectures * self.sizes.pairs, -1)
        self.looks = filled(self.features.architectures * self.sizes.pairs, 0)
        self.share = filled(self.features.architectures * self.sizes.pairs, 0)
        self.stock = given(stocks.rounds << 1)
        self.free = given(problem.channel_free).reshape(-1, problem.channels, trials)
        self.flags = self._toss_flags()
        self.gates = self._track_gates()
        down = (self.flags[stocks.network_flags] & UNAVAILABLE) != 0
        self.down = down
        self.masks = np.zeros((a, slots, trials), np.bool_)
        for architecture, masks in enumerate(problem.masks):
            for slot, b in enumerate(masks):
                self.masks[architecture, slot] = down[b] if b != architecture else ~down[b]
        self.sums = np.zeros((a * self.sizes.accounts, slots, 6), np.int64)

    def _words(self) -> NDArray[np.uint32]:
        return self.luck.integers(0, 2**32, self.trials, np.uint32)

    def draw(self) -> NDArray[np.int32]:
        """31 bits a trial."""
        return (self._words() >> np.uint32(1)).view(np.int32)

    def _toss_flags(self) -> Rows:
        flags = np.zeros((max(self.sizes.flags, 1), self.trials), np.int16)
        tosses = self.problem.schedule.arrays.tosses
        for i, toss in enumerate(as_records(self.problem.tosses)):
            u = self.draw()
            failed = (u <= tosses.low[i, 0]) | (u > tosses.high[i, 0])
            flags[toss.flags] |= failed * _i16(toss.bits)
        return flags

    def _track_gates(self) -> Rows:
        gates = np.full((self.sizes.gates, self.trials), NEVER, np.int16)
        gates[ALWAYS_TRACKED] = -2
        p, u = self.problem.pictures, np.zeros(self.trials, np.int32)
        values, places = p.values.astype(np.int16), self.problem.place_records
        gate_table, contributions = self.problem.gate_records, self.problem.contribution_records
        for group in as_records(p.groups):
            found = []
            for e in places[group.first_place : group.first_place + group.places]:
                if e.fresh:
                    u = self.draw()
                # As many steps are past as limits lie below the draw.
                past = np.append(0, np.cumsum(p.weights[e.first : e.first + e.steps]))
                limits = p.limits[e.first : e.first + e.steps]
                found.append(past[np.searchsorted(limits, u, side="left")])
            for row in gate_table[group.first_gate : group.first_gate + group.gates]:
                least = np.full(self.trials, NEVER, np.int16)
                for c in contributions[row.first : row.first + row.contributions]:
                    place = found[c.place]
                    if c.cued_place >= 0:
                        late = np.searchsorted(p.warnings[c.warnings], gates[c.warning])
                        place = np.minimum(place, np.maximum(found[c.cued_place], late))
                    value = values[c.values][place]
                    if c.path_flags:
                        value[(self.flags[c.path_flags] & UNAVAILABLE) != 0] = NEVER
                    np.minimum(least, value, out=least)
                gates[row.gate] = least
        return gates

    def run(self) -> None:
        """The whole list."""
        problem, chances = self.problem, self.problem.schedule.arrays.chances
        orders, begins = problem.order_records, problem.first_order.tolist()
        for i, most in enumerate(problem.rounds.tolist()):
            u = self.draw()
            # Rounds fewer than most + 1 that would kill.
            spare = np.zeros(self.trials, np.int16)
            for n in range(most):
                spare += u <= chances.kill[0, i, n, 0]
            errors = {}
            if self.features.error_variants > 0:
                dead, live = self.draw(), self.draw()
                for variant, a in enumerate(problem.variants[i, : problem.variant_count[i]]):
                    limits = chances.error[chances.error_variant[a], i, :, 0]
                    errors[variant] = np.where(dead <= limits[0], _i16(DEAD_ALIVE), _i16(0))
                    errors[variant] |= np.where(live <= limits[1], _i16(LIVE_DEAD), _i16(0))
            for order in orders[begins[i] : begins[i + 1]]:
                if order.sharing_end > order.sharing_begin:
                    self._share_out(order.sharing_begin, order.sharing_end)
                self._judge(order, spare, errors.get(order.errors))

    def _believed(self, death: Row, last: Row, look: Row, seen: int) -> NDArray[np.bool_]:
        alive_then = death > last
        if not self.features.error_variants:
            return alive_then & (death > seen)
        not_lost = (death > seen) & ((look & LIVE_DEAD) == 0)
        return np.where(alive_then, not_lost, (look & DEAD_ALIVE) != 0)

    def _salvo(self, rounds: int, flags: Row | None) -> Row:
        due = np.full(self.trials, rounds, np.int16)
        if flags is not None:
            np.copyto(due, np.minimum(2 * due, 15), where=(flags & DOUBLE) != 0)
        return due

    def _judge(self, o: Record, spare: Row, errors: Row | None) -> None:
        """Rules 12 to 28."""
        death, last, look = self.death[o.object], self.last[o.pair], self.looks[o.pair]
        stock, gate, cause = self.stock[o.stock], self.gates[o.gate], self.cause[o.object]
        flags = None
        if o.site_flags or o.pair_flags:
            flags = self.flags[o.site_flags] | self.flags[o.pair_flags]
        is_open = last > o.look_limit
        alive = is_open | self._believed(death, last, look, o.seen_limit)
        doctrinal = self._salvo(o.salvos[0], flags)
        left = stock >> 1
        due = doctrinal
        if o.mode == SHARED_OUT:
            due = np.minimum(self.share[o.pair], doctrinal)
        elif o.mode != FIRST_COME:
            due = np.minimum(doctrinal, left)
        owed = np.where(is_open, look & 15, due)
        available = left - _i16(o.reserve)
        # From the last test to the first: the first that fails has the last word.
        why = np.where(available > 0, _i16(CAUSE_MISSED), _i16(CAUSE_NO_MAGAZINE))
        if o.channels:
            why[self.free[o.battery, 0] > o.launch] = CAUSE_NO_CHANNEL
        if self.features.waits and o.wait_stock < NEVER:
            why[(self.stock[o.wait_stock_row] >> 1) > o.wait_stock] = CAUSE_HELD
        none_owed = owed <= 0
        why[none_owed] = 0
        why[none_owed & ~is_open & (doctrinal > 0)] = CAUSE_NO_MAGAZINE
        why[~alive] = CAUSE_JUDGED_DEAD
        if flags is not None:
            why[(flags & NOT_CALLED) != 0] = CAUSE_NOT_CALLED
        why[gate > o.gate_limit] = CAUSE_NOT_TRACKED
        if flags is not None:
            why[(flags & UNAVAILABLE) != 0] = CAUSE_UNAVAILABLE
        np.maximum(cause, why, out=cause)
        stock |= why == CAUSE_NO_MAGAZINE
        taken = np.flatnonzero(why == CAUSE_MISSED)
        if taken.size:
            drawn = _Drawn(spare, errors)
            self._fire(o, taken, drawn, is_open, np.minimum(owed, available), owed)

    def _fire(
        self,
        o: Record,
        taken: NDArray[np.intp],
        drawn: _Drawn,
        is_open: NDArray[np.bool_],
        fired: Row,
        owed: Row,
    ) -> None:
        """What changes in the trials in which rounds are fired."""
        spare, errors = drawn
        fired, owed, opens = fired[taken], owed[taken], ~is_open[taken]
        kills = fired + spare[taken] > o.most_rounds
        death, last = self.death[o.object], self.last[o.pair]
        look = self.looks[o.pair, taken]
        begun = np.where((death[taken] < NEVER) | (o.live == 0), _i16(WASTED), _i16(0))
        if errors is not None:
            begun |= errors[taken]
        begun = np.where(opens, begun, look & (WASTED | DEAD_ALIVE | LIVE_DEAD))
        self.looks[o.pair, taken] = begun | (owed - fired)
        killed = taken[kills]
        death[killed] = np.minimum(death[killed], _i16(o.death_rank))
        last[taken] = np.maximum(last[taken], _i16(o.intercept_rank))
        self.stock[o.stock, taken] -= fired << 1
        release = _i16(o.release)
        if o.channels:
            free = self.free[o.battery, : o.channels][:, taken]
            free[0] = release
            free.sort(axis=0)
            self.free[o.battery, : o.channels, taken] = free.T
        if self.features.sharing:
            self.share[o.pair, taken[opens]] = 0
        remote = self.gates[o.gate, taken] & 1
        wasted = fired * ((begun & WASTED) != 0)
        for slot in range(self.sums.shape[1]):
            columns = (fired, wasted, np.ones_like(fired), remote, opens)
            counted = self.masks[o.architecture, slot, taken]
            for column, values in enumerate(columns):
                self.sums[o.account, slot, column] += values[counted].sum()

    def _share_out(self, begin: int, end: int) -> None:
        """Rules 18 and 19."""
        for p in self.problem.sharing_records[begin:end]:
            if p.kind == SHARE_BEGIN:
                due, rounds = np.zeros((2, self.trials), np.int32)
                most = np.zeros(self.trials, np.int16)
            elif p.kind == SHARE_MAGAZINE:
                rounds = rounds + (self.stock[p.stock] >> 1)
            elif p.kind == SHARE_TEST:
                most = np.maximum(most, self._tested(p))
            elif p.kind == SHARE_COUNT:
                self.share[p.pair] = most
                due = due + (most > 0)
                most = np.zeros(self.trials, np.int16)
            else:
                share = self.share[p.pair]
                is_due, left_due = share > 0, np.maximum(due, 1)
                number = np.zeros(self.trials, np.int64)
                if p.random:
                    number = (self._words().astype(np.uint64) * left_due.astype(np.uint64)) >> 32
                each, odd = rounds // left_due, rounds % left_due
                each += (number < odd) if p.random else (odd > 0)
                given = np.minimum(each, share)
                rounds = rounds - given
                self.share[p.pair] = given
                due = due - is_due

    def _tested(self, p: Record) -> Row:
        """Rounds due to the object of one opportunity at the burst's start."""
        look, last = self.looks[p.pair], self.last[p.pair]
        due = (last <= p.look_limit) & (self.gates[p.gate] <= p.gate_limit)
        due &= self._believed(self.death[p.object], last, look, p.seen_limit)
        flags = None
        if p.site_flags or p.pair_flags:
            flags = self.flags[p.site_flags] | self.flags[p.pair_flags]
            due &= (flags & (UNAVAILABLE | NOT_CALLED)) == 0
        return self._salvo(p.salvos[0], flags) * due
