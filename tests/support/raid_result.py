"""A result of a toy raid, counted trial by trial, so that all its counts fit together."""

from __future__ import annotations

import json
from typing import Any, Literal

import numpy as np

from mcdefense.statistics import OUTCOMES, Axes
from mcdefense.statistics.estimates import Worths, estimate
from mcdefense.statistics.result import Result
from mcdefense.statistics.tally import Tally

CLASSES = (
    "one_way_drone",
    "cruise_missile",
    "short_range_ballistic",
    "medium_range_ballistic",
    "quasi_ballistic",
    "hypersonic_glide",
    "aircraft",
    "jet_drone",
    "supersonic_cruise",
    "loitering_munition",
    "decoy",
)
ARCHITECTURES = (
    "separate",
    "sectors",
    "shared_warning",
    "shared_picture",
    "integrated",
    "integrated_degraded",
)


def raid_result(
    architectures: int = 2,
    classes: int = 3,
    decoys: int = 0,
    worlds: int = 16,
    trials: int = 200,
    scale: float = 1.0,
    without: Literal["", "network", "rounds"] = "",
    **provenance: Any,
) -> Result:
    """Every class has a few threats, each leaks with a chance that falls along the architectures.

    `scale` multiplies all chances of a leak; 0 gives a raid without a leaker. `without` names what
    the defence lacks.
    """
    draw = np.random.default_rng(1)
    names = tuple(
        ARCHITECTURES[i] if i < len(ARCHITECTURES) else f"variant_{i}" for i in range(architectures)
    )
    class_names = (*CLASSES[: classes - decoys], *(f"decoy_{i}" for i in range(decoys)))
    axes = Axes(
        names,
        class_names,
        ("north", "south"),
        () if without == "rounds" else ("long_sam", "low_terminal", "short_range_gun"),
        ("area", "battery.north"),
        np.arange(worlds),
        300 * np.arange(12),
    )
    tally = Tally.zeros(axes)
    chance = 0.5 ** np.arange(1, classes + 1)[::-1] * 0.9
    for world in range(worlds):
        spread = draw.uniform(0.5, 1.0)
        live = draw.integers(2, 9, classes) * (np.arange(classes) < classes - decoys)
        luck = [draw.random((trials, n)) for n in live]
        leak = np.array(
            [
                [
                    (u < min(1.0, scale * spread * chance[c] * 0.8**a)).sum(axis=1)
                    for c, u in enumerate(luck)
                ]
                for a in range(architectures)
            ]
        ).transpose(2, 0, 1)
        lost = np.zeros((trials, architectures), bool)
        if without != "network" and architectures > 1:
            lost[:, 1:] = draw.random((trials, 1)) < 0.05
        tally.add_block(world, _per_world(leak, live, lost, axes))
        added = _over_the_run(leak, live, axes, draw)
        tally.add_block(world, added | _by_world(added))
    costs = {"long_sam": 1.0, "low_terminal": 4.0, "short_range_gun": 0.1}
    return Result(
        tally=tally,
        estimates=estimate(
            tally,
            Worths([costs[name] for name in axes.interceptor]),
            baseline=str(provenance.get("baseline", "")),
            compare=str(provenance.get("compare", "")),
        ),
        parameters={"sspk": draw.random(worlds)},
        plan=np.full(worlds, "all", object),
        night=np.full(worlds, -1, np.int64),
        schedule_hash=np.arange(worlds, dtype=np.uint64),
        provenance={
            "title": "One area, two batteries: joined or apart?",
            "marking": "NOTIONAL",
            "source": "mcdefense 0.1.0",
            "history": "2026-01-01T00:00:00Z mcdefense run toy.toml",
            "seed": 1,
            "margin": 0.1,
            "interceptor_costs": json.dumps(costs),
            "threat_costs": json.dumps({"one_way_drone": 0.03, "cruise_missile": 1.0}),
            **provenance,
        },
        scenario_text='title = "toy"\n',
    )


def with_losses(result: Result) -> Result:
    """The result, of whose batteries and sensors some are lost in every world; the network of its
    last architecture is lost from 10 to 20 minutes on."""
    trials = result.tally["trials"].reshape(-1, 1, 1)
    shape = result.tally["batteries_lost"].shape
    result.tally["batteries_lost"][:] = trials * (1 + np.arange(shape[1]))[:, np.newaxis] // 50
    result.tally["sensors_lost"][..., 3] = trials[..., 0] // 5
    last = result.tally.axes.architecture[-1]
    result.provenance["onsets"] = json.dumps({last: [600, 1200]})
    return result


