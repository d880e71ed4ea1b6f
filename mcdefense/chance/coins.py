"""Coins as tosses that set flags: which rows of flags an architecture's opportunities read.

A row is named by what is tossed for it, so that equal rows are one row, whatever architecture
asks for it.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import NamedTuple

import numpy as np

from mcdefense.contract import DOUBLE, IN_VAIN, NO_FLAGS, UNAVAILABLE, Names, Purpose, Tosses, limit
from mcdefense.firecontrol import FireControl
from mcdefense.scenario import Coin, Scenario

EFFECT_BITS = {"launch": UNAVAILABLE, "kill": IN_VAIN, "double": DOUBLE}


class Toss(NamedTuple):
    """One toss that sets `bits` unless its draw succeeds: low <= u < high of the unit interval."""

    purpose: Purpose
    sub: int
    entity: int
    bits: int
    low: float
    high: float


class FlagRows:
    """Rows of flags by the set of their tosses; row 0 has none."""

    def __init__(self) -> None:
        self._rows: dict[frozenset[Toss], int] = {frozenset(): NO_FLAGS}
        self._found: dict[Hashable, dict[Hashable, int]] = {}

    def row(self, tosses: frozenset[Toss]) -> int:
        """The row that these tosses set."""
        return self._rows.setdefault(tosses, len(self._rows))

    def found_for(self, form: Hashable) -> dict[Hashable, int]:
        """Rows that were found for tosses of this form, for whoever asks to keep what it finds."""
        return self._found.setdefault(form, {})

    def copy(self) -> FlagRows:
        """These rows, to which others may be added."""
        other = FlagRows()
        other._rows = dict(self._rows)
        return other

    def with_chances(self, other: Mapping[float, float]) -> FlagRows:
        """These rows where each chance to succeed is another, by what it is here."""
        changed = FlagRows()
        changed._rows = {
            frozenset(toss._replace(high=other[toss.high]) for toss in tosses): row
            for tosses, row in self._rows.items()
        }
        return changed

    def __len__(self) -> int:
        return len(self._rows)

    def tosses(self) -> Tosses:
        """Every toss of every row as arrays, W = 1."""
        entries = [(row, *toss) for tosses, row in self._rows.items() for toss in sorted(tosses)]
        row, purpose, sub, entity, bits, low, high = (
            zip(*entries, strict=True) if entries else [()] * 7
        )
        return Tosses(
            purpose=np.array(purpose, np.int32),
            sub=np.array(sub, np.int32),
            entity=np.array(entity, np.int64).astype(np.int32),
            flags=np.array(row, np.int32),
            bits=np.array(bits, np.int32),
            low=limit(np.array(low, np.float64))[:, None],
            high=limit(np.array(high, np.float64))[:, None],
        )


def in_scope(coin: Coin, architecture: str, **names: str) -> bool:
    """Whether a coin concerns this architecture and the named battery, class and so on."""
    if coin.architectures is not None and architecture not in coin.architectures:
        return False
    scopes = {
        "battery": coin.batteries,
        "sensor": coin.sensors,
        "interceptor": coin.interceptors,
        "threat_class": coin.classes,
        "cell": coin.cells,
    }
    concerned = ((scopes[kind], name) for kind, name in names.items())
    return all(scope is None or name in scope for scope, name in concerned)


def coin_toss(coin: Coin, number: int, entity: int) -> Toss:
    """The toss of coin `number` for one entity."""
    bits = EFFECT_BITS[coin.effect_or_default]
    return Toss(Purpose.COIN, number, entity, bits, 0.0, coin.probability)


def coins_at(scenario: Scenario, *levels: str) -> list[tuple[int, Coin]]:
    """Coins of these levels with their numbers in file order."""
    return [(i, c) for i, c in enumerate(scenario.coin.values()) if c.level in levels]


class FiringSite(NamedTuple):
    """From where a round is fired, and at what: numbers of the run's names."""

    cell: int
    battery: int
    interceptor: int
    threat_class: int


def site_tosses(control: FireControl, names: Names, site: FiringSite) -> frozenset[Toss]:
    """Tosses for a battery, its interceptor, its cell and the raid."""
    key = int(control.cell_keys[site.cell])
    entities = {"battery": site.battery, "interceptor": site.interceptor, "cell": key, "raid": 0}
    return frozenset(
        coin_toss(coin, number, entities[coin.level])
        for number, coin in coins_at(control.scenario, *entities)
        if in_scope(
            coin,
            control.name,
            battery=names.battery[site.battery],
            interceptor=names.interceptor[site.interceptor],
            cell=control.cell_names[site.cell],
            threat_class=names.threat_class[site.threat_class],
        )
    )
