"""The page of the docs on the file, made from the layout: `python -m mcdefense.store.describe`."""

from __future__ import annotations

from collections.abc import Iterable

from mcdefense.contract import MOST_BINS
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
and HDFView open it with names, units and axes. Axes have text coordinates, repeated in each group;
only `world`, `leakers`, `time` and `raid` are numbered. Numbers are compressed (gzip, shuffle) and
carry checksums (fletcher32); text is UTF-8 of variable length. The file appears at its path whole
or not at all.

```sh
mcdefense run configs/quick_start.toml -o result.h5 --worlds 8 --trials-per-world 256
```

```python
import xarray as xr

estimates = xr.open_dataset("result.h5", engine="h5netcdf")
counts = xr.open_dataset("result.h5", engine="h5netcdf", group="tally")
estimates.leak_probability.sel(architecture="integrated")
```

## One sign

Every difference in the file is **compare minus baseline**. An architecture that lets 1.5 leakers a
trial fewer through than its baseline has a difference of leakers of -1.5, and if it is clean in 40
trials of 100 more often, a difference of P(no leakers) of +0.4. Each difference says so in its
attribute `sign` and in its `long_name`, and the root attribute `differences` says it once more.
Which of a pair is compare and which baseline, its label says, read as a subtraction:
`integrated - separate`. The baseline of the headline is always the baseline of its pairs; of two
others, it is the one that comes first in the scenario.

## Files of format 1.x

This program reads them and converts them while it reads: `mcdefense.read` gives a result as of
format {FORMAT_VERSION[0]}.{FORMAT_VERSION[1]}, and `mcdefense.write` writes it as such. What has
changed:

- Differences of leakers were first minus second, so that their sign is turned round.
- `hits` and `asset_hit` are called `damaging_leakers` and `asset_damaged`: they count leakers that
  damaged an asset, not all that reached it. Those are `leakers_at_asset`, which 1.x did not count.
- `cause` and `plan` are text; `pair_first` and `pair_second` are `pair_baseline` and
  `pair_compare`; `night` and `check_hash` have no `_FillValue`, as integers with one are opened as
  floating-point numbers.
- Counts `_by_world` of causes, rounds and damage were not kept: they read as 0, and the intervals
  made of them take the largest spread that is possible.

A reader of format 1.x refuses a file of format 2.0.

## Files of format 2.0

Format 2.1 counts what became of the same threats under two architectures: `leaked_alone` and
`leakers_by_looks`. A file of format 2.0 is read with 0 in these counts and NaN in the estimates
that are made of them, such as `expected_leakers_saved`, and `mcdefense show FILE --by fate` says
that they were not counted. A program that reads format 2.0 reads a file of 2.1 too.

Files of format 2.0 lack also `worlds_same`, `expected_leakers_network_up` and
`break_even_availability`, which are made from their counts as they are read. They know no `margin`,
so that it is 0 and no world is the same. And they know no `plan_weights`: plans count by how often
worlds drew them, and the screen says so.

## Files of format 2.1

Format 2.2 tells two more causes apart, `network` and `lost`, and counts `leakers_before_onset`:
networks, batteries and sensors can be lost during the raid since then. The axis `cause` of an older
file is read with 0 along the new causes, which nothing could meet. A program that knows format 2.1
cannot read a file of 2.2, whose axis `cause` is longer than it expects.

## Files of format 2.2

Format 2.3 counts what comes when: `live_by_time`, `leakers_by_time`, `batteries_lost` and
`sensors_lost` along the axis `time`. An older file is read with no bins of time, and
`mcdefense plot FILE losses` says that it has none. Such a file is neither continued nor merged with
one that counts by time. A program that reads format 2.2 reads a file of 2.3 too.

The bins of `time` follow from the scenario alone, so that every world, shard and restart has the
same. They reach from the earliest impact that the waves allow to the latest one: by `arrival_s`, or
by `start_s` and the flight in an opportunity table; of Poisson arrivals, half a window more. Their
width is the narrowest of 1, 5, 10 and 30 s, 1, 5, 10 and 30 min, 1, 3, 6, 12 and 24 h, and beyond
that multiples of days by 5 and 2 in turn, with which {MOST_BINS} bins or fewer do; each begins at a
multiple of its width. The last one has no end and the first no beginning, for impacts that a
world's own draws put outside. A threat counts in the bin of its impact, or of the impact that it
would have had. A battery or sensor counts once a trial, at the first leaker that hits it.

It counts by raid where waves fly several times: the axis `raid`, and every variable along
it, is in a file only then. A file of format 2.2 has none, and a program that knows format 2.2 reads
a file of 2.3 too.
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
    axes = ", ".join(variable.dimensions) or "-"
    return f"`{variable.name}`", axes, variable.dtype, variable.unit, variable.meaning


def _table(heading: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heading, tuple("---" for _ in heading), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    print(describe(), end="")
