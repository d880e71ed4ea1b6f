"""Arrays are declared once: padding, sizes and the digest follow from the axes in their types."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mcdefense import load
from mcdefense.contract import (
    Arrays,
    ChannelRanks,
    Schedule,
    Sizes,
    array_at,
    declared,
    lengths,
    with_arrays,
)
from mcdefense.schedule import Builder, padded_shapes, padded_sizes
from mcdefense.schedule.stocks import digest_of

CONFIGS = Path(__file__).parents[2] / "configs"
SIZES = {size.name for size in fields(Sizes)}


@pytest.fixture(scope="module")
def schedule() -> Schedule:
    builder = Builder(load(CONFIGS / "coordination.toml"))
    return builder.schedule(builder.world(seed=1, number=0))


def test_every_array_is_declared_with_its_axes(schedule: Schedule) -> None:
    found = dict(declared(Arrays))
    assert found["doctrine", "salvo"] == ("orders", "opportunities", "looks")
    assert found["tracks", "limits"] == ("tracks", "times", "worlds")
    assert found["cued", "limits"] == ("cued", "times", "worlds")
    given: list[Any] = [schedule.arrays, schedule.channel_ranks]
    for group in given:
        for path, axes in declared(type(group)):
            array = array_at(group, path)
            assert array.dtype == np.int32
            assert array.ndim == len(axes)


def test_sizes_are_the_lengths_of_the_axes(schedule: Schedule) -> None:
    found = lengths(schedule.arrays)
    assert found["opportunities"] == schedule.sizes.opportunities == 180
    assert found["cued"] == schedule.sizes.cued
    assert lengths(schedule.channel_ranks)["sharing"] == found["sharing"] == schedule.sizes.sharing


def test_arrays_that_disagree_are_refused(schedule: Schedule) -> None:
    ranks = schedule.channel_ranks
    with pytest.raises(ValueError, match="release: 179 opportunities, expected 180"):
        lengths(ranks._replace(release=ranks.release[:, 1:]))
    with pytest.raises(ValueError, match="number: 1 axes, declared orders batteries"):
        lengths(ranks._replace(number=ranks.number[0]))


def test_padding_follows_from_the_axes(schedule: Schedule) -> None:
    capacity = padded_sizes(schedule.sizes)
    shapes = padded_shapes(schedule.arrays, capacity)
    for (path, axes), shape in zip(declared(Arrays), shapes, strict=True):
        array = array_at(schedule.arrays, path)
        for axis, length, least in zip(axes, shape, array.shape, strict=True):
            assert length == (getattr(capacity, axis) if axis in SIZES else least)


FOLLOW = {"turns", "channels"}
"""What the digest of a schedule leaves out."""


def test_the_digest_tells_every_array_that_does_not_follow_from_others(schedule: Schedule) -> None:
    given: list[Any] = [schedule.arrays, schedule.channel_ranks]
    for at, group in enumerate(given):
        for path, _ in declared(type(group)):
            array = array_at(group, path)
            if not array.size:
                continue
            changed = array.copy()
            changed.flat[-1] ^= 1
            every = {p: array_at(group, p) for p, _ in declared(type(group))}
            other = with_arrays(group, {**every, path: changed})
            both: list[Any] = [*given[:at], other, *given[at + 1 :]]
            same = digest_of(*both) == schedule.digest
            assert same == (at == 0 and path[0] in FOLLOW), path


def test_what_the_engine_never_reads_is_not_sent() -> None:
    sent = {path[-1] for path, _ in declared(Arrays)}
    assert not {"launch_rank", "release_rank", "channel_free"} & sent
    assert ChannelRanks._fields == ("launch", "release", "sharing", "number")


def test_a_size_grows_as_it_is_declared(schedule: Schedule) -> None:
    growth = Sizes.growth()
    assert set(growth) == SIZES
    small = padded_sizes(replace(schedule.sizes, opportunities=1, sharing=1, cells=9))
    assert (small.opportunities, small.sharing, small.cells) == (64, 4096, 10)
