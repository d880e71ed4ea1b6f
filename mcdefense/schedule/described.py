"""What a schedule uses and what its rows mean: its Features and Labels."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import FIRES_NOTHING, NO_NETWORK, Arrays, Features, Integers, Labels, Names
from mcdefense.encounter import TimedObjects, TimedOpportunities
from mcdefense.firecontrol import FireControl, Scope
from mcdefense.schedule.limits import array
from mcdefense.schedule.onsets import OrdersOf
from mcdefense.schedule.orders import Orders
from mcdefense.schedule.stocks import Magazines, counter_bits


def features_of(
    controls: list[FireControl],
    orders: list[Orders],
    arrays: Arrays,
    flags: int,
    classes: int,
    which: OrdersOf,
    most: int,
) -> Features:
    """The features of a world's arrays; `most` are the rounds that any magazine can fire in a
    trial, `flags` and `classes` how many there are."""
    names, chances = [c.name for c in controls], arrays.chances
    fallback = tuple(
        NO_NETWORK
        if c.fallback is None or c.onset is not None
        else (FIRES_NOTHING if c.fallback == "none" else names.index(c.fallback))
        for c in controls
    )
    return Features(
        fallback=fallback,
        rounds=chances.kill.shape[2],
        salvo=arrays.doctrine.salvo.shape[2],
        counter_bits=counter_bits(most),
        classes=classes,
        cued=arrays.cued.gate.size > 0,
        decisions=any(x.decisions for x in orders),
        waits=any(x.waits for x in orders),
        pools=bool(arrays.doctrine.pool.any()),
        sharing=any(x.shares for x in orders),
        kill_variants=chances.kill.shape[0],
        error_variants=chances.error.shape[0] if (chances.error >= 0).any() else 0,
        coins=chances.coin.shape[0],
        flags=flags > 1,
        onsets=which.onsets,
        alone=tuple(which.owner[number] for number in which.alone),
        losses=arrays.losses.object.size > 0,
        posts=arrays.posts.network.size > 0,
        reloads=arrays.reloads.rounds.size > 0,
        damage=bool((arrays.objects.damage_high < np.iinfo(np.int32).max).any()),
        keys=tuple(sorted({key for c in controls for key in c.by_class.in_use})),
    )


class Accounts(NamedTuple):
    """Under what each opportunity is counted: battery, interceptor, threat class and raid."""

    first: Integers  # [accounts] an opportunity of each
    row: Integers  # [O]
    raid: NDArray[np.int32]  # [objects] of the sequence


def labels_of(
    control: FireControl,
    names: Names,
    o: TimedOpportunities,
    accounts: Accounts,
    objects: TimedObjects,
    magazines: Magazines,
    scopes: list[Scope],
) -> Labels:
    """What the rows of the arrays mean; `scopes` [A] are of the architectures."""
    scenario = control.scenario
    defended = [name not in scenario.asset or scenario.asset[name].defended for name in names.asset]
    live = [scenario.threat[c].role == "live" for c in names.threat_class]
    first = accounts.first
    return Labels(
        account_class=array(objects.threat_class[o.object[first]]),
        account_battery=array(o.battery[first]),
        account_interceptor=array(o.interceptor[first]),
        account_raid=array(accounts.raid[o.object[first]]),
        magazine_battery=array(magazines.battery),
        magazine_interceptor=array(magazines.interceptor),
        object_class=array(objects.threat_class),
        object_asset=array(objects.asset),
        object_impact_ms=objects.impact_ms.astype(np.int64),
        object_raid=array(accounts.raid),
        object_live=np.array(live, np.bool_)[objects.threat_class] & objects.flown,
        object_defended=np.array(defended, np.bool_)[objects.asset],
        object_reachable=np.stack([scope.cells_reaching > 0 for scope in scopes]),
    )
