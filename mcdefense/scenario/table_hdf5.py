"""A table in an HDF5 file (netCDF 4 and MATLAB 7.3 are such): one dataset a column."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mcdefense.scenario.faults import did_you_mean, short
from mcdefense.scenario.table_numbers import Complain

if TYPE_CHECKING:
    import h5py
    import numpy as np
    from numpy.typing import NDArray

_MOST_TEXT = 64
"""Most bytes of a name of fixed length, as of a name in a scenario."""
_NO_VARIABLE = "This is a netCDF dimension but not a netCDF variable"

_SECONDS = ("", "s", "sec", "secs", "second", "seconds")
_PURE = ("", "1", "count", "counts", "dimensionless", "none", "number", "probability")
_NEUTRAL = {
    **dict.fromkeys(("scale_factor", "scale", "slope", "gain", "factor", "multiplier"), 1.0),
    **dict.fromkeys(("add_offset", "offset", "intercept"), 0.0),
}
"""Attributes that change every number, and the one value at which they do not."""
_CODES = ("flag_values", "flag_masks", "flag_meanings")
_FILL = ("_fillvalue", "missing_value")


class Hdf5Table:
    """Reads datasets as columns of one length; faults are told to `complain`.

    `texts` are the columns that hold names; of the others, those in `seconds` hold times [s].
    """

    def __init__(
        self,
        path: Path,
        texts: Sequence[str],
        seconds: Sequence[str],
        most_rows: int,
        complain: Complain,
    ) -> None:
        self._path, self._texts, self._seconds = path, texts, seconds
        self._most_rows, self._complain = most_rows, complain

    def columns(self, names: Sequence[str], others: bool) -> dict[str, list[Any]]:
        """Those of the named datasets that are there, texts or floats; a number that the file
        marks as missing is NaN. Any other dataset is a fault unless `others` may be there."""
        import h5py

        found: dict[str, list[Any]] = {}
        try:
            with h5py.File(self._path, "r") as file:
                for name in file:
                    if name in names:
                        values = self._dataset(file, name)
                        if values is not None:
                            found[name] = values
                    elif not others and not _only_a_dimension(file, name):
                        self._complain(
                            None, name, f"unknown dataset{did_you_mean(name.lower(), names)}"
                        )
        except UnicodeDecodeError:
            self._complain(None, "", "got text that is not UTF-8, expected UTF-8")
        except (OSError, TypeError, ValueError, KeyError, RuntimeError) as error:
            self._complain(None, "", f"not readable as HDF5: {short(str(error), 80)}")
        if len({len(values) for values in found.values()}) > 1:
            self._complain(None, "", "got datasets of several lengths, expected one")
            return {}
        return found

    def _dataset(self, file: h5py.File, name: str) -> list[Any] | None:
        import h5py

        if not isinstance(file.get(name, getlink=True), h5py.HardLink):
            self._complain(None, name, "got a link, expected a dataset")
            return None
        dataset = file[name]
        shape = dataset.shape if isinstance(dataset, h5py.Dataset) else None
        if not shape or sum(length != 1 for length in shape) > 1:
            self._complain(None, name, "expected a dataset of one dimension")
            return None
        count, kind = max(shape) if 0 not in shape else 0, dataset.dtype.kind
        fault = ""
        if dataset.external or dataset.is_virtual:
            fault = "got a dataset stored elsewhere, expected it here"
        elif count > self._most_rows:
            fault = f"got more than {self._most_rows:,} rows, expected fewer"
        elif name in self._texts:
            text = h5py.check_string_dtype(dataset.dtype) is not None
            if not text or dataset.dtype.itemsize > _MOST_TEXT:
                fault = f"got {short(str(dataset.dtype))}, expected texts"
        elif kind not in "iuf" or h5py.check_enum_dtype(dataset.dtype) is not None:
            fault = f"got {short(str(dataset.dtype))}, expected numbers"
        about = {} if fault else {key.lower(): dataset.attrs[key] for key in dataset.attrs}
        if not fault and "matlab_empty" in about:
            fault = "got an empty array, expected rows"
        if not fault and name not in self._texts:
            fault = _changed(about, _SECONDS if name in self._seconds else _PURE)
        if fault:
            self._complain(None, name, fault)
            return None
        if name in self._texts:
            absent = {_one_text(about[key]) for key in _FILL if key in about}
            texts = dataset.asstr()[...].reshape(-1).tolist()
            return ["" if text in absent else text for text in texts]
        return self._numbers(name, dataset[...].reshape(-1), about)

    def _numbers(self, name: str, raw: NDArray[Any], about: dict[str, Any]) -> list[float]:
        import numpy as np

        values = raw.astype(np.float64)
        for key in _FILL:
            if key in about:
                values[np.isin(raw, np.asarray(about[key]).astype(raw.dtype))] = np.nan
        low, high = _valid(about)
        for row in np.flatnonzero((values < low) | (values > high))[:1].tolist():
            came = f"got {values[row]:g}, which the dataset's own attributes call not valid"
            self._complain(row + 1, name, f"{came}, expected {low:g} to {high:g}")
        numbers: list[float] = values.tolist()
        return numbers


def _changed(about: dict[str, Any], units: Sequence[str]) -> str:
    """What is wrong with a dataset whose attributes give its numbers another meaning, or ""."""
    import numpy as np

    for key, neutral in _NEUTRAL.items():
        if key in about and not np.all(np.asarray(about[key]) == neutral):
            value = short(_one_text(about[key]))
            return f"got the attribute {key} = {value}, expected numbers as they are meant"
    for key in _CODES:
        if key in about:
            return f"got the attribute {key}, expected numbers and not codes"
    if "_unsigned" in about and _one_text(about["_unsigned"]).lower() != "false":
        return "got the attribute _Unsigned, expected an unsigned type instead"
    for key in ("units", "unit"):
        if key in about and _one_text(about[key]).strip().lower() not in units:
            wanted = "s" if units is _SECONDS else "1"
            return f"got {key} {short(_one_text(about[key]))}, expected {wanted!r}"
    return ""


def _valid(about: dict[str, Any]) -> tuple[float, float]:
    import numpy as np

    low, high = -np.inf, np.inf
    if "valid_range" in about:
        low, high = np.asarray(about["valid_range"], np.float64).reshape(2).tolist()
    low = max(low, float(np.max(about.get("valid_min", low))))
    return low, min(high, float(np.min(about.get("valid_max", high))))


def _one_text(value: np.ndarray[Any, Any] | Any) -> str:
    """An attribute's value as text, whether it is kept as a scalar or as an array of one."""
    import numpy as np

    array = np.asarray(value)
    if array.size == 1:
        value = array.reshape(-1)[0]
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def _only_a_dimension(file: h5py.File, name: str) -> bool:
    """Whether it is what netCDF keeps of a dimension without values: a length and no more."""
    import h5py

    if not isinstance(file.get(name, getlink=True), h5py.HardLink):
        return False
    return _one_text(file[name].attrs.get("NAME", "")).startswith(_NO_VARIABLE)
