"""Coast and borders: Natural Earth 1:110m countries, public domain, from the extra `map`.

The package pyogrio brings that file among its tests; only the file is read, not the package.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, files
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SOURCE = "Coast and borders: Natural Earth 1:110m, public domain, coarse and for orientation only"
ABSENT = "No coast is drawn: pip install 'mcdefense[map]' brings one"
_POLYGON, _HEADER = 5, 100
_FILE = "naturalearth_lowres.shp"


def coast_file() -> Path | None:
    """Where the file is, None if it is not installed."""
    try:
        found = files("pyogrio") or []
    except PackageNotFoundError:
        return None
    for file in found:
        if file.name == _FILE:
            path = Path(str(file.locate()))
            return path if path.is_file() else None
    return None


def coast_lines(path: Path) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Latitudes and longitudes [deg] of every ring of a shapefile of polygons (ESRI, 1998)."""
    content = path.read_bytes()
    at = _HEADER
    while at + 12 <= len(content):
        words, kind = (
            struct.unpack_from(">i", content, at + 4)[0],
            *struct.unpack_from("<i", content, at + 8),
        )
        if kind == _POLYGON:
            parts, points = struct.unpack_from("<2i", content, at + 44)
            starts = [*struct.unpack_from(f"<{parts}i", content, at + 52), points]
            first = at + 52 + 4 * parts
            places = np.frombuffer(content, "<f8", 2 * points, first).reshape(points, 2)
            for begin, end in pairwise(starts):
                yield places[begin:end, 1], places[begin:end, 0]
        at += 8 + 2 * words
