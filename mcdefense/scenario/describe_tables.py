"""The part of the page on scenario files that says how tables in files are read."""

from __future__ import annotations

TABLES = """
## Tables in files

`[opportunities]`, `[tracks]` and `[history]` may name a file beside the scenario. One reader reads
all three, and it goes by what the file holds, not by its name: a file that begins with the
signature of HDF5 is read as HDF5, whether it is called `.h5`, `.nc`, `.mat` or `.csv`. Any other
file is read as text. Spreadsheets (`.xlsx`, `.ods`), classic netCDF and compressed files are
refused by name of their format. What cannot be read in one way only is refused with its line; the
reader never guesses.

### Text

- The text is UTF-8, with or without a byte order mark, or UTF-16 or UTF-32 with one.
- The first row that is not empty holds the names of the columns, in any order. Empty rows and rows
  of separators alone are skipped. Empty cells after the last named column are skipped too.
- Commas, semicolons, tabs or bars (`|`) may part the cells: the header shows which. Where it holds
  several of them, the one that yields the columns asked for counts; if that leaves it open, the
  table is refused. A first line `sep=;`, as Excel knows it, is obeyed.
- Where a comma does not part the cells it may be the decimal mark, as in `0,9`. All numbers of a
  file must use one mark. A cell such as `1,500` (or `1.500` beside semicolons or tabs) may mean
  1.5 or 1500. It is read as 1.5 if another cell of the table, such as `0,9`, can be nothing but a
  decimal number; else it is refused. The same holds for a count such as `1.000`.
- In an optional column (`sspk`, `cued_probability`) an empty cell, `NaN`, `NA`, `N/A`, `null`,
  `none` or `-` means that the default holds. In any other column it is refused.

### HDF5

Each column is a dataset of the file's root group with one dimension, or with others of length 1 as
MATLAB writes them. A number that `_FillValue` or `missing_value` marks is missing, as NaN is. An
attribute that gives numbers another meaning is refused: `scale_factor` other than 1, `add_offset`
other than 0, `units` other than seconds for a time (or 1 for a probability or a count),
`_Unsigned`, flags, and values outside `valid_range`, `valid_min` or `valid_max`. Links,
enumerations and arrays kept in other files are refused. Faults give the row, counted from 1, as the
line.

### Columns

- A column that stands twice is refused, in a history too.
- Opportunity and track tables may have their own columns only; a column or dataset of another name
  is refused, with the name that was probably meant. A history may have columns that no wave uses.
- A count of a history is a whole number; `5.0` is one. The first column of a text file labels the
  nights, in HDF5 the dataset `date` or `label`. `mcdefense check` prints the first and the last
  label, so that a row of sums at the end is seen: the program cannot tell it from a night.

### Threats, and which rows hold

`threat` names a wave, or one object of it by number from 0. The index is a number: `drones.3` and
`drones.03` are the same object. An index that the wave's count does not reach is refused.

Rows that name an object stand **instead of** the rows of its wave for the same battery and
interceptor. In a track table they stand instead of the rows of its wave for the same sensor. For
every other battery, interceptor or sensor the wave's rows still hold for that object. So a wave's
rows say what holds in general and an object's rows are its exception; two distributions of one
track, or two sets of launches of one battery, are never mixed.

```text drawing
threat,   battery, interceptor, launch_s, intercept_s, sspk
drones,   north,   gun,         0,        10,          0.5     all drones but drones.3
drones,   south,   gun,         0,        12,          0.5     all drones, drones.3 too
drones.3, north,   gun,         5,        15,          0.9     drones.3 only
```

A battery launches one interceptor type at a threat at most once in a millisecond. Two rows of one
threat, battery and interceptor whose launches are equal, or less than a millisecond apart, are
refused with both lines: if they differ, nobody can say which counts, and if they are equal, one of
them is a slip. A sensor's row for one threat and time stands once in the same way.

### Times

All times are rounded to whole milliseconds once the wave's start is added
([`milliseconds`, rule 1](../explanation/rules/time-and-list.md#milliseconds-1)). A flight from
launch to intercept that would round to nothing lasts one millisecond: the intercept comes a
millisecond after the launch, or, at the very impact, the launch a millisecond before it. The same
holds for rounds at the speed of light in a laydown, and for every length of time in the scenario
that is not 0: `hold_s = 0.0001` keeps a channel for a millisecond. A row whose intercept is not
after its launch is refused.
"""
