"""Schedule: one world as arrays of integers, all that the engine needs to replay it.

Times have become ranks and probabilities limits on 31-bit words, so that the engine compares
integers only. Axes: O opportunities, N objects, W worlds that share this structure, S rounds at
one opportunity, L salvo entries, J track times. Row 0 of the flags is "nothing can fail"; row 0
of the gates "tracked from the start", row 1 "never tracked".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Int = NDArray[np.int32]

MAX_ROUNDS = 15
"""Most rounds fired at one opportunity, and owed at one time: four bits of the look's state."""
MAX_LOOKS = 15
"""Looks counted by a cell at one threat; later looks use the last salvo entry anyway."""
NEVER = 32767
"""The rank after every time: an unkilled threat's death, an untracked threat's track."""
TRACK_TIMES = 16
"""Most times at which one sensor can gain one track."""

ALWAYS_TRACKED, NEVER_TRACKED = 0, 1
NO_FLAGS = 0
NO_HOLD = 0

# What a failed toss does to the opportunities that share its row.
UNAVAILABLE, IN_VAIN, DOUBLE, NOT_CALLED, OUT_OF_PLAY = 1, 2, 4, 8, 16

COUNTERS = ("fired", "wasted", "engaged", "remote", "opened")
"""What is counted by account as it happens: rounds fired, rounds wasted (rule 28), engagements,
those on remote tracks, looks opened."""

NO_NETWORK, FIRES_NOTHING = -1, -2
"""Instead of a fallback's index: the architecture has no network; nothing is fired without it."""

INLINE_EVEN, FIRST_COME, PLANNED = 0, 1, 2
"""How rounds owed are found: even share of a burst of one opportunity, full salvo, from a plan."""

PLAN_BEGIN, PLAN_MAGAZINE, PLAN_BATTERY, PLAN_TEST, PLAN_COUNT, PLAN_EVEN, PLAN_SERVE = range(7)
"""Kinds of plan entries (rules 18 and 19)."""

CAUSES = (
    "no_opportunity",
    "unavailable",
    "not_tracked",
    "not_called",
    "held",
    "no_decision",
    "no_channel",
    "no_magazine",
    "missed",
    "judged_dead",
)
"""Causes of a leaker in the order of rule 29; the last one met is the cause."""
(
    NO_OPPORTUNITY,
    REASON_UNAVAILABLE,
    REASON_NOT_TRACKED,
    REASON_NOT_CALLED,
    REASON_HELD,
    REASON_NO_DECISION,
    REASON_NO_CHANNEL,
    REASON_NO_MAGAZINE,
    REASON_MISSED,
    REASON_JUDGED_DEAD,
) = range(10)


class Opportunities(NamedTuple):
    """The fixed list in its order (rule 4); every field [O], shared by all architectures."""

    object: Int  # object fired at
    battery: Int
    magazine: Int  # row of (battery, interceptor)
    death_rank: Int  # rank of the intercept among the object's opportunities, ties by list order
    intercept_rank: Int  # the highest death_rank at this same instant
    launch_rank: Int  # rank of the launch among the battery's launch times
    account: Int  # row of (battery, interceptor, threat class) under which it is counted


class Doctrine(NamedTuple):
    """What each architecture makes of each opportunity; every field [A, O] unless stated.

    Pairs and cells are numbered within an architecture, plans through all.
    """

    allowed: Int  # 0: no opportunity here
    pair: Int  # row of (cell, object)
    gate: Int  # row of the track that licenses it
    gate_limit: Int  # highest gate value that is in time for the launch
    look_limit: Int  # highest intercept_rank whose look is over at launch
    seen_limit: Int  # highest death_rank that another's kill shows by launch; -1 none
    site_flags: Int  # flags row of battery, interceptor, cell and raid coins
    pair_flags: Int  # flags row of threat and pair coins, presence, calling, assignment
    release_rank: Int  # first launch rank of the battery at which its channel is free again
    reserve: Int  # rounds of the magazine that this class may not touch
    hold_magazine: Int  # row of the preferred magazine
    hold_stock: Int  # waits while that holds more; NEVER: does not wait
    cell: Int
    decision_rank: Int  # rank of the launch among the cell's launch times
    decision_limit: Int  # highest rank of the last look's opening that leaves the cell free
    mode: Int  # INLINE_EVEN, FIRST_COME or PLANNED
    plan_begin: Int  # range of plan entries to work through before it
    plan_end: Int
    salvo: Int  # [A, O, L] rounds owed by look; the last chance's salvo in every entry there


class Turns(NamedTuple):
    """What an architecture replays of the list: the opportunities it is allowed."""

    place: Int  # [A, O] their places in the list, in its order
    number: Int  # [A] how many there are


class Channels(NamedTuple):
    """When each taken channel is free again, as a list of releases; made of `release_rank`.

    R releases of an architecture, in the order in which the list comes to them. An opportunity
    keeps until its release whether it took a channel, in a row that others may use after it.
    """

    number: Int  # [A, batteries] channels; NEVER: unlimited
    hold: Int  # [A, O] row that keeps whether it took a channel; NO_HOLD: never released
    release_begin: Int  # [A, O] range of releases to work through before it, if it is allowed
    release_end: Int  # [A, O]
    release_hold: Int  # [A, R]
    release_battery: Int  # [A, R]

    @property
    def holds_in_use(self) -> int:
        """Rows of holds, with NO_HOLD."""
        return int(self.hold.max(initial=NO_HOLD)) + 1


