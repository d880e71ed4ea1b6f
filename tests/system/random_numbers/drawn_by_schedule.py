"""The draws that a schedule asks the engine for, read from its arrays."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mcdefense.contract import SHARE_EVEN, SHARE_SERVE, Schedule
from mcdefense.contract.purposes import Purpose
from tests.support.every_chance import Draw


def drawn(schedule: Schedule) -> set[Draw]:
    """Purpose, sub and entity of every draw."""
    arrays, features = schedule.arrays, schedule.features
    by_opportunity = [(Purpose.KILL, 0)]
    if features.error_variants:
        by_opportunity += [(Purpose.DEAD_CALLED_ALIVE, 0), (Purpose.LIVE_CALLED_DEAD, 0)]
    by_opportunity += [(Purpose.COIN, int(sub)) for sub in arrays.chances.coin_sub]
    found: set[Draw] = {
        (purpose, sub, number)
        for purpose, sub in by_opportunity
        for number in range(arrays.opportunities.object.size)
    }
    tosses = arrays.tosses
    found.update(
        zip(tosses.purpose.tolist(), tosses.sub.tolist(), tosses.entity.tolist(), strict=True)
    )
    for tracks in (arrays.tracks, arrays.cued):
        found.update((Purpose.TRACK, 0, entity) for entity in tracks.entity.tolist())
    if features.damage:
        found.update((Purpose.DAMAGE, 0, number) for number in range(arrays.objects.asset.size))
    for architecture in range(features.architectures):
        found.update(choices(schedule, architecture))
    return found


def choices(schedule: Schedule, architecture: int) -> Iterator[Draw]:
    """The draw of every object in every burst that draws its shares, under one architecture."""
    sharing, doctrine = schedule.arrays.sharing, schedule.arrays.doctrine
    ranges = zip(
        doctrine.sharing_begin[architecture], doctrine.sharing_end[architecture], strict=True
    )
    entries = np.concatenate([np.arange(*ends) for ends in ranges] or [np.zeros(0, np.int64)])
    draws = np.isin(sharing.kind[entries], (SHARE_EVEN, SHARE_SERVE)) & (
        sharing.random[entries] != 0
    )
    for entry in entries[draws]:
        yield Purpose.CHOICE, int(sharing.cell_key[entry]), int(sharing.entity[entry])
