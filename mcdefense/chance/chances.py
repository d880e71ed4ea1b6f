"""Limits of the draws made per opportunity: kills, look errors, engagement coins."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mcdefense.chance.coins import coins_at, in_scope
from mcdefense.contract import MAX_ROUNDS, Chances, Names, distinct_rows, limit
from mcdefense.encounter import TimedOpportunities
from mcdefense.firecontrol import FireControl, Scope


def most_rounds(controls: list[FireControl]) -> int:
    """S: the most rounds that any cell or battery may fire at one opportunity."""
    most = 1
    for control in controls:
        most = max(
            most,
            control.by_class.salvo.max(initial=1),
            control.by_class.last_salvo.max(initial=1),
            control.batteries.salvo.max(initial=1),
        )
    coins = controls[0].scenario.coin.values()
    if any(coin.effect_or_default == "double" for coin in coins):
        most = min(2 * most, MAX_ROUNDS)
    # Two or four bits hold the count; a few sizes keep compiled programs few.
    return next(size for size in (1, 2, 3, 7, MAX_ROUNDS) if size >= most)


def _engagement_probability(
    control: FireControl, names: Names, o: TimedOpportunities, scope: Scope, number: int
) -> NDArray[np.float64]:
    """Probability per opportunity that engagement coin `number` is up; 1 out of scope."""
    coin = list(control.scenario.coin.values())[number]
    first, inverse = distinct_rows(
        o.battery.astype(np.int64),
        o.interceptor.astype(np.int64),
        scope.threat_class,
    )
    values = [
        coin.probability
        if in_scope(
            coin,
            control.name,
            battery=names.battery[o.battery[i]],
            interceptor=names.interceptor[o.interceptor[i]],
            threat_class=names.threat_class[scope.threat_class[i]],
            cell=control.cell_names[scope.cell[i]],
        )
        else 1.0
        for i in first
    ]
    return np.array(values, np.float64)[inverse]


def _distinct(
    tables: list[NDArray[np.int32]],
) -> tuple[list[NDArray[np.int32]], NDArray[np.int32]]:
    """The distinct tables, and which of them each was."""
    found: list[NDArray[np.int32]] = []
    which = []
    for table in tables:
        same = [
            i for i, known in enumerate(found) if known is table or np.array_equal(known, table)
        ]
        which.append(same[0] if same else len(found))
        if not same:
            found.append(table)
    return found, np.array(which, np.int32)


def _kill_limits(
    sspk: NDArray[np.float64], up: NDArray[np.float64], rounds: int
) -> NDArray[np.int32]:
    """Limits [O, S] of a kill with 1 to S rounds, `up` [O] that its coins let it."""
    # `kill` (rule 9): one draw kills with n rounds if it lies under c (1 - (1-k)^n).
    fired = np.arange(1, rounds + 1)
    return limit(up[:, None] * (1.0 - (1.0 - sspk[:, None]) ** fired[None, :]))


def make_chances(
    o: TimedOpportunities,
    controls: list[FireControl],
    variants: list[int],
    names: Names,
    scopes: list[Scope],
) -> Chances:
    """Limits with W = 1."""
    rounds = most_rounds(controls)
    engagement = coins_at(controls[0].scenario, "engagement")
    setting = [n for n, coin in engagement if coin.effect_or_default != "kill"]
    by_variant: dict[int, NDArray[np.int32]] = {}
    kill: list[NDArray[np.int32]] = []
    for control, variant, scope in zip(controls, variants, scopes, strict=True):
        up = [
            _engagement_probability(control, names, o, scope, number)
            for number, coin in coins_at(control.scenario, "engagement")
            if coin.effect_or_default == "kill"
        ]
        if up:
            kill.append(_kill_limits(o.sspk[variant], np.prod(up, axis=0), rounds))
            continue
        if variant not in by_variant:
            by_variant[variant] = _kill_limits(o.sspk[variant], np.ones(o.object.size), rounds)
        kill.append(by_variant[variant])
    error = [
        np.stack(
            [
                s.of_row(limit(c.by_class.dead_called_alive)),
                s.of_row(limit(c.by_class.live_called_dead)),
            ],
            axis=1,
        )
        for c, s in zip(controls, scopes, strict=True)
    ]
    coin_limits = np.array(
        [
            [
                limit(_engagement_probability(c, names, o, s, number))
                for c, s in zip(controls, scopes, strict=True)
            ]
            for number in setting
        ],
        np.int32,
    ).reshape(len(setting), len(controls), o.object.size)
    bits = [1 if dict(engagement)[n].effect_or_default == "launch" else 2 for n in setting]
    kill, kill_variant = _distinct(kill)
    error, error_variant = _distinct(error)
    return Chances(
        kill=np.stack(kill)[..., None],
        kill_variant=kill_variant,
        error=np.stack(error)[..., None],
        error_variant=error_variant,
        coin=coin_limits[..., None],
        coin_sub=np.array(setting, np.int32),
        coin_bits=np.array(bits, np.int32),
    )