class Plan(NamedTuple):
    """Fire plans of bursts (rules 18, 19) of all architectures; every field [entries]."""

    kind: Int
    magazine: Int
    battery: Int
    unlimited: Int  # 1: the battery has unlimited channels
    object: Int
    pair: Int
    gate: Int
    gate_limit: Int
    look_limit: Int
    seen_limit: Int
    site_flags: Int
    pair_flags: Int
    launch_rank: Int  # rank of the burst's start among the battery's launches
    salvo: Int  # [entries, L]
    cell_key: Int  # names the cell's own luck
    entity: Int  # the object's first opportunity of the burst, by its place in the list
    random: Int  # 1: the odd round, or the one served, is drawn


class Tosses(NamedTuple):
    """Per-trial tosses that set flags; a toss fails outside low <= word < high."""

    purpose: Int
    sub: Int
    entity: Int
    flags: Int  # row
    bits: Int
    low: Int  # [tosses, W] fails if word <= low (the limit less one)
    high: Int  # [tosses, W] fails if word > high


class Tracks(NamedTuple):
    """Contributions of sensors to gates, by entity; a gate takes the least.

    `ranks` [tracks, J+1]: gate value of the track at each time, NEVER last; `limits`
    [tracks, J, W]: cumulative detection; for cued entries (own sensors) `cued_limits` hold from
    the first time at which `warning`, a gate, is in `warning_ranks`; else these have no times.
    """

    entity: Int
    gate: Int
    path_flags: Int
    ranks: Int
    again: Int  # 1: entity and limits are those of the track before
    in_time: Int  # how many of its times are in time, if it does not matter which; else 0
    limits: Int
    warning: Int
    warning_ranks: Int
    cued_limits: Int


class Objects(NamedTuple):
    """Objects of the raid; every field [N]."""

    present_flags: Int  # flags row whose OUT_OF_PLAY says absent
    live: Int
    threat_class: Int
    asset: Int
    damage_high: Int  # [N, W] damages if word <= limit


class Stocks(NamedTuple):
    """What every trial starts with."""

    rounds: Int  # [A, magazines]
    magazine_battery: Int  # [magazines]
    channel_free: Int  # [A, batteries, channels] -1 free, NEVER no such channel
    network_flags: Int  # [A] flags row of the network; NO_FLAGS none


class Chances(NamedTuple):
    """Limits of the draws made per opportunity."""

    kill: Int  # [V, O, S, W] n rounds kill if word <= limit[n-1]
    kill_variant: Int  # [A] which table of kill limits holds
    error: Int  # [E, O, 2, W] look errs if word <= limit: dead called alive, live called dead
    error_variant: Int  # [A] which table of error limits holds
    coin: Int  # [coins, A, O, W] engagement coin fails if word > limit
    coin_sub: Int  # [coins] the coin's number in file order, part of its draws' key
    coin_bits: Int  # [coins] 1 unavailable, 2 double


@dataclass(frozen=True)
class Features:
    """What some architecture of this schedule uses; the rest is not even traced."""

    fallback: tuple[int, ...]  # per architecture: NO_NETWORK, FIRES_NOTHING or an index
    rounds: int  # S
    salvo: int  # L
    counter_bits: int  # hold the rounds of any magazine
    classes: int
    cued: bool
    decisions: bool
    holds: bool
    plans: bool
    kill_variants: int  # V
    error_variants: int  # E; 0: looks do not err
    coins: int
    flags: bool
    damage: bool

    @property
    def architectures(self) -> int:
        """Number of architectures."""
        return len(self.fallback)

    @property
    def counters_per_word(self) -> int:
        """COUNTERS that share a word of 16 bits."""
        return 16 // self.counter_bits

    @property
    def counter_words(self) -> int:
        """Words that hold all COUNTERS of an account."""
        return -(-len(COUNTERS) // self.counters_per_word)


class Arrays(NamedTuple):
    """Everything that goes to the device for one structure."""

    opportunities: Opportunities
    doctrine: Doctrine
    turns: Turns
    channels: Channels
    plan: Plan
    tosses: Tosses
    tracks: Tracks
    cued: Tracks
    objects: Objects
    stocks: Stocks
    chances: Chances
    counts: Int  # [6] opportunities, tosses, tracks, cued, objects, architectures in use


@dataclass(frozen=True)
class Labels:
    """What the rows mean: indices into the run's axes, for the tally."""

    account_class: Int  # [accounts]
    account_battery: Int  # [accounts]
    account_interceptor: Int  # [accounts]
    magazine_battery: Int  # [magazines]
    magazine_interceptor: Int  # [magazines]
    object_class: Int  # [N]
    object_asset: Int  # [N]
    object_live: NDArray[np.bool_]  # [N]
    object_defended: NDArray[np.bool_]  # [N]
    object_reachable: NDArray[np.bool_]  # [A, N]


@dataclass(frozen=True)
class Sizes:
    """Rows in use, which decide the shapes that are compiled."""

    opportunities: int
    objects: int
    magazines: int
    accounts: int
    batteries: int
    assets: int
    flags: int
    gates: int
    tosses: int
    tracks: int
    cued: int
    pairs: int
    cells: int
    plans: int
    holds: int
    releases: int


@dataclass(frozen=True)
class Schedule:
    """One structure with the limits of W worlds that share it."""

    worlds: NDArray[np.int64]  # [W] world numbers
    features: Features
    sizes: Sizes
    arrays: Arrays
    labels: Labels
    digest: str  # SHA-256 over every array
