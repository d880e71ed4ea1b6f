"""The arrays of a schedule, each declared once: its axes stand in its type, in words of `Sizes`.

Padding, sizes and the digest follow from these types (axes.py). Times have become ranks and
probabilities limits on 31-bit words, so that the engine compares integers only. Axes that are not
sizes: `architectures`, `orders` (theirs, and of fallbacks), `looks` (salvo entries), `rounds` (at
one opportunity), `times` (of a track), `worlds` (that share the structure), `loads` (of points of a
study that differ in nothing but their rounds). Row 0 of the flags is "nothing can fail"; row 0 of
the gates is "tracked from the start", row 1 "never tracked".
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from jaxtyping import Int32

from mcdefense.contract.axes import Renamed
from mcdefense.contract.fight import Int, LossRows, OnsetRows, PostRows, ReloadRows


class OpportunityRows(NamedTuple):
    """The fixed list in its `order` (rule 4), shared by all architectures."""

    object: Int32[Int, " opportunities"]
    """Object fired at."""
    battery: Int32[Int, " opportunities"]
    magazine: Int32[Int, " opportunities"]
    """Row of (battery, interceptor)."""
    death_rank: Int32[Int, " opportunities"]
    """Rank of the intercept among the object's opportunities, ties by list order."""
    intercept_rank: Int32[Int, " opportunities"]
    """The highest death_rank at this same instant."""
    account: Int32[Int, " opportunities"]
    """Row of (battery, interceptor, threat class) under which it is counted."""


class DoctrineRows(NamedTuple):
    """What each architecture's orders make of each opportunity.

    Orders are the architectures' own, then those by which a fallback fires on after the loss of a
    network during the raid (OnsetRows). Pairs and cells are numbered within an architecture, steps
    of sharing through all.
    """

    allowed: Int32[Int, "orders opportunities"]
    """0: no opportunity here."""
    pair: Int32[Int, "orders opportunities"]
    """Row of (cell, object)."""
    gate: Int32[Int, "orders opportunities"]
    """Row of the track that licenses it."""
    gate_limit: Int32[Int, "orders opportunities"]
    """Highest gate value that is in time for the launch."""
    look_limit: Int32[Int, "orders opportunities"]
    """Highest intercept_rank whose look is over at launch."""
    seen_limit: Int32[Int, "orders opportunities"]
    """Highest death_rank that another's kill shows by launch; -1 none."""
    site_flags: Int32[Int, "orders opportunities"]
    """Flags row of battery, interceptor, cell and raid coins."""
    pair_flags: Int32[Int, "orders opportunities"]
    """Flags row of threat and pair coins, presence, calling, assignment."""
    reserve: Int32[Int, "orders opportunities"]
    """Rounds of the magazine that this class may not touch."""
    wait_magazine: Int32[Int, "orders opportunities"]
    """Row of the preferred magazine."""
    wait_stock: Int32[Int, "orders opportunities"]
    """Waits while that holds more; NEVER: does not wait."""
    pool: Int32[Int, "orders opportunities"]
    """Row of the pool from which it may fire; NO_POOL: no reserve is kept over magazines."""
    wait_pool: Int32[Int, "orders opportunities"]
    """Row of the preferred round's pool, in whose reserve is what doctrine holds."""
    cell: Int32[Int, "orders opportunities"]
    decision_rank: Int32[Int, "orders opportunities"]
    """Rank of the launch among the cell's launch times."""
    decision_limit: Int32[Int, "orders opportunities"]
    """Highest rank of the last look's opening that leaves the cell free."""
    mode: Int32[Int, "orders opportunities"]
    """INLINE_EVEN, FIRST_COME or SHARED_OUT."""
    sharing_begin: Int32[Int, "orders opportunities"]
    """Range of steps of sharing to work through before it."""
    sharing_end: Int32[Int, "orders opportunities"]
    salvo: Int32[Int, "orders opportunities looks"]
    """Rounds owed by look; the last chance's salvo in every entry there."""


class PoolRows(NamedTuple):
    """A cell's magazines of one interceptor, of which a class may not touch some rounds.

    Row NO_POOL has no magazine, and a reserve that keeps nothing back.
    """

    begin: Int32[Int, " pools"]
    """Range of its magazines."""
    end: Int32[Int, " pools"]
    reserve: Int32[Int, " pools"]
    """Rounds kept over all of them."""
    magazine: Int32[Int, " pooled"]
    """Magazines of all pools."""


class Turns(NamedTuple):
    """What an architecture replays of the list: the opportunities that it is allowed, and those of
    a fallback that takes over during the raid."""

    place: Int32[Int, "architectures turns"]
    """Their places in the list, in its order."""
    number: Int32[Int, " architectures"]
    """How many there are."""


class Channels(NamedTuple):
    """When each taken channel is free again, as a list of releases; made from ChannelRanks.

    The releases of an architecture stand in the order in which the list comes to them, and its
    fallback's orders have the same. An opportunity keeps until its release whether it took a
    channel, in a row that others may use after it.
    """

    number: Int32[Int, "orders batteries"]
    """Channels; NEVER: unlimited."""
    row: Int32[Int, "orders opportunities"]
    """Row that keeps whether it took a channel; NO_CHANNEL_ROW: never released."""
    release_begin: Int32[Int, "orders opportunities"]
    """Range of releases to work through before it, if it is allowed."""
    release_end: Int32[Int, "orders opportunities"]
    release_row: Int32[Int, "orders releases"]
    release_battery: Int32[Int, "orders releases"]

    @property
    def rows_in_use(self) -> int:
        """Channel rows, with NO_CHANNEL_ROW."""
        return int(self.row.max(initial=0)) + 1


