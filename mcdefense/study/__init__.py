"""Studies: many runs of one scenario as one result, on the same worlds, trials and draws."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mcdefense.study.grid import Prepared, prepared, sweep
    from mcdefense.study.plan import Planned, plan_study
    from mcdefense.study.points import run_points
    from mcdefense.study.values import named_case, unique, values_along

_HOME = {
    "Prepared": "mcdefense.study.grid",
    "prepared": "mcdefense.study.grid",
    "Planned": "mcdefense.study.plan",
    "named_case": "mcdefense.study.values",
    "plan_study": "mcdefense.study.plan",
    "run_points": "mcdefense.study.points",
    "sweep": "mcdefense.study.grid",
    "unique": "mcdefense.study.values",
    "values_along": "mcdefense.study.values",
}

__all__ = [
    "Planned",
    "Prepared",
    "named_case",
    "plan_study",
    "prepared",
    "run_points",
    "sweep",
    "unique",
    "values_along",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'mcdefense.study' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
