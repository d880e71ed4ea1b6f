"""A result or a study as xarray datasets, with the names, units and meanings of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mcdefense.errors import McdefenseError
from mcdefense.statistics import Result, Study
from mcdefense.store.contents import contents
from mcdefense.store.layout import GROUPS, LAYOUT
from mcdefense.store.study_file import study_contents
from mcdefense.store.study_layout import study_layout

if TYPE_CHECKING:
    import xarray


def to_xarray(result: Result | Study, group: str = "") -> xarray.Dataset:
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
    if isinstance(result, Study):
        layout, arrays = study_layout(result.axes), study_contents(result)
        paths = {axis.name: axis.path for axis in result.axes}
    else:
        layout, arrays, paths = LAYOUT, contents(result), {}
    variables: dict[str, Any] = {}
    for variable in layout:
        if variable.group == group and variable.path in arrays:
            attributes: dict[str, Any] = {"units": variable.unit, "long_name": variable.meaning}
            if variable.fill is not None:
                attributes["_FillValue"] = variable.fill
            if variable.sign:
                attributes["sign"] = variable.sign
            if variable.name in paths:
                attributes["path"] = paths[variable.name]
            variables[variable.name] = (variable.dimensions, arrays[variable.path], attributes)
    coordinates = {name for name, (dimensions, _, _) in variables.items() if dimensions == (name,)}
    dataset = xr.Dataset(
        {name: value for name, value in variables.items() if name not in coordinates},
        coords={name: variables[name] for name in coordinates},
        attrs=dict(result.provenance) if not group else {},
    )
    return xr.decode_cf(dataset)  # missing values as NaN, as on opening the file