class SharingRows(NamedTuple):
    """How rounds are shared in bursts, step by step, of all architectures (18 `sharing`, 19)."""

    kind: Int32[Int, " sharing"]
    magazine: Int32[Int, " sharing"]
    battery: Int32[Int, " sharing"]
    unlimited: Int32[Int, " sharing"]
    """1: the battery has unlimited channels."""
    object: Int32[Int, " sharing"]
    pair: Int32[Int, " sharing"]
    gate: Int32[Int, " sharing"]
    gate_limit: Int32[Int, " sharing"]
    look_limit: Int32[Int, " sharing"]
    seen_limit: Int32[Int, " sharing"]
    site_flags: Int32[Int, " sharing"]
    pair_flags: Int32[Int, " sharing"]
    salvo: Int32[Int, "sharing looks"]
    cell_key: Int32[Int, " sharing"]
    """Names the cell's own luck."""
    entity: Int32[Int, " sharing"]
    """The object's first opportunity of the burst, by its place in the list."""
    random: Int32[Int, " sharing"]
    """1: the odd round, or the one served, is drawn."""


class Tosses(NamedTuple):
    """Per-trial tosses that set flags; a toss fails outside low < word <= high."""

    purpose: Int32[Int, " tosses"]
    sub: Int32[Int, " tosses"]
    entity: Int32[Int, " tosses"]
    flags: Int32[Int, " tosses"]
    """Row of the flags."""
    bits: Int32[Int, " tosses"]
    low: Int32[Int, "tosses worlds"]
    """Fails if word <= low (the limit less one)."""
    high: Int32[Int, "tosses worlds"]
    """Fails if word > high."""


class TrackRows(NamedTuple):
    """Contributions of sensors to gates, by entity; a gate takes the least.

    For cued entries (own sensors) `cued_limits` hold from the first time at which `warning`, a
    gate, is in `warning_ranks`; else these have no times.
    """

    entity: Int32[Int, " tracks"]
    gate: Int32[Int, " tracks"]
    path_flags: Int32[Int, " tracks"]
    ranks: Int32[Int, "tracks ranks"]
    """Gate value of the track at each time, NEVER last."""
    same_as_before: Int32[Int, " tracks"]
    """1: entity and limits are those of the track before."""
    in_time: Int32[Int, " tracks"]
    """How many of its times are in time, if it does not matter which; else 0."""
    limits: Int32[Int, "tracks times worlds"]
    """Cumulative detection."""
    warning: Int32[Int, " tracks"]
    warning_ranks: Int32[Int, "tracks cued_times"]
    cued_limits: Int32[Int, "tracks cued_times worlds"]


class ObjectRows(NamedTuple):
    """Objects of the raid."""

    present_flags: Int32[Int, " objects"]
    """Flags row whose OUT_OF_PLAY says absent."""
    live: Int32[Int, " objects"]
    threat_class: Int32[Int, " objects"]
    asset: Int32[Int, " objects"]
    damage_high: Int32[Int, "objects worlds"]
    """Damages if word <= limit."""


class Stocks(NamedTuple):
    """What every trial starts with."""

    rounds: Int32[Int, "architectures magazines loads"]
    magazine_battery: Int32[Int, " magazines"]
    network_flags: Int32[Int, " architectures"]
    """Flags row of the network; NO_FLAGS none."""


class Chances(NamedTuple):
    """Limits of the draws made per opportunity."""

    kill: Int32[Int, "kill_variants opportunities rounds worlds"]
    """n rounds kill if word <= limit[n-1]."""
    kill_variant: Int32[Int, " orders"]
    """Which table of kill limits holds."""
    error: Int32[Int, "error_variants opportunities errors worlds"]
    """A look errs if word <= limit: dead called alive, live called dead."""
    error_variant: Int32[Int, " orders"]
    """Which table of error limits holds."""
    coin: Int32[Int, "coins orders opportunities worlds"]
    """An engagement coin fails if word > limit."""
    coin_sub: Int32[Int, " coins"]
    """The coin's number in file order, part of its draws' key."""
    coin_bits: Int32[Int, " coins"]
    """1 unavailable, 2 double."""


class Arrays(NamedTuple):
    """Everything that goes to the device for one structure."""

    opportunities: OpportunityRows
    doctrine: DoctrineRows
    pools: PoolRows
    turns: Turns
    onsets: OnsetRows
    losses: LossRows
    posts: PostRows
    reloads: ReloadRows
    channels: Channels
    sharing: SharingRows
    tosses: Tosses
    tracks: TrackRows
    cued: Annotated[TrackRows, Renamed(tracks="cued", cued_times="times")]
    objects: ObjectRows
    stocks: Stocks
    chances: Chances
    counts: Int32[Int, " 6"]
    """Opportunities, tosses, tracks, cued, objects, architectures in use."""


class ChannelRanks(NamedTuple):
    """From when until when a channel is taken, as ranks among its battery's launch times.

    The host makes the list of releases (Channels) from it; the device never sees it.
    """

    launch: Int32[Int, " opportunities"]
    """Rank of the launch."""
    release: Int32[Int, "orders opportunities"]
    """First rank at which the channel is free again."""
    sharing: Int32[Int, " sharing"]
    """Rank of the burst's start."""
    number: Int32[Int, "orders batteries"]
    """Channels of each battery; 0: unlimited."""
