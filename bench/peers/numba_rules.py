"""The rules trial by trial in Numba: scalar, every test left at the first that fails.

`compiled` makes the functions for one schedule's features, which are constants to the compiler.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from mcdefense.contract import Features

UNAVAILABLE, DOUBLE, NOT_CALLED, NEVER = 1, 4, 8, 32767
WASTED, DEAD_ALIVE, LIVE_DEAD = 16, 32, 64
FIRST_COME, SHARED_OUT = 1, 2
(
    R_UNAVAILABLE, R_NOT_TRACKED, R_NOT_CALLED, R_HELD, _, R_NO_CHANNEL, R_NO_MAGAZINE, R_MISSED,
    R_JUDGED_DEAD,
) = range(1, 10)  # fmt: skip
P_BEGIN, P_MAGAZINE, _, P_TEST, P_COUNT = range(5)

jit = numba.njit(nogil=True, cache=False, boundscheck=False, error_model="numpy")


@jit
def _turned(x, k):
    return (x << np.uint64(k)) | (x >> np.uint64(64 - k))


@jit
def word(s):
    """32 bits of xoshiro256++ (Blackman, Vigna 2019)."""
    result = _turned(s[0] + s[3], 23) + s[0]
    t = s[1] << np.uint64(17)
    s[2] ^= s[0]
    s[3] ^= s[1]
    s[1] ^= s[2]
    s[0] ^= s[3]
    s[2] ^= t
    s[3] = _turned(s[3], 45)
    return result >> np.uint64(32)


@jit
def draw(s):
    """31 bits."""
    return np.int32(word(s) >> np.uint64(1))


@jit
def start_luck(s, seed):
    """SplitMix64 fills the state."""
    x = np.uint64(seed)
    for i in range(4):
        x += np.uint64(0x9E3779B97F4A7C15)
        z = x
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        s[i] = z ^ (z >> np.uint64(31))


@jit
def toss_flags(s, tosses, low, high, flags):
    """Flags of every toss that failed (rule 6)."""
    flags[:] = 0
    for i in range(tosses.size):
        u = draw(s)
        if u <= low[i] or u > high[i]:
            flags[tosses[i].flags] |= tosses[i].bits


@jit
def track_gates(
    s, groups, places, gate_table, contributions, limits, weights, values, warnings, flags, found,
    gates,
):  # fmt: skip
    """Gate values, object by object (rules 10 and 11); `found` holds an object's places."""
    gates[:] = NEVER
    gates[0] = -2
    for n in range(groups.size):
        g, u = groups[n], 0
        for i in range(g.places):
            e = places[g.first_place + i]
            if e.fresh:
                u = draw(s)
            place = 0
            for j in range(e.first, e.first + e.steps):
                if u <= limits[j]:
                    break
                place += weights[j]
            found[i] = place
        for k in range(g.first_gate, g.first_gate + g.gates):
            row, least = gate_table[k], NEVER
            for i in range(row.first, row.first + row.contributions):
                c = contributions[i]
                if flags[c.path_flags] & UNAVAILABLE:
                    continue
                place = found[c.place]
                if c.cued_place >= 0 and found[c.cued_place] < place:
                    warned = found[c.cued_place]
                    while warned < place and gates[c.warning] > warnings[c.warnings, warned]:
                        warned += 1
                    place = warned
                least = min(least, values[c.values, place])
            gates[row.gate] = least


