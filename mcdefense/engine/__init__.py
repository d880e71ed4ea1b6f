"""The engine: trials replayed on a device. JAX is imported when a name is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mcdefense.engine.coins import coin_rows, draw_coins
    from mcdefense.engine.compile_cache import (
        CannotMakeError,
        keep_compiled,
        own_folder,
        user_has_cache,
    )
    from mcdefense.engine.cores import usable_cores
    from mcdefense.engine.counters import unpack
    from mcdefense.engine.devices import (
        MOST_LOADS,
        Block,
        Fleet,
        choose_workers,
        default_batch,
        description,
    )
    from mcdefense.engine.draws import Luck, chosen
    from mcdefense.engine.epilogue import Outcome, masks_of
    from mcdefense.engine.memory import Few, Leaf, Now, OwnRows
    from mcdefense.engine.onset import onset_draws
    from mcdefense.engine.prologue import toss_flags, track_gates
    from mcdefense.engine.rows import Small, entry, entry_of, filled, limit_of, row, whole, with_row
    from mcdefense.engine.settings import own_settings, started_devices
    from mcdefense.engine.sharing import Scene, share_out
    from mcdefense.engine.state import Setting, State
    from mcdefense.engine.step import carry_out, engage, judge, record, release, reload, strike
    from mcdefense.engine.views import events_before
    from mcdefense.engine.words import under

_HOME = {
    "Block": "mcdefense.engine.devices",
    "CannotMakeError": "mcdefense.engine.compile_cache",
    "MOST_LOADS": "mcdefense.engine.devices",
    "Few": "mcdefense.engine.memory",
    "Fleet": "mcdefense.engine.devices",
    "OwnRows": "mcdefense.engine.memory",
    "Leaf": "mcdefense.engine.memory",
    "Luck": "mcdefense.engine.draws",
    "Now": "mcdefense.engine.memory",
    "Outcome": "mcdefense.engine.epilogue",
    "Small": "mcdefense.engine.rows",
    "Setting": "mcdefense.engine.state",
    "State": "mcdefense.engine.state",
    "carry_out": "mcdefense.engine.step",
    "choose_workers": "mcdefense.engine.devices",
    "chosen": "mcdefense.engine.draws",
    "coin_rows": "mcdefense.engine.coins",
    "default_batch": "mcdefense.engine.devices",
    "description": "mcdefense.engine.devices",
    "draw_coins": "mcdefense.engine.coins",
    "engage": "mcdefense.engine.step",
    "entry": "mcdefense.engine.rows",
    "entry_of": "mcdefense.engine.rows",
    "filled": "mcdefense.engine.rows",
    "judge": "mcdefense.engine.step",
    "onset_draws": "mcdefense.engine.onset",
    "keep_compiled": "mcdefense.engine.compile_cache",
    "limit_of": "mcdefense.engine.rows",
    "Scene": "mcdefense.engine.sharing",
    "events_before": "mcdefense.engine.views",
    "strike": "mcdefense.engine.step",
    "share_out": "mcdefense.engine.sharing",
    "masks_of": "mcdefense.engine.epilogue",
    "record": "mcdefense.engine.step",
    "release": "mcdefense.engine.step",
    "reload": "mcdefense.engine.step",
    "row": "mcdefense.engine.rows",
    "toss_flags": "mcdefense.engine.prologue",
    "track_gates": "mcdefense.engine.prologue",
    "under": "mcdefense.engine.words",
    "unpack": "mcdefense.engine.counters",
    "own_folder": "mcdefense.engine.compile_cache",
    "own_settings": "mcdefense.engine.settings",
    "started_devices": "mcdefense.engine.settings",
    "usable_cores": "mcdefense.engine.cores",
    "user_has_cache": "mcdefense.engine.compile_cache",
    "whole": "mcdefense.engine.rows",
    "with_row": "mcdefense.engine.rows",
}

__all__ = [
    "MOST_LOADS",
    "Block",
    "CannotMakeError",
    "Few",
    "Fleet",
    "Leaf",
    "Luck",
    "Now",
    "Outcome",
    "OwnRows",
    "Scene",
    "Setting",
    "Small",
    "State",
    "carry_out",
    "choose_workers",
    "chosen",
    "coin_rows",
    "default_batch",
    "description",
    "draw_coins",
    "engage",
    "entry",
    "entry_of",
    "events_before",
    "filled",
    "judge",
    "keep_compiled",
    "limit_of",
    "masks_of",
    "onset_draws",
    "own_folder",
    "own_settings",
    "record",
    "release",
    "reload",
    "row",
    "share_out",
    "started_devices",
    "strike",
    "toss_flags",
    "track_gates",
    "under",
    "unpack",
    "usable_cores",
    "user_has_cache",
    "whole",
    "with_row",
]

_WITHOUT_JAX = "mcdefense.engine.cores"
"""A file that `check` needs, which does without JAX."""


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'mcdefense.engine' has no attribute {name!r}")
    if _HOME[name] != _WITHOUT_JAX:
        # First, since it says in one line why JAX cannot be imported, where it cannot.
        import_module("mcdefense.engine.settings")
    return getattr(import_module(_HOME[name]), name)
