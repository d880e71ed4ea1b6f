"""Engagements and fire controls become a Schedule: arrays of integers for the engine."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mcdefense.chance import (
    make_chances,
    network_flag_rows,
)
from mcdefense.contract import (
    Arrays,
    ChannelRanks,
    Integers,
    Names,
    Schedule,
    Sizes,
    distinct_rows,
    lengths,
)
from mcdefense.encounter import Engagements, TimedOpportunities
from mcdefense.scenario import Scenario
from mcdefense.schedule.bursts import Bursts, find_bursts
from mcdefense.schedule.defences import Defences
from mcdefense.schedule.described import Accounts, features_of, labels_of
from mcdefense.schedule.every_orders import Basis, every_orders
from mcdefense.schedule.gates import make_gates
from mcdefense.schedule.guidance import guidance_under
from mcdefense.schedule.limits import array
from mcdefense.schedule.listing import (
    check_ranks,
    make_listing,
    ordered,
    shared_arrays,
)
from mcdefense.schedule.losses import impacts_of, loss_rows, parts_of
from mcdefense.schedule.objects import object_rows
from mcdefense.schedule.onsets import OrdersOf, channels_of, onset_rows, turns_of
from mcdefense.schedule.orders import joined_orders
from mcdefense.schedule.pools import make_pools
from mcdefense.schedule.posts import post_rows
from mcdefense.schedule.reloads import most_fired, reload_rows
from mcdefense.schedule.shooter import shooter_keys
from mcdefense.schedule.stocks import (
    digest_of,
    initial_stocks,
    magazine_rows,
)
from mcdefense.schedule.track_use import used_tracks


def compile_schedule(engagements: Engagements, defences: Defences, world: int) -> Schedule:
    """The schedule of one world under its architectures."""
    controls, names, own_controls = defences.controls, defences.names, defences.architectures
    which = OrdersOf.of(controls, defences.without_posts)
    objects, rows = engagements.objects, defences.gates.rows.copy()
    kinds = objects.threat_class.astype(np.int64)
    listed = engagements.opportunities
    o = ordered(
        listed,
        _priority(defences.scenario, names, kinds),
        shooter_keys(defences.scenario, names, listed, objects),
    )
    guidance = [guidance_under(defences, a, o, objects) for a in range(len(controls))]
    bursts = [find_bursts(c, g.scope, o) for c, g in zip(controls, guidance, strict=True)]
    magazines = magazine_rows(names, controls)
    times = _shared_times(bursts, o)
    listing = make_listing(o, kinds.size, len(names.battery), magazines.row_of, times)
    check_ranks(listing, kinds, controls[0].scenario, names)
    impacts = impacts_of(defences.lossable, own_controls, which, objects, names)
    parts = parts_of(impacts, defences.gates, [g.asked for g in guidance], o.object)
    gates = make_gates(
        defences.gates.sets,
        np.concatenate([*(g.gate_type[g.asks] for g in guidance), parts.kind]),
        np.concatenate([*(o.object[g.asks] for g in guidance), parts.object]),
        engagements.tracks,
        len(names.sensor),
        kinds.size,
    )
    stocks, numbers = initial_stocks(controls, names, magazines)
    stocks = stocks._replace(rounds=stocks.rounds[: len(own_controls)])
    numbers = numbers[[*which.doctrine]]
    basis = Basis(defences, which, listing, guidance, gates, objects, bursts, rows)
    orders = every_orders(basis, numbers == 0)
    stocks = stocks._replace(network_flags=array(network_flag_rows(own_controls, rows)))
    scopes = [guidance[a].scope for a in which.doctrine]
    own_scopes = scopes[: len(own_controls)]
    by_orders = [controls[a] for a in which.doctrine]
    variants = [defences.variants[a] for a in which.doctrine]
    chances = make_chances(o, by_orders, variants, names, scopes)
    fates = object_rows(controls[0], names, objects, rows)
    doctrine, sharing = joined_orders(orders)
    waited_for = [x.preferred for x in orders]
    pools, pool, wait_pool = make_pools(by_orders, scopes, o, waited_for, magazines)
    doctrine = doctrine._replace(pool=array(pool), wait_pool=array(wait_pool))
    raid = np.minimum(objects.raid, defences.scenario.raids - 1)  # of another point: never flown
    accounts = Accounts(
        *distinct_rows(o.battery, o.interceptor, kinds[o.object], raid[o.object].astype(np.int64)),
        raid,
    )
    shared = shared_arrays(listing, accounts.row)
    channel_ranks = ChannelRanks(
        launch=array(listing.launch_rank),
        release=array(np.stack([x.release for x in orders])),
        sharing=array(np.concatenate([x.sharing_launch for x in orders])),
        number=array(numbers),
    )
    channels = channels_of(shared, doctrine, sharing, channel_ranks, which)
    turns, orders_of_turns = turns_of(doctrine, which)
    tosses = rows.tosses()
    losses = loss_rows(impacts, parts, gates.row, fates, doctrine, o, magazines.battery)
    reloads = reload_rows(own_controls, names, magazines, which, stocks, doctrine, o.launch_ms)
    most = most_fired(own_controls, names, magazines, shared, stocks, chances.kill.shape[2])
    tracks, cued = used_tracks(gates, doctrine, sharing, losses)
    tracked = [tracks.gate.size, cued.gate.size]
    used = [o.object.size, tosses.bits.size, *tracked, kinds.size, len(own_controls)]
    arrays = Arrays(
        opportunities=shared,
        doctrine=doctrine,
        pools=pools,
        turns=turns,
        onsets=onset_rows(own_controls, which, orders_of_turns, o.launch_ms, objects.impact_ms),
        losses=losses,
        posts=post_rows(impacts, controls, scopes),
        reloads=reloads,
        channels=channels,
        sharing=sharing,
        tosses=tosses,
        tracks=tracks,
        cued=cued,
        objects=fates,
        stocks=stocks,
        chances=chances,
        counts=np.array(used, np.int32),
    )
    return Schedule(
        worlds=np.array([world], np.int64),
        features=features_of(
            own_controls, orders, arrays, len(rows), len(names.threat_class), which, most
        ),
        sizes=_sizes(
            arrays,
            accounts=accounts.first.size,
            assets=len(names.asset),
            flags=len(rows),
            gates=gates.rows,
            pairs=max(x.pairs for x in orders),
            cells=max(x.cells for x in orders),
            channel_rows=channels.rows_in_use,
            losses=defences.lossable.rows if losses.object.size else 0,
        ),
        arrays=arrays,
        channel_ranks=channel_ranks,
        labels=labels_of(controls[0], names, o, accounts, objects, magazines, own_scopes),
        digest=digest_of(arrays, channel_ranks),
    )


def _sizes(arrays: Arrays, **others: int) -> Sizes:
    """The lengths of the arrays' axes, and the sizes that are the length of none.

    Where something is in use that has a row for each opportunity, there is one at least: the engine
    reads from no table without rows, not even in a world in which nobody can fire.
    """
    found = lengths(arrays)
    named = {name: found[name] for name in Sizes.growth() if name in found}
    of_each = {
        "onset_turns": arrays.onsets.cause.size,
        "onset_rows": arrays.onsets.cause.size,
        "loss_rows": arrays.losses.object.size,
        "post_rows": arrays.posts.network.size,
        "reload_rows": arrays.reloads.rounds.size,
    }
    named |= {name: max(named[name], 1) for name, used in of_each.items() if used}
    return Sizes(**named, **others)


def _priority(scenario: Scenario, names: Names, kinds: Integers) -> NDArray[np.float64] | None:
    """Priority of each object where launches coincide (rule 4, `order`); None: file order."""
    if scenario.engagement.priority == "time":
        return None
    return np.array([scenario.threat[c].value for c in names.threat_class])[kinds]


def _shared_times(bursts: list[Bursts], o: TimedOpportunities) -> tuple[Integers, Integers]:
    """Batteries, and the times at which bursts ask for their free channels."""
    batteries = np.concatenate([o.battery[some.member] for some in bursts])
    return batteries, np.concatenate([some.start_ms[some.of] for some in bursts])
