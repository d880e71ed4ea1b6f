"""Whether two results files hold the same, bit for bit, provenance apart."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import h5py
import numpy as np

PROVENANCE = (
    "attributes_sha256",
    "content_sha256",
    "batch",
    "created",
    "device",
    "history",
    "host",
    "seconds_*",
    "shard",
)
"""Root attributes that say when, where and how; the digest is over them too."""


def content(path: Path) -> dict[str, Any]:
    """Everything else in the file, by path: values to the bit, types and attributes."""
    found: dict[str, Any] = {}
    with h5py.File(path, locking=False) as file:
        for name, value in file.attrs.items():
            if not any(fnmatchcase(name, pattern) for pattern in PROVENANCE):
                found[f"/{name}"] = value.tolist() if hasattr(value, "tolist") else value

        def take(name: str, item: h5py.Dataset | h5py.Group) -> None:
            if isinstance(item, h5py.Dataset):
                array = np.asarray(item[()])
                data = array.tolist() if array.dtype == object else array.tobytes()
                found[name] = (array.dtype.str, array.shape, data, item.attrs["long_name"])

        file.visititems(take)
    return found


def assert_same_content(one: Path, other: Path) -> None:
    first, second = content(one), content(other)
    assert first.keys() == second.keys()
    assert len(first) > 100
    different = [name for name in first if first[name] != second[name]]
    assert different == []
