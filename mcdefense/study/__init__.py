"""Studies: many runs of one scenario as one result, on the same worlds, trials and draws."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mcdefense.study.buying import Asked, Bought, OptionsWorth, prepared_worth, worth
    from mcdefense.study.grid import Prepared, prepared, sweep
    from mcdefense.study.merge import merge_studies, merge_studies_to_file, refuse_other_plan
    from mcdefense.study.options import Option
    from mcdefense.study.plan import Planned, plan_study
    from mcdefense.study.points import run_points
    from mcdefense.study.sizes import SIZES, Withstanding, criterion_of, prepared_sizes, withstand
    from mcdefense.study.values import named_case, unique, values_along

_HOME = {
    "SIZES": "mcdefense.study.sizes",
    "Asked": "mcdefense.study.buying",
    "Bought": "mcdefense.study.buying",
    "Option": "mcdefense.study.options",
    "Planned": "mcdefense.study.plan",
    "Prepared": "mcdefense.study.grid",
    "Withstanding": "mcdefense.study.sizes",
    "OptionsWorth": "mcdefense.study.buying",
    "criterion_of": "mcdefense.study.sizes",
    "merge_studies": "mcdefense.study.merge",
    "merge_studies_to_file": "mcdefense.study.merge",
    "named_case": "mcdefense.study.values",
    "plan_study": "mcdefense.study.plan",
    "prepared": "mcdefense.study.grid",
    "prepared_sizes": "mcdefense.study.sizes",
    "prepared_worth": "mcdefense.study.buying",
    "refuse_other_plan": "mcdefense.study.merge",
    "run_points": "mcdefense.study.points",
    "sweep": "mcdefense.study.grid",
    "unique": "mcdefense.study.values",
    "values_along": "mcdefense.study.values",
    "worth": "mcdefense.study.buying",
    "withstand": "mcdefense.study.sizes",
}

__all__ = [
    "SIZES",
    "Asked",
    "Bought",
    "Option",
    "OptionsWorth",
    "Planned",
    "Prepared",
    "Withstanding",
    "criterion_of",
    "merge_studies",
    "merge_studies_to_file",
    "named_case",
    "plan_study",
    "prepared",
    "prepared_sizes",
    "prepared_worth",
    "refuse_other_plan",
    "run_points",
    "sweep",
    "unique",
    "values_along",
    "withstand",
    "worth",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'mcdefense.study' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
