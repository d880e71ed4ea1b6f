"""The engine on an NVIDIA GPU: its own rules, traced by JAX and written out as CUDA C++."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mcdefense.gpu.workers import choose_workers, default_batch, description, fleet_of

_HOME = {
    "choose_workers": "mcdefense.gpu.workers",
    "default_batch": "mcdefense.gpu.workers",
    "description": "mcdefense.gpu.workers",
    "fleet_of": "mcdefense.gpu.workers",
}

__all__ = ["choose_workers", "default_batch", "description", "fleet_of"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'mcdefense.gpu' has no attribute {name!r}")
    # First, since it says in one line why JAX cannot be imported, where it cannot.
    import_module("mcdefense.engine.settings")
    return getattr(import_module(_HOME[name]), name)
