"""A result as xarray datasets, with the names, units and meanings of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mcdefense.errors import McdefenseError
from mcdefense.statistics import Result
from mcdefense.store.contents import contents
from mcdefense.store.layout import GROUPS, LAYOUT

if TYPE_CHECKING:
    import xarray


def to_xarray(result: Result, group: str = "") -> xarray.Dataset:
    """The variables of one group of the file ("" for the estimates, "tally" or "worlds").

    The same names, axes and attributes as `xarray.open_dataset(path, group=group)` gives.
    Raises McdefenseError if xarray is not installed, ValueError for another group.
    """
    try:
        import xarray as xr
    except ImportError as error:
        raise McdefenseError("xarray is not installed; install it with: pip install xarray") from (
            error
        )
    if group not in GROUPS:
        raise ValueError(f"group: got {group!r}, expected one of {GROUPS}")
    arrays = contents(result)
    variables: dict[str, Any] = {}
    for variable in LAYOUT:
        if variable.group == group:
            attributes: dict[str, Any] = {"units": variable.unit, "long_name": variable.meaning}
            if variable.fill is not None:
                attributes["_FillValue"] = variable.fill
            if variable.sign:
                attributes["sign"] = variable.sign
            variables[variable.name] = (variable.dimensions, arrays[variable.path], attributes)
    coordinates = {name for name, (dimensions, _, _) in variables.items() if dimensions == (name,)}
    dataset = xr.Dataset(
        {name: value for name, value in variables.items() if name not in coordinates},
        coords={name: variables[name] for name in coordinates},
        attrs=dict(result.provenance) if not group else {},
    )
    return xr.decode_cf(dataset)  # missing values as NaN, as on opening the file
