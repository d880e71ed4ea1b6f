"""Files written before a cause was told apart: the axis `cause` of today, with 0 along what is new.

A threat that met a new cause could not be simulated then, so that 0 is what was counted.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mcdefense.statistics import OUTCOMES
from mcdefense.store.layout import LAYOUT, Variable

_SINCE = {"network": (2, 2), "lost": (2, 2)}
"""First version of the format that has a cause; the others were there from the start."""


def with_causes(
    arrays: Mapping[str, np.ndarray], version: tuple[int, int]
) -> dict[str, np.ndarray]:
    """The arrays of a file of that version, by path, with the axis `cause` as it is today.

    Estimates are NaN along what is new, until `with_estimates` fills it in.
    """
    known = _known(version)
    if len(known) == len(OUTCOMES):
        return dict(arrays)
    along = [v for v in LAYOUT if "cause" in v.dimensions and v.path in arrays]
    by_path = {variable.path: variable for variable in along}
    return {
        path: _widened(array, by_path[path], known) if path in by_path else array
        for path, array in arrays.items()
    }


def with_estimates(
    stored: Mapping[str, np.ndarray], today: Mapping[str, np.ndarray], version: tuple[int, int]
) -> dict[str, np.ndarray]:
    """The estimates of a file, by name, with those made `today` of the causes that are new."""
    known, filled = _known(version), dict(stored)
    for variable in LAYOUT:
        name, is_estimate = variable.name, variable.origin == "estimate"
        if is_estimate and name in stored and "cause" in variable.dimensions:
            place = (slice(None),) * variable.dimensions.index("cause") + (known,)
            filled[name] = today[name].copy()
            filled[name][place] = stored[name][place]
    return filled


def _known(version: tuple[int, int]) -> list[int]:
    """Places of the causes that a file of that version tells apart."""
    return [i for i, cause in enumerate(OUTCOMES) if _SINCE.get(cause, (1, 0)) <= version]


def _widened(array: np.ndarray, variable: Variable, known: list[int]) -> np.ndarray:
    """A quantity along all causes, or the names of the axis itself."""
    if variable.origin == "axis":
        return np.array(OUTCOMES, dtype=object)
    place = variable.dimensions.index("cause")
    shape = list(array.shape)
    shape[place] = len(OUTCOMES)
    wide = np.full(shape, np.nan if variable.origin == "estimate" else 0, array.dtype)
    wide[(slice(None),) * place + (known,)] = array
    return wide