def _by_world(added: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What a world adds to the sums over the run, as the world's own counts."""
    names = ("damaging_leakers", "asset_damaged", "outcome", "leakers_by_looks")
    rounds = ("rounds_fired", "rounds_wasted")
    return {
        "leakers_at_asset": added["damaging_leakers"],
        "leaked_alone": _leaked_alone(added["outcome"]),
        "leakers_by_time_by_world": added["leakers_by_time"].sum(axis=1),
        **{f"{name}_by_world": added[name] for name in names},
        **{f"{name}_by_world": added[name].sum(axis=1) for name in rounds},
    }


def _leaked_alone(outcome: np.ndarray) -> np.ndarray:
    """Leakers [A, A, C, O] that the other architecture kills, of outcomes [..., A, C, O]: whoever
    leaks under a later architecture leaks under those before it."""
    shape = outcome.shape
    alone = np.zeros((*shape[:-3], shape[-3], *shape[-3:]), np.int64)
    for *world, a, b, c in np.ndindex(*shape[:-3], shape[-3], *shape[-3:-1]):
        left = outcome[*world, b, c, -1] - outcome[*world, a, c, -1]
        for cause in reversed(range(shape[-1] - 1)):
            alone[*world, a, b, c, cause] = took = max(min(outcome[*world, a, c, cause], left), 0)
            left -= took
    return alone


def _per_world(
    leak: np.ndarray, live: np.ndarray, lost: np.ndarray, axes: Axes
) -> dict[str, np.ndarray]:
    """Counts of one world from leakers [trial, A, C], live threats [C] and network lost."""
    trials = len(leak)
    leakers = np.concatenate([leak, leak.sum(axis=2, keepdims=True)], axis=2)
    threats = np.append(live, live.sum())
    first, second = (
        (list(side) for side in zip(*axes.pairs, strict=True)) if axes.pairs else ([], [])
    )
    none = leakers == 0
    return {
        "trials": np.asarray(trials),
        "live": trials * live,
        "live_defended": trials * live,
        "live_reachable": np.broadcast_to(trials * live, leak.shape[1:]),
        "leaked": leakers.sum(axis=0),
        "leakers_defended": leak.sum(axis=0),
        "leakers_reachable": leak.sum(axis=0),
        "live_squared": trials * threats**2,
        "leakers_live": (leakers * threats).sum(axis=0),
        "leakers_squared": (leakers**2).sum(axis=0),
        "leakers_product": (leakers[:, first] * leakers[:, second]).sum(axis=0),
        "no_leakers": none.sum(axis=0),
        "no_leakers_both": (none[:, first] & none[:, second]).sum(axis=0),
        "network_lost": lost.sum(axis=0),
        "leakers_network_lost": (leakers * lost[:, :, np.newaxis]).sum(axis=0),
        "no_leakers_network_lost": (none[:, :, -1] & lost).sum(axis=0),
    }


def _over_the_run(
    leak: np.ndarray, live: np.ndarray, axes: Axes, draw: np.random.Generator
) -> dict[str, np.ndarray]:
    """Counts over the run of one world's trials; rounds are two a threat, causes drawn."""
    trials, architectures, classes = leak.shape
    leakers = np.concatenate([leak, leak.sum(axis=2, keepdims=True)], axis=2)
    most = int(leakers.max()) + 1
    histogram = np.zeros((architectures, classes + 1, most), np.int64)
    for a in range(architectures):
        for c in range(classes + 1):
            histogram[a, c] = np.bincount(leakers[:, a, c], minlength=most)
    outcome = np.zeros((architectures, classes, len(OUTCOMES)), np.int64)
    total = leak.sum(axis=0)
    for a in range(architectures):
        for c in range(classes):
            outcome[a, c, :10] = draw.multinomial(
                total[a, c], [0.2, 0, 0.1, 0, 0, 0, 0, 0.3, 0.4, 0]
            )
    outcome[..., -1] = trials * live - total
    shape = (architectures, len(axes.battery), len(axes.interceptor), classes)
    fired = draw.integers(0, 2 * trials, shape)
    hits = np.stack([total.sum(axis=1), np.zeros(architectures, np.int64)], axis=1)
    return {
        "leakers_histogram": histogram,
        "damaging_leakers": hits,
        "asset_damaged": np.stack([(leakers[:, :, -1] > 0).sum(axis=0), 0 * hits[:, 0]], axis=1),
        "rounds_fired": fired,
        "rounds_wasted": fired // 5,
        "kills": fired // 2,
        "engagements": fired,
        "remote_engagements": fired // 3,
        "looks": fired,
        "rounds_left": draw.integers(0, 4 * trials, shape[:3]),
        "rounds_loaded": np.full(shape[:3], 16 * trials),
        "emptied": draw.integers(0, trials, shape[:3]),
        "denied": draw.integers(0, trials, shape[:2]),
        "outcome": outcome,
        "leakers_by_looks": np.stack([0 * total, total - total // 3, total // 3, 0 * total], -1),
        "rounds_fired_network_lost": fired // 20,
        "live_by_time": _over_time(trials * live, axes),
        "leakers_by_time": _over_time(total, axes),
    }


def _over_time(counts: np.ndarray, axes: Axes) -> np.ndarray:
    """Counts [...] spread over the bins of time [..., T], most of them in the middle."""
    bins = axes.time.size
    upto = np.linspace(0, np.pi, bins + 1)
    share = (1 - np.cos(upto)) / 2
    return np.diff(np.floor(counts[..., np.newaxis] * share).astype(np.int64), axis=-1)
