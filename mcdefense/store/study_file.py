"""A study as one HDF5 file that is netCDF-4 too, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from mcdefense.errors import Fault, InputError
from mcdefense.scenario import STUDY_FILETYPE
from mcdefense.statistics import Result, Study, StudyAxis, aligned, answer_of
from mcdefense.store.atomic import replace_file
from mcdefense.store.attributes import check_attributes
from mcdefense.store.contents import contents, digest, from_contents
from mcdefense.store.encode import encoded, root_attributes
from mcdefense.store.errors import StoreError, reason
from mcdefense.store.read import image_of, opened, read
from mcdefense.store.study_layout import (
    COUNTED_BY_TIME,
    STUDY_FORMAT_VERSION,
    study_layout,
)

_AXES, _BASE = "study_axes", "study_base"
_OWN = ("Conventions", "filetype", "format_version", "differences", "content_sha256")


def write_study(study: Study, path: Path | str) -> None:
    """Write the study to `path`: the whole new file, or the old one untouched.

    Raises StoreError with one line where the system refuses.
    """
    arrays = study_contents(study)
    layout = [variable for variable in study_layout(study.axes) if variable.path in arrays]
    axes = [{"name": a.name, "path": a.path} for a in study.axes]
    known = {**study.provenance, _AXES: json.dumps(axes), _BASE: study.base}
    attributes = root_attributes(known, STUDY_FILETYPE, STUDY_FORMAT_VERSION)
    attributes["content_sha256"] = digest(arrays, attributes)
    paths = {axis.name: {"path": axis.path} for axis in study.axes}
    replace_file(path, encoded(layout, arrays, attributes, paths, path))


def study_contents(study: Study) -> dict[str, np.ndarray]:
    """Every array of the file by its path in it."""
    points = aligned(study.points)
    parts = [contents(point, estimates=False) for point in points]
    shape, arrays = study.shape, {}
    for variable in study_layout(study.axes):
        path, name = variable.path, variable.name
        if variable.is_by_raid and not points[0].tally.axes.raids:
            continue
        if variable.origin == "study":
            arrays[path] = next(axis.array for axis in study.axes if axis.name == name)
        elif variable.origin == "estimate":
            arrays[path] = study.estimates[name]
        elif name == "point_attributes":
            texts = [_attributes(point) for point in study.points]
            arrays[path] = np.array([*texts, None], object)[:-1].reshape(shape)
        elif variable.is_coordinate or name == "scenario_toml":
            arrays[path] = _coordinate(path, name, parts[0], points[0])
        else:
            stacked = np.stack([part[path] for part in parts])
            arrays[path] = stacked.reshape(*shape, *stacked.shape[1:])
        if arrays[path].ndim != len(variable.dimensions):
            got = f"got {arrays[path].ndim} axes, expected {variable.dimensions}"
            raise ValueError(f"{path}: {got}")
    return arrays


def _coordinate(path: str, name: str, part: Mapping[str, Any], point: Result) -> np.ndarray:
    if path in part:
        return np.asarray(part[path])
    labels: dict[str, Any] = {**point.tally.axes.labels, "pair": point.pair_names}
    assert name in labels, name
    return np.array(labels[name], object)


def _attributes(point: Result) -> str:
    return json.dumps({k: v for k, v in point.provenance.items() if k != "overrides"})


def read_any(path: Path | str) -> Result | Study:
    """The result or the study in the file at `path`, read once; raises as `read` and `read_study`
    do, and says what either is called for a file that is neither."""
    image = image_of(Path(path))
    attributes, _ = opened(path, image, None)
    if attributes.get("filetype") == STUDY_FILETYPE:
        return _of_image(path, image)
    return read(path, image=image)


def is_study(path: Path | str) -> bool:
    """Whether the file at `path` is of a study; raises InputError or StoreError where it is no
    HDF5 file or damaged."""
    attributes, _ = opened(path, image_of(Path(path)), None)
    return attributes.get("filetype") == STUDY_FILETYPE


def read_study(path: Path | str) -> Study:
    """The study in the file at `path`, exactly as it was written.

    Raises InputError if it is no study or of a newer major version; StoreError if it is damaged or
    was changed by another program.
    """
    return _of_image(path, image_of(Path(path)))


def _of_image(path: Path | str, image: bytes) -> Study:
    attributes, arrays = opened(path, image, lambda _: True)
    if attributes.get("filetype") != STUDY_FILETYPE:
        came = f"got filetype {str(attributes.get('filetype'))[:40]!r}"
        raise InputError([Fault(str(path), "", f"{came}, expected '{STUDY_FILETYPE}'")])
    try:
        major, minor = (int(number) for number in attributes["format_version"])
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(f"{path}: not a consistent study: {reason(error)}") from error
    if major != STUDY_FORMAT_VERSION[0]:
        message = f"got format version {major}.{minor} of a study, this program reads 1.x"
        raise InputError([Fault(str(path), "", message)])
    content = attributes.pop("content_sha256", "")
    if content != digest(arrays, attributes):
        raise StoreError(f"{path}: its content does not match its checksum: it was changed since")
    try:
        return _study(arrays, attributes, minor)
    except MemoryError:
        raise
    except Exception as error:  # arrays and attributes of any type and shape
        raise StoreError(f"{path}: not a consistent study: {reason(error)}") from error


def _study(arrays: Mapping[str, np.ndarray], attributes: Mapping[str, Any], minor: int) -> Study:
    known = {
        name: value.item() if isinstance(value, np.generic) else str(value)
        for name, value in attributes.items()
        if name not in (*_OWN, _AXES, _BASE)
    }
    axes = tuple(
        StudyAxis(entry["name"], entry["path"], tuple(arrays[entry["name"]].tolist()))
        for entry in json.loads(str(attributes[_AXES]))
    )
    shape = tuple(len(axis.values) for axis in axes)
    layout = [
        variable
        for variable in study_layout(axes)
        if (minor > 0 or variable.since < COUNTED_BY_TIME)
        and (not variable.is_by_raid or variable.path in arrays)
    ]
    stacked = [v for v in layout if v.dimensions[: len(axes)] == tuple(a.name for a in axes)]
    stacked = [v for v in stacked if v.origin not in ("study", "estimate")]
    common = {
        v.path: arrays[v.path]
        for v in layout
        if v not in stacked and v.origin not in ("study", "estimate")
    }
    points = []
    for where in np.ndindex(*shape):
        own = {v.path: np.asarray(arrays[v.path][where]) for v in stacked}
        own["overrides"] = np.array(str(arrays["overrides"][where]), object)
        point = from_contents({**common, **own}, json.loads(str(arrays["point_attributes"][where])))
        check_attributes(point)
        points.append(replace(point, estimates={}))
    estimates = {v.name: arrays[v.path] for v in layout if v.origin == "estimate"}
    study = Study(axes, tuple(points), int(attributes[_BASE]), estimates, known)
    if not study.asked or study.asked[0] < 0:
        raise ValueError("attribute 'shard' is no shard with a point")
    answer_of(study)  # raises where it is none of this study
    return study
