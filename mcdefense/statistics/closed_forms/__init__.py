"""Exact answers of simple engagements: oracles for tests, examples and docs.

Each topic is a module; a distribution of leakers is an array `pmf` with P(X = i) at position i.
Every module names what it assumes; the tests hold the figures they must give.
"""

from mcdefense.statistics.closed_forms import (
    channels,
    common_mode,
    coordination,
    decoys,
    distribution,
    exchange,
    layers,
    looks,
    magazine,
    shots,
)

__all__ = [
    "channels",
    "common_mode",
    "coordination",
    "decoys",
    "distribution",
    "exchange",
    "layers",
    "looks",
    "magazine",
    "shots",
]
