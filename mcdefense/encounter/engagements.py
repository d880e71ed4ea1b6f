"""What kinematics allow in one world: objects, opportunities and track tables, in milliseconds.

This is the common form of a laydown and of an opportunity table; no architecture appears in it,
but a *variant*: architectures whose overrides leave the physics alone share variant 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Index = NDArray[np.int32]
Milliseconds = NDArray[np.int64]


@dataclass(frozen=True)
class TimedObjects:
    """The objects of the raid in file order; every field [N]."""

    threat_class: Index  # into the run's threat classes
    asset: Index
    start_ms: Milliseconds
    impact_ms: Milliseconds
    flown: NDArray[np.bool_]
    """Whether it comes: those that do not keep a number, and nothing is possible at them."""
    raid: Index
    """Which of the raids in sequence it is of, from 0."""


@dataclass(frozen=True)
class TimedOpportunities:
    """Pairings that rule 2 (`opportunity`) allows, unordered; every field [O] unless stated."""

    object: Index
    battery: Index
    interceptor: Index
    launch_ms: Milliseconds
    intercept_ms: Milliseconds
    possible: NDArray[np.bool_]  # [V, O] in which variants it exists
    own_covers: NDArray[np.int64]  # [V, O] bits: which own sensors cover the intercept
    sspk: NDArray[np.float64]  # [V, O]


@dataclass(frozen=True)
class TrackTables:
    """When sensors gain tracks; every field [K] or [K, 16], padded by repeating the last column."""

    variant: Index
    sensor: Index
    object: Index
    time_ms: Milliseconds  # [K, 16]
    probability: NDArray[np.float64]  # [K, 16] cumulative
    cued_probability: NDArray[np.float64]  # [K, 16] cumulative, when warned
    times: Index  # [K] columns in use


@dataclass(frozen=True)
class Engagements:
    """All of one world."""

    objects: TimedObjects
    opportunities: TimedOpportunities
    tracks: TrackTables


def milliseconds(seconds: NDArray[np.float64] | float) -> Milliseconds:
    """Seconds rounded once to whole `milliseconds` (rule 1)."""
    return np.rint(np.asarray(seconds, np.float64) * 1000.0).astype(np.int64)


def durations_ms(seconds: NDArray[np.float64] | float) -> Milliseconds:
    """Lengths of time in whole milliseconds: one that is not 0 lasts a millisecond at least."""
    rounded = milliseconds(seconds)
    return np.maximum(rounded, (np.asarray(seconds) > 0).astype(np.int64))
