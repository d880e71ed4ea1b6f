"""Tallies counted the plain way from trials written down one by one: the tests' own oracle."""

from __future__ import annotations

import numpy as np

from mcdefense.statistics import Axes, Tally


def axes(worlds: int, architectures: int = 2, classes: int = 1) -> Axes:
    """Axes with so many worlds, architectures and threat classes, and one of everything else."""
    return Axes(
        architecture=tuple(f"architecture_{i}" for i in range(architectures)),
        threat_class=tuple(f"class_{i}" for i in range(classes)),
        battery=("north", "south"),
        interceptor=("long", "short"),
        asset=("area",),
        world=np.arange(worlds),
    )


def count(leakers: np.ndarray, live: np.ndarray) -> Tally:
    """Tally of `leakers` [W, N, A, C] out of `live` [W, N, C] in every trial."""
    worlds, trials, architectures, classes = leakers.shape
    tally = Tally.zeros(axes(worlds, architectures, classes))
    x = np.concatenate([leakers, leakers.sum(axis=3, keepdims=True)], axis=3)
    n = np.concatenate([live, live.sum(axis=2, keepdims=True)], axis=2)
    first = [a for a, _ in tally.axes.pairs]
    second = [b for _, b in tally.axes.pairs]
    clean = x == 0
    most = int(x.max(initial=0))
    counts = {
        "trials": np.full(worlds, trials),
        "live": live.sum(axis=1),
        "live_defended": live.sum(axis=1),
        "live_reachable": np.repeat(live.sum(axis=1)[:, np.newaxis], architectures, axis=1),
        "leaked": x.sum(axis=1),
        "leakers_defended": leakers.sum(axis=1),
        "leakers_reachable": leakers.sum(axis=1),
        "live_squared": (n**2).sum(axis=1),
        "leakers_live": (x * n[:, :, np.newaxis]).sum(axis=1),
        "leakers_squared": (x**2).sum(axis=1),
        "leakers_product": (x[:, :, first] * x[:, :, second]).sum(axis=1),
        "no_leakers": clean.sum(axis=1),
        "no_leakers_both": (clean[:, :, first] & clean[:, :, second]).sum(axis=1),
        "leakers_histogram": np.array(
            [
                [np.bincount(x[:, :, a, c].ravel(), minlength=most + 1) for c in range(classes + 1)]
                for a in range(architectures)
            ]
        ),
    }
    tally.add_block(slice(None), counts)
    return tally
