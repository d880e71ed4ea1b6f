"""Whether kernels and the engine count alike."""

from __future__ import annotations

from typing import Any

import numpy as np
from host_card import HostCard

from mcdefense.engine.devices import Block, Fleet, choose_workers
from mcdefense.engine.epilogue import Outcome
from mcdefense.gpu.fleet import CardFleet

PARTS = ("live_squared", "leakers_live", "leakers_squared", "leakers_product")
"""Counts whose last axis is parts of the trials."""


def by_engine(blocks: list[Block], seed: int) -> list[Outcome]:
    """The counts of the engine's own program."""
    with Fleet(choose_workers(None), seed) as fleet:
        for block in blocks:
            fleet.submit(block)
        return [outcome for _, outcome in fleet.finished(everything=True)]


def by_kernels(blocks: list[Block], seed: int, card: Any = None) -> list[Outcome]:
    """The counts of the kernels."""
    with CardFleet([card or HostCard()], seed) as fleet:
        for block in blocks:
            fleet.submit(block)
        return [outcome for _, outcome in fleet.finished(everything=True)]


def differences(one: Outcome, other: Outcome) -> list[str]:
    """Names of the counts that differ."""
    found = []
    for name in Outcome._fields:
        ours, theirs = np.asarray(getattr(one, name)), np.asarray(getattr(other, name))
        if name in PARTS:
            ours, theirs = ours.sum(-1), theirs.sum(-1)
        if name == "leakers_histogram":
            most = max(ours.shape[-1], theirs.shape[-1])
            ours, theirs = (
                np.pad(x, [(0, 0), (0, 0), (0, most - x.shape[-1])]) for x in (ours, theirs)
            )
        if ours.shape != theirs.shape or not np.array_equal(ours, theirs):
            found.append(
                f"{name} {ours.shape} {theirs.shape} {np.abs(ours - theirs).sum() if ours.shape == theirs.shape else ''}"
            )
    return found
