"""Processes that this one has started."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

_HELPERS = (
    b"resource_tracker",
    b"forkserver",
)  # of multiprocessing, which stay as long as this one


def children() -> set[int]:
    """The children of this process, but for those that multiprocessing keeps for itself."""
    found: set[int] = set()
    for task in Path("/proc/self/task").iterdir():
        with suppress(OSError):
            found.update(map(int, (task / "children").read_text().split()))
    return {pid for pid in found if not any(word in _command(pid) for word in _HELPERS)}


def _command(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""
