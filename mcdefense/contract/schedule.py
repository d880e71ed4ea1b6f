"""Schedule: one world as arrays of integers, all that the engine needs to replay it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Int32, Int64
from numpy.typing import NDArray

from mcdefense.contract.arrays import Arrays, ChannelRanks
from mcdefense.contract.codes import COUNTERS
from mcdefense.contract.fight import Int

Truths = np.ndarray[tuple[Any, ...], np.dtype[np.bool_]]
Long = np.ndarray[tuple[Any, ...], np.dtype[np.int64]]


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
    waits: bool
    pools: bool
    sharing: bool
    kill_variants: int  # V
    error_variants: int  # E; 0: looks do not err
    coins: int
    flags: bool
    damage: bool
    losses: bool
    reloads: bool
    posts: bool = False
    onsets: tuple[int, ...] = ()  # per architecture: NO_ONSET, FIRES_NOTHING or orders; () none has
    alone: tuple[int, ...] = ()  # by orders that follow on the loss of a cell's post: whose
    keys: tuple[str, ...] = ()  # doctrine keys in use that reach a rule as they are

    def with_rules(self, other: Features) -> Features | None:
        """The features with the rules of both; None if they differ in the shape of any array: so
        worlds with losses or reloads have programs of their own, and the others no row of them."""
        both: dict[str, Any] = {
            rule.name: getattr(self, rule.name) or getattr(other, rule.name)
            for rule in fields(Features)
            if rule.type == "bool" and rule.name not in ("losses", "posts", "reloads")
        }
        both["keys"] = tuple(sorted({*self.keys, *other.keys}))
        joined = replace(self, **both)
        return joined if joined == replace(other, **both) else None

    @property
    def architectures(self) -> int:
        """Number of architectures."""
        return len(self.fallback)

    @property
    def orders(self) -> int:
        """Number of orders: the architectures', those of fallbacks after an onset, and those of
        batteries that fight by themselves after the loss of a post."""
        return len(self.owners)

    @property
    def owners(self) -> tuple[int, ...]:
        """By orders the architecture whose trials follow them."""
        after = (a for a, orders in enumerate(self.onsets) if orders >= 0)
        return (*range(self.architectures), *after, *self.alone)

    @property
    def counters_per_word(self) -> int:
        """COUNTERS that share a word of 16 bits."""
        return 16 // self.counter_bits

    @property
    def counter_words(self) -> int:
        """Words that hold all COUNTERS of an account."""
        return -(-len(COUNTERS) // self.counters_per_word)


@dataclass(frozen=True)
class Labels:
    """What the rows mean: indices into the run's axes, for the tally."""

    account_class: Int32[Int, " accounts"]
    account_battery: Int32[Int, " accounts"]
    account_interceptor: Int32[Int, " accounts"]
    account_raid: Int32[Int, " accounts"]
    magazine_battery: Int32[Int, " magazines"]
    magazine_interceptor: Int32[Int, " magazines"]
    object_class: Int32[Int, " objects"]
    object_asset: Int32[Int, " objects"]
    object_impact_ms: Int64[Long, " objects"]
    object_raid: Int32[Int, " objects"]
    object_live: Bool[Truths, " objects"]
    object_defended: Bool[Truths, " objects"]
    object_reachable: Bool[Truths, "architectures objects"]


class Growth(NamedTuple):
    """How a size is rounded up, so that worlds share compiled programs."""

    least: int
    """Rows that cost next to nothing: small scenarios are all given as many."""
    headroom: float
    """How much of the headroom for coming worlds it gets: 0 where it is the same in every world,
    2 where a row costs a trial little."""


def _size(least: int = 8, headroom: float = 1.0) -> Any:
    size: int = field(metadata={"growth": Growth(least, headroom)})
    return size


@dataclass(frozen=True)
class Sizes:
    """Rows in use, which decide the shapes that are compiled; named as the arrays' axes."""

    opportunities: int = _size(least=64)
    objects: int = _size(least=16)
    magazines: int = _size(headroom=0)
    accounts: int = _size()
    batteries: int = _size(headroom=0)
    assets: int = _size(least=4, headroom=0)
    flags: int = _size(least=16)
    gates: int = _size(least=16)
    tosses: int = _size(least=32, headroom=2)
    tracks: int = _size(least=32, headroom=2)
    cued: int = _size(headroom=2)
    pairs: int = _size(least=64)
    cells: int = _size(headroom=0)
    sharing: int = _size(least=4096, headroom=2)
    channel_rows: int = _size(headroom=2)
    releases: int = _size(headroom=2)
    pools: int = _size(headroom=0)
    pooled: int = _size(headroom=0)
    turns: int = _size(least=64)
    onset_turns: int = _size(least=0)
    onset_rows: int = _size(least=0)
    onset_objects: int = _size(least=0)
    impacts: int = _size(least=0)
    loss_rows: int = _size(least=0)
    loss_batteries: int = _size(least=0, headroom=0)
    loss_magazines: int = _size(least=0, headroom=0)
    parts: int = _size(least=0)
    losses: int = _size(least=0, headroom=0)
    post_rows: int = _size(least=0)
    reloads: int = _size(least=0)
    reload_rows: int = _size(least=0)
    stores: int = _size(least=0, headroom=0)

    @staticmethod
    def growth() -> dict[str, Growth]:
        """How each size grows."""
        return {size.name: size.metadata["growth"] for size in fields(Sizes)}


@dataclass(frozen=True)
class Schedule:
    """One structure with the limits of the worlds that share it."""

    worlds: NDArray[np.int64]
    """Numbers of the worlds."""
    features: Features
    sizes: Sizes
    arrays: Arrays
    channel_ranks: ChannelRanks
    labels: Labels
    digest: str
    """SHA-256 over every array that does not follow from others."""
