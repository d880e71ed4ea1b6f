"""The page of the docs on the file, made from the layout: `python -m mcdefense.store.describe`."""

from __future__ import annotations

from collections.abc import Iterable

from mcdefense.store.layout import (
    FORMAT_VERSION,
    GROUPS,
    LAYOUT,
    REQUIRED_ATTRIBUTES,
    RESERVED_ATTRIBUTES,
    USUAL_ATTRIBUTES,
    Variable,
)

_HEADINGS = {
    "": (
        "Root group: the estimates",
        "Everything a comparison needs. A name with `_low` and `_high` is a 95 % interval; "
        "NaN stands for what was never observed.",
    ),
    "tally": (
        "Group `/tally`: what was counted",
        "Integers only, so that results of disjoint worlds add up exactly.",
    ),
    "worlds": (
        "Group `/worlds`: what each world drew",
        "One entry a world: its parameters, raid plan and night.",
    ),
}

_OPENING = f"""# The results file

Format version {FORMAT_VERSION[0]}.{FORMAT_VERSION[1]}. This page is made from the table in
`mcdefense/store/layout.py` by `python -m mcdefense.store.describe`.

A results file is HDF5 and at the same time netCDF-4: xarray, ncdump, Panoply, MATLAB's `ncread`, R
and HDFView open it with names, units and axes. Axes have text or integer coordinates, repeated in
each group. Numbers are compressed (gzip, shuffle) and carry checksums (fletcher32); text is UTF-8
of variable length. The file appears at its path whole or not at all.

```python
import xarray as xr

estimates = xr.open_dataset("result.h5", engine="h5netcdf")
counts = xr.open_dataset("result.h5", engine="h5netcdf", group="tally")
estimates.leak_probability.sel(architecture="integrated")
```
"""


def describe() -> str:
    """The page in Markdown: every root attribute and every variable of the layout."""
    parts = [
        _OPENING,
        "## Root attributes\n",
        _table(("attribute", "set by", "meaning"), _attribute_rows()),
    ]
    for group in GROUPS:
        heading, text = _HEADINGS[group]
        rows = (_row(variable) for variable in LAYOUT if variable.group == group)
        parts += [f"\n## {heading}\n", f"{text}\n"]
        parts.append(_table(("variable", "axes", "type", "unit", "meaning"), rows))
    return "\n".join(parts) + "\n"


def _attribute_rows() -> Iterable[tuple[str, ...]]:
    for owner, attributes in (
        ("the file", RESERVED_ATTRIBUTES),
        ("every run", REQUIRED_ATTRIBUTES),
        ("most runs", USUAL_ATTRIBUTES),
    ):
        for name, meaning in attributes.items():
            yield f"`{name}`", owner, meaning


def _row(variable: Variable) -> tuple[str, ...]:
    meaning = variable.meaning
    if variable.flags:
        codes = ", ".join(f"{code} {flag}" for code, flag in enumerate(variable.flags))
        meaning += f" ({codes})"
    if isinstance(variable.fill, int):
        meaning += f" ({variable.fill}: none)"
    axes = ", ".join(variable.dimensions) or "-"
    return f"`{variable.name}`", axes, variable.dtype, variable.unit, meaning


def _table(heading: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heading, tuple("---" for _ in heading), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    print(describe(), end="")
