"""The engine: trials replayed on a device. JAX is imported when a name is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mcdefense.engine.compile_cache import keep_compiled
    from mcdefense.engine.cores import usable_cores
    from mcdefense.engine.devices import Block, Fleet, choose_workers, default_batch, description
    from mcdefense.engine.epilogue import (
        ENGAGED,
        FIRED,
        KILLED,
        OPENED,
        REMOTE,
        WASTED,
        Outcome,
        masks_of,
    )

_HOME = {
    "Block": "mcdefense.engine.devices",
    "ENGAGED": "mcdefense.engine.epilogue",
    "FIRED": "mcdefense.engine.epilogue",
    "Fleet": "mcdefense.engine.devices",
    "KILLED": "mcdefense.engine.epilogue",
    "OPENED": "mcdefense.engine.epilogue",
    "Outcome": "mcdefense.engine.epilogue",
    "REMOTE": "mcdefense.engine.epilogue",
    "WASTED": "mcdefense.engine.epilogue",
    "choose_workers": "mcdefense.engine.devices",
    "default_batch": "mcdefense.engine.devices",
    "description": "mcdefense.engine.devices",
    "keep_compiled": "mcdefense.engine.compile_cache",
    "masks_of": "mcdefense.engine.epilogue",
    "usable_cores": "mcdefense.engine.cores",
}

__all__ = [
    "ENGAGED",
    "FIRED",
    "KILLED",
    "OPENED",
    "REMOTE",
    "WASTED",
    "Block",
    "Fleet",
    "Outcome",
    "choose_workers",
    "default_batch",
    "description",
    "keep_compiled",
    "masks_of",
    "usable_cores",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'mcdefense.engine' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
