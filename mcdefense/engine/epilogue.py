"""What a block of trials comes to: leakers, hits, causes and stocks, all as sums of integers."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array, lax
from jaxtyping import Int32

from mcdefense.contract import (
    CAUSE_KILLED,
    CAUSE_UNAVAILABLE,
    FIRES_NOTHING,
    LOOKS_HAD,
    NEVER,
    NO_NETWORK,
    NO_ONSET,
    OUT_OF_PLAY,
    Arrays,
    Features,
    Purpose,
    Sizes,
)
from mcdefense.engine.accounts import account_sums
from mcdefense.engine.draws import Luck
from mcdefense.engine.fates import (
    killed_by_other,
    marked,
    outcomes_in_use,
    trials_in,
    with_all_outcomes,
)
from mcdefense.engine.first_losses import first_losses
from mcdefense.engine.onset import onset_draws
from mcdefense.engine.rows import Small, Table, entry, limit_of, row, whole, with_row
from mcdefense.engine.state import Final, Setting


class Outcome(NamedTuple):
    """Integer sums over a block, each with its axes in its type.

    `objects`, `assets`, `batteries`, `magazines` and `accounts` are rows of the schedule; `classes`
    have the total last, which `threat_classes` lack; `architecture_pairs` are (a, b) with a < b.
    `worlds` are the schedule's, or its one world once for each of its loads. `parts` are those of
    the trials, as sums of squares over all of them would overflow 32 bits.
    """

    live: Int32[Array, "objects worlds"]
    leakers: Int32[Array, "architectures objects worlds"]
    hits: Int32[Array, "architectures objects worlds"]
    outcome: Int32[Array, "architectures objects causes worlds"]
    """Of live objects."""
    leaked_alone: Int32[Array, "architectures architectures_other threat_classes causes worlds"]
    """Objects that leak under the first, by cause, and are killed under the other."""
    leakers_by_looks: Int32[Array, "architectures threat_classes looks_had worlds"]
    live_squared: Int32[Array, "classes worlds parts"]
    leakers_live: Int32[Array, "architectures classes worlds parts"]
    leakers_squared: Int32[Array, "architectures classes worlds parts"]
    leakers_product: Int32[Array, "architecture_pairs classes worlds parts"]
    no_leakers: Int32[Array, "architectures classes worlds"]
    no_leakers_both: Int32[Array, "architecture_pairs classes worlds"]
    leakers_histogram: Int32[Array, "architectures classes bins worlds"]
    asset_hit: Int32[Array, "architectures assets worlds"]
    network_lost: Int32[Array, "architectures worlds"]
    leakers_network_lost: Int32[Array, "architectures classes worlds"]
    no_leakers_network_lost: Int32[Array, "architectures worlds"]
    leakers_before_onset: Int32[Array, "architectures threat_classes worlds"]
    emptied: Int32[Array, "architectures magazines worlds"]
    denied: Int32[Array, "architectures batteries worlds"]
    rounds_left: Int32[Array, "architectures magazines worlds"]
    account_sums: Int32[Array, "architectures accounts masks sums worlds"]
    """ACCOUNT_SUMS, for each of masks_of."""
    first_losses: Int32[Array, "architectures impacts worlds"]
    """Trials in which the impact was the first at its battery or sensor (rule 39, `losses`)."""


def masks_of(features: Features) -> tuple[tuple[int, ...], ...]:
    """Per architecture, the architectures by whose networks its sums are told apart.

    The first is the architecture itself: its sums are counted where its network is up. Then come
    those that fall back on it, in whose place it is counted where their networks are down; or it
    once more, for trials in which its own was lost during the raid.
    """
    return tuple(
        (
            a,
            *(b for b, fallback in enumerate(features.fallback) if fallback == a),
            *([a] if features.onsets and features.onsets[a] != NO_ONSET else []),
        )
        for a in range(features.architectures)
    )


def network_masks(features: Features, down: Array, valid: Array) -> Array:
    """Trials [A, masks, W, T] that count in each of an architecture's sums, 1 or 0."""
    slots = max(len(masks) for masks in masks_of(features))
    rows = []
    for a, masks in enumerate(masks_of(features)):
        rows += [valid & ~down[a], *(valid & down[b] for b in masks[1:])]
        rows += [jnp.zeros_like(valid)] * (slots - len(masks))
    return jnp.stack(rows).astype(Small).reshape(features.architectures, slots, *valid.shape)


def _sum(values: Array, axis: int | tuple[int, ...] | None = -1) -> Array:
    return jnp.sum(values, axis=axis, dtype=jnp.int32)


def _wide(values: Array) -> Array:
    return values.astype(jnp.int32)


