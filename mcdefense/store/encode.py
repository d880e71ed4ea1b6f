"""Arrays and attributes as the bytes of an HDF5 file that is at the same time netCDF-4."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from mcdefense.statistics import SIGN
from mcdefense.store.errors import StoreError, reason
from mcdefense.store.layout import (
    GROUPS,
    REQUIRED_ATTRIBUTES,
    RESERVED_ATTRIBUTES,
    Variable,
)

_TEXT = h5py.string_dtype("utf-8")
_CHUNK_BYTES = 1 << 20
_COMPRESSION = 4


def encoded(
    layout: Iterable[Variable],
    arrays: Mapping[str, np.ndarray],
    attributes: Mapping[str, Any],
    more: Mapping[str, Mapping[str, str]],
    path: Path | str,
) -> bytes:
    """The bytes of a file with these variables and root attributes.

    In each group its axes come first in the layout. `more` has further attributes of some
    variables, by name; `path` only names the file in errors. Raises StoreError.

    Made in memory: HDF5 that meets a full disk cannot close its file, plain writing can fail
    cleanly.
    """
    try:
        with h5py.File(
            f"{id(arrays)}", "w", driver="core", backing_store=False, track_order=True
        ) as file:
            file.attrs.update(attributes)
            scales: dict[tuple[str, str], Any] = {}
            for group in GROUPS[1:]:
                file.create_group(group, track_order=True)
            for variable in layout:
                dataset = _create(file, variable, arrays[variable.path])
                dataset.attrs.update(more.get(variable.name, {}))
                if variable.is_coordinate:
                    dataset.make_scale(variable.name)
                    dataset.attrs["_Netcdf4Dimid"] = np.int32(len(scales))
                    scales[variable.group, variable.name] = dataset
                else:
                    for axis, dimension in enumerate(variable.dimensions):
                        dataset.dims[axis].attach_scale(scales[variable.group, dimension])
            file.flush()
            image: bytes = file.id.get_file_image()
    except (OSError, RuntimeError, MemoryError) as error:
        raise StoreError(f"{path}: cannot write: {reason(error)}") from error
    return image


def _create(file: h5py.File, variable: Variable, array: np.ndarray) -> Any:
    options: dict[str, Any] = {"track_order": True}
    # HDF5 takes no filter on text of variable length, on scalars and on empty arrays.
    if variable.dtype != "text" and array.ndim and array.size:
        options |= {
            "chunks": array.shape if array.nbytes <= _CHUNK_BYTES else True,
            "compression": "gzip",
            "compression_opts": _COMPRESSION,
            "shuffle": True,
            "fletcher32": True,
        }
    if variable.fill is not None:
        options["fillvalue"] = variable.fill
    dtype = _TEXT if variable.dtype == "text" else array.dtype
    dataset = file.create_dataset(variable.path, data=array, dtype=dtype, **options)
    dataset.attrs["units"] = variable.unit
    dataset.attrs["long_name"] = variable.meaning
    if variable.fill is not None:
        dataset.attrs["_FillValue"] = np.asarray(variable.fill, dtype=array.dtype)[()]
    if variable.sign:
        dataset.attrs["sign"] = variable.sign
    return dataset


def root_attributes(
    known: Mapping[str, str | int | float], filetype: str, version: tuple[int, int]
) -> dict[str, Any]:
    """The root attributes of a file of this kind and version; ValueError for what cannot be one."""
    provenance = dict(known)
    provenance.pop("overrides", None)  # a dataset of its own
    missing = [name for name in REQUIRED_ATTRIBUTES if name not in provenance]
    if missing:
        raise ValueError(f"provenance: missing {missing}")
    attributes: dict[str, Any] = {
        "Conventions": "CF-1.11",
        "filetype": filetype,
        "format_version": np.array(version, dtype=np.int32),
        "differences": SIGN,
    }
    for name, value in provenance.items():
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name in RESERVED_ATTRIBUTES:
            raise ValueError(f"provenance: '{name}' cannot be the name of an attribute")
        if isinstance(value, str):
            attributes[name] = value
        elif isinstance(value, int) and not isinstance(value, bool):
            attributes[name] = np.int64(value) if value < 1 << 63 else np.uint64(value)
        elif isinstance(value, float):
            attributes[name] = np.float64(value)
        else:
            raise ValueError(f"provenance: '{name}' is {value!r}, expected text or a number")
    return attributes