def compiled(features: Features, slots: int) -> Callable[..., Any]:
    """`engage` for these features."""
    errors = features.error_variants > 0
    waits, shares, flagged = features.waits, features.sharing, features.flags
    none = np.int32(-1)

    @jit
    def salvo_due(due, flag):
        return min(2 * due, 15) if flag & DOUBLE else due

    @jit
    def believed(death, last, look, seen):
        """Rules 15 and 24, no look open."""
        if death <= last:
            return errors and (look & DEAD_ALIVE) != 0
        return death > seen and not (errors and (look & LIVE_DEAD))

    @jit
    def share_out(s, begin, end, sharing, salvos, death, last, looks, gates, flags, stock, share):
        """Rules 18 and 19."""
        due = rounds = most = 0
        for i in range(begin, end):
            p = sharing[i]
            if p.kind == P_BEGIN:
                due = rounds = most = 0
            elif p.kind == P_MAGAZINE:
                rounds += stock[p.stock] >> 1
            elif p.kind == P_TEST:
                flag = flags[p.site_flags] | flags[p.pair_flags]
                if flag & (UNAVAILABLE | NOT_CALLED):
                    continue
                if gates[p.gate] > p.gate_limit or last[p.pair] > p.look_limit:
                    continue
                if believed(death[p.object], last[p.pair], looks[p.pair], p.seen_limit):
                    most = max(most, salvo_due(salvos[p.salvo], flag))
            elif p.kind == P_COUNT:
                share[p.pair] = most
                due += most > 0
                most = 0
            elif share[p.pair] > 0:
                each = rounds // due
                odd = rounds - each * due
                if p.random:
                    number = np.int64((word(s) * np.uint64(due)) >> np.uint64(32))
                    each += 1 if number < odd else 0
                else:
                    each += odd > 0
                share[p.pair] = min(each, share[p.pair])
                rounds -= share[p.pair]
                due -= 1

    @jit
    def engage(
        s, first_order, tests, orders, salvos, sharing, sharing_salvos, kill, error, death, cause,
        last, looks, gates, flags, stock, free, share, sums, masks,
    ):  # fmt: skip
        """The whole list in one trial; `masks` [A, slots] of this trial."""
        for i in range(first_order.size - 1):
            kill_draw = dead_draw = live_draw = none
            for j in range(first_order[i], first_order[i + 1]):
                e = tests[j]
                if shares and e.shared_out:
                    o = orders[j]
                    share_out(
                        s, o.sharing_begin, o.sharing_end, sharing, sharing_salvos, death, last,
                        looks, gates, flags, stock, share,
                    )  # fmt: skip
                flag = 0
                if flagged:
                    flag = flags[e.site_flags] | flags[e.pair_flags]
                    if flag & UNAVAILABLE:
                        cause[e.object] = max(cause[e.object], R_UNAVAILABLE)
                        continue
                gate = gates[e.gate]
                if gate > e.gate_limit:
                    cause[e.object] = max(cause[e.object], R_NOT_TRACKED)
                    continue
                if flag & NOT_CALLED:
                    cause[e.object] = max(cause[e.object], R_NOT_CALLED)
                    continue
                at_last, look = last[e.pair], looks[e.pair]
                dies = death[e.object]
                is_open = at_last > e.look_limit
                if not (is_open or believed(dies, at_last, look, e.seen_limit)):
                    cause[e.object] = R_JUDGED_DEAD
                    continue
                o = orders[j]
                owed, doctrinal, left = look & 15, 0, stock[o.stock] >> 1
                if not is_open:
                    doctrinal = salvo_due(salvos[o.salvo], flag)
                    owed = doctrinal
                    if o.mode == SHARED_OUT:
                        owed = min(share[o.pair], doctrinal)
                    elif o.mode != FIRST_COME:
                        owed = min(doctrinal, left)
                if owed <= 0:
                    if doctrinal > 0:
                        cause[o.object] = max(cause[o.object], R_NO_MAGAZINE)
                        stock[o.stock] |= 1
                    continue
                if waits and stock[o.wait_stock_row] >> 1 > o.wait_stock:
                    cause[o.object] = max(cause[o.object], R_HELD)
                    continue
                if o.channels and free[o.battery, 0] > o.launch:
                    cause[o.object] = max(cause[o.object], R_NO_CHANNEL)
                    continue
                if left <= o.reserve:
                    cause[o.object] = max(cause[o.object], R_NO_MAGAZINE)
                    stock[o.stock] |= 1
                    continue
                fired = min(owed, left - o.reserve)
                stock[o.stock] -= fired << 1
                cause[o.object] = max(cause[o.object], R_MISSED)
                if kill_draw < 0:
                    kill_draw = draw(s)
                if kill_draw <= kill[i, fired - 1]:
                    death[o.object] = min(dies, o.death_rank)
                last[o.pair] = max(at_last, o.intercept_rank)
                if is_open:
                    look -= fired
                else:
                    look = owed - fired
                    if dies < NEVER or not o.live:
                        look |= WASTED
                    if errors:
                        if dead_draw < 0:
                            dead_draw, live_draw = draw(s), draw(s)
                        if dead_draw <= error[o.architecture, i, 0]:
                            look |= DEAD_ALIVE
                        if live_draw <= error[o.architecture, i, 1]:
                            look |= LIVE_DEAD
                    if shares:
                        share[o.pair] = 0
                looks[o.pair] = look
                place = o.channels - 1
                for c in range(place):
                    if free[o.battery, c + 1] >= o.release:
                        place = c
                        break
                    free[o.battery, c] = free[o.battery, c + 1]
                if o.channels:
                    free[o.battery, place] = o.release
                for slot in range(slots):
                    if masks[o.architecture, slot]:
                        account = sums[o.account, slot]
                        account[0] += fired
                        account[1] += fired if look & WASTED else 0
                        account[2] += 1
                        account[3] += gate & 1
                        account[4] += not is_open

    return engage