def _in_parts(values: Array, most: int) -> Array:
    """Sums over the last axis in as many parts as keep `most`**2 a trial within 31 bits."""
    trials = values.shape[-1]
    part = 1
    while part < trials and trials % (2 * part) == 0 and most * most * 2 * part < 2**31:
        part *= 2
    return _sum(values.reshape(*values.shape[:-1], trials // part, part))


def _with_fallback(own: Array, idle: Array, features: Features, down: Array) -> Array:
    """Each architecture's rows [A, rows, W, T], or its fallback's where its network is down (26).

    `idle` are the rows of a defence that fires nothing.
    """
    if all(fallback == NO_NETWORK for fallback in features.fallback):
        return own
    # One whose network is lost during the raid has been replayed with its fallback already.
    instead = {FIRES_NOTHING: idle, NO_NETWORK: own}
    other = [
        instead[fallback][a] if fallback in instead else own[fallback]
        for a, fallback in enumerate(features.fallback)
    ]
    return jnp.where(down[:, None], jnp.stack(other), own)


class _Totals(NamedTuple):
    """Sums to which each object is added in its turn."""

    live: Array  # [C1, W, T] live objects by class
    leakers: Array  # [C1, A, W, T]
    hit: Array  # [assets, A, W, T]
    live_sum: Array  # [N, W]
    leaker_sum: Array  # [N, A, W]
    hit_sum: Array  # [N, A, W]
    outcome_sum: Array  # [N, A, 11, W]
    alone: Array  # [C, A, A, 11, W]
    by_looks: Array  # [C, A, 4, W]
    before_onset: Array | None  # [C, A, W] leakers of trials whose network is lost later; None none


def _add_objects(setting: Setting, fates: Final, down: Array, valid: Array, luck: Luck) -> _Totals:
    """The sums over all objects; `fates` [A, N, W, T] are after fallbacks."""
    arrays, features, sizes = setting.arrays, setting.features, setting.sizes
    objects, shape = arrays.objects, valid.shape
    architectures, n, worlds = features.architectures, sizes.objects, shape[0]
    used = outcomes_in_use(features)
    onsets = onset_draws(down, luck) if features.onsets else None

    def add(index: Array, totals: _Totals) -> _Totals:
        def taken(rows: Array) -> Array:
            return lax.dynamic_index_in_dim(rows, index, 1, keepdims=False)  # [A, W, T]

        present = (row(setting.flags, entry(objects.present_flags, index)) & OUT_OF_PLAY) == 0
        live = present & valid[None] & (entry(objects.live, index) != 0)
        leaks = live & (taken(fates.death) == NEVER)
        hits = leaks
        if features.damage:
            draw = luck.draw(Purpose.DAMAGE, 0, index)
            hits = leaks & (draw <= limit_of(entry(objects.damage_high, index)))
        final = jnp.where(leaks, taken(fates.cause), Small(CAUSE_KILLED))
        met = marked(final, jnp.broadcast_to(live, final.shape), used)
        looks = trials_in(marked(taken(fates.looks), leaks, tuple(range(LOOKS_HAD + 1))))
        kind, asset = entry(objects.threat_class, index), entry(objects.asset, index)
        before = totals.before_onset
        if before is not None and onsets is not None:
            earlier = leaks & down & (onsets > _of_object(arrays.onsets.impact, index))
            before = before.at[kind].add(_sum(earlier))
        return _Totals(
            live=with_row(totals.live, kind, row(totals.live, kind) + _wide(live)),
            leakers=with_row(totals.leakers, kind, row(totals.leakers, kind) + _wide(leaks)[None]),
            hit=with_row(totals.hit, asset, row(totals.hit, asset) | hits.astype(Small)[None]),
            live_sum=with_row(totals.live_sum, index, _sum(live)),
            leaker_sum=with_row(totals.leaker_sum, index, _sum(leaks)),
            hit_sum=with_row(totals.hit_sum, index, _sum(hits)),
            outcome_sum=with_row(totals.outcome_sum, index, trials_in(met)),
            alone=with_row(
                totals.alone, kind, row(totals.alone, kind) + killed_by_other(met)[None]
            ),
            by_looks=with_row(totals.by_looks, kind, row(totals.by_looks, kind) + looks[None]),
            before_onset=before,
        )

    def zeros(*shape: int, dtype: type = jnp.int32) -> Array:
        return jnp.zeros(shape, dtype)

    start = _Totals(
        live=zeros(features.classes + 1, *shape),
        leakers=zeros(features.classes + 1, architectures, *shape),
        hit=zeros(sizes.assets, architectures, *shape, dtype=Small),
        live_sum=zeros(n, worlds),
        leaker_sum=zeros(n, architectures, worlds),
        hit_sum=zeros(n, architectures, worlds),
        outcome_sum=zeros(n, architectures, len(used), worlds),
        alone=zeros(features.classes, architectures, architectures, len(used), worlds),
        by_looks=zeros(features.classes, architectures, LOOKS_HAD + 1, worlds),
        before_onset=zeros(features.classes, architectures, worlds) if features.onsets else None,
    )
    totals = lax.fori_loop(0, whole(arrays.counts)[4], add, start)
    return totals._replace(
        outcome_sum=with_all_outcomes(totals.outcome_sum, used),
        alone=with_all_outcomes(totals.alone, used),
    )


def _of_object(values: Table, index: Array) -> Array:
    """Entry [A, index] of a table by architecture and object, as [A, 1, 1]."""
    return lax.dynamic_index_in_dim(whole(values), index, 1)[..., None]


def count_outcome(
    setting: Setting,
    fates: Final,
    down: Array,
    masks: Array,
    valid: Array,
    luck: Luck,
    leaker_bins: int,
) -> Outcome:
    """All counts of a block, from how it ended under each architecture.

    `fates` [A, rows, W, T]; `down` [A, W, T] where an architecture's network is down; `masks` as
    of network_masks.
    """
    arrays, features, sizes = setting.arrays, setting.features, setting.sizes
    count = features.architectures

    death, cause = fates.death, fates.cause
    # An object that had an opportunity, which an idle defence cannot use.
    reached = jnp.zeros((count, sizes.objects), Small)
    allowed = whole(arrays.doctrine.allowed)[:count].astype(Small)
    reached = reached.at[:, whole(arrays.opportunities.object)].max(allowed)
    unused = jnp.broadcast_to((reached * CAUSE_UNAVAILABLE)[..., None, None], cause.shape)
    settled = fates._replace(
        death=_with_fallback(death, jnp.full_like(death, NEVER), features, down),
        cause=_with_fallback(cause, unused, features, down),
        looks=_with_fallback(fates.looks, jnp.zeros_like(fates.looks), features, down),
    )
    totals = _add_objects(setting, settled, down, valid, luck)
    classes, most = features.classes, sizes.objects
    live = totals.live.at[classes].set(_sum(totals.live[:classes], 0))
    leakers = totals.leakers.at[classes].set(_sum(totals.leakers[:classes], 0))
    leakers = jnp.moveaxis(leakers, 1, 0)  # [A, C1, W, T]
    pairs = list(combinations(range(count), 2))
    first = jnp.array([a for a, _ in pairs], jnp.int32)
    second = jnp.array([b for _, b in pairs], jnp.int32)
    none = (leakers == 0) & valid[None, None]
    lost = down & valid[None]
    counts = valid[None, None]
    stock = fates.stock
    loaded = (whole(arrays.stocks.rounds) << 1).astype(Small)[..., None]
    stock = _with_fallback(stock, jnp.broadcast_to(loaded, stock.shape), features, down)
    return Outcome(
        live=totals.live_sum,
        leakers=jnp.moveaxis(totals.leaker_sum, 0, 1),
        hits=jnp.moveaxis(totals.hit_sum, 0, 1),
        outcome=jnp.moveaxis(totals.outcome_sum, 0, 1),
        leaked_alone=jnp.moveaxis(totals.alone, 0, 2),
        leakers_by_looks=jnp.moveaxis(totals.by_looks, 0, 1),
        live_squared=_in_parts(live * live, most),
        leakers_live=_in_parts(leakers * live[None], most),
        leakers_squared=_in_parts(leakers * leakers, most),
        leakers_product=_in_parts(leakers[first] * leakers[second], most),
        no_leakers=_sum(none),
        no_leakers_both=_sum(none[first] & none[second]),
        leakers_histogram=_histogram(leakers, valid, leaker_bins),
        asset_hit=jnp.moveaxis(_sum(totals.hit), 0, 1),
        network_lost=_sum(lost),
        leakers_network_lost=_sum(leakers * _wide(lost)[:, None]),
        no_leakers_network_lost=_sum(none[:, classes] & lost),
        leakers_before_onset=_leakers_before(totals, features),
        emptied=_sum((stock < 2) & (loaded > 0) & counts),
        denied=_denied(stock, arrays, sizes, valid),
        rounds_left=_sum((stock >> 1) * counts.astype(Small)),
        account_sums=account_sums(setting, fates, death, masks),
        first_losses=first_losses(setting, settled.death, valid),
    )


def _leakers_before(totals: _Totals, features: Features) -> Array:
    if totals.before_onset is None:
        shape = (features.architectures, features.classes, totals.live.shape[1])
        return jnp.zeros(shape, jnp.int32)
    return jnp.moveaxis(totals.before_onset, 0, 1)


def _histogram(leakers: Array, valid: Array, bins: int) -> Array:
    """Trials by number of leakers [A, C1, bins, W]."""
    a, c, w = leakers.shape[:3]
    flat = leakers.reshape(a * c * w, -1)
    rows = jnp.arange(a * c * w, dtype=jnp.int32)[:, None]
    weights = jnp.broadcast_to(valid, leakers.shape).reshape(flat.shape).astype(jnp.int32)
    counts = jnp.zeros((a * c * w, bins), jnp.int32).at[rows, flat].add(weights)
    return jnp.moveaxis(counts.reshape(a, c, w, bins), -1, -2)


def _denied(stock: Array, arrays: Arrays, sizes: Sizes, valid: Array) -> Array:
    """Trials [A, batteries, W] in which each was refused for want of rounds (rule 30, `denied`)."""
    refused = jnp.zeros((stock.shape[0], sizes.batteries, *valid.shape), Small)
    refused = refused.at[:, whole(arrays.stocks.magazine_battery)].max(stock & 1)
    return _sum(refused * valid.astype(Small)[None, None])
