"""What a result says of itself, checked before anything relies on it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from mcdefense.scenario import MAX_ARCHITECTURES, MAX_NUMBER, MAX_TRIALS, MAX_WORLDS
from mcdefense.statistics import NOTHING_FIRED, Result
from mcdefense.store.layout import REQUIRED_ATTRIBUTES

_WHOLE = {
    "seed": 2**64 - 1,
    "trials_per_world": MAX_TRIALS,
    "worlds": MAX_WORLDS,
    "model_version": 2**31,
    "batch": MAX_TRIALS,
    "pairings": 2**64,
}
_BY_NAME = {
    "labels": str,
    "interceptor_costs": float,
    "threat_costs": float,
    "asset_values": float,
    "plan_weights": float,
    "fallbacks": str,
}


def check_attributes(result: Result) -> None:
    """Raises ValueError for provenance of another type or range than a run writes, or for worlds
    and architectures that no run has: such a file can be of harm, with its checksums right."""
    known = result.provenance
    for name in REQUIRED_ATTRIBUTES:
        if name not in known:
            raise ValueError(f"no attribute '{name}'")
    for name, most in _WHOLE.items():
        value = known.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            raise ValueError(f"attribute '{name}' is no whole number from 0 to {most}")
    for name, value in known.items():
        if name.startswith("seconds_") and not isinstance(value, float | int):
            raise ValueError(f"attribute '{name}' is no number")
    for name, kind in _BY_NAME.items():
        found = _json(known, name, "{}")
        if not isinstance(found, dict) or not all(_is(kind, v) for v in found.values()):
            raise ValueError(f"attribute '{name}' is no JSON of one {kind.__name__} a name")
    if not _is(float, known.get("margin", 0.0)) or known.get("margin", 0.0) < 0:  # type: ignore[operator]
        raise ValueError("attribute 'margin' is no number of 0 or more")
    posts = _json(known, "posts", "{}")
    if not isinstance(posts, dict) or not all(
        isinstance(led, dict) and all(_is(str, asset) for asset in led.values())
        for led in posts.values()
    ):
        raise ValueError("attribute 'posts' is no JSON of assets by architecture")
    if not _is(float, known.get("raid_every_s", 0.0)):
        raise ValueError("attribute 'raid_every_s' is no number")
    stores = _json(known, "stores", "{}")
    if not isinstance(stores, dict) or not all(_is_stores(each) for each in stores.values()):
        raise ValueError("attribute 'stores' is no JSON of rounds by architecture and interceptor")
    for name in ("warnings", "override_notes", "ladder"):
        texts = _json(known, name, "[]")
        if not isinstance(texts, list) or not all(_is(str, text) for text in texts):
            raise ValueError(f"attribute '{name}' is no JSON list of texts")
    onsets = _json(known, "onsets", "{}")
    if not isinstance(onsets, dict) or not all(map(_is_window, onsets.values())):
        raise ValueError("attribute 'onsets' is no JSON of one window a name")
    axes = result.tally.axes
    for name, fallback in _json(known, "fallbacks", "{}").items():
        if name not in axes.architecture or fallback not in (*axes.architecture, NOTHING_FIRED):
            raise ValueError("attribute 'fallbacks' names an architecture that the file lacks")
    if len(axes.architecture) > MAX_ARCHITECTURES:
        raise ValueError(f"more than {MAX_ARCHITECTURES} architectures")
    if np.any(axes.world < 0):
        raise ValueError("a world is below 0")


def _json(known: dict[str, str | int | float], name: str, default: str) -> Any:
    try:
        return json.loads(str(known.get(name) or default))
    except (ValueError, RecursionError):
        raise ValueError(f"attribute '{name}' is no JSON") from None


def _is_window(value: object) -> bool:
    """Whether it is two times that do not fall."""
    if not isinstance(value, list) or len(value) != 2 or not all(_is(float, v) for v in value):
        return False
    return bool(value[0] <= value[1])


def _is_stores(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    return all(rounds is None or _is(float, rounds) for rounds in value.values())


def _is(kind: type, value: object) -> bool:
    if kind is float:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number and abs(value) <= MAX_NUMBER  # type: ignore[arg-type]
    return isinstance(value, kind)
