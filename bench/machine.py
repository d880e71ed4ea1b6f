"""What a figure was measured on and with."""

from __future__ import annotations

import datetime
import os
import platform
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

_SIMD = ("sse4_2", "avx2", "avx512f", "avx512bw", "avx512vl", "asimd", "sve")
_PACKAGES = ("mcdefense", "jax", "jaxlib", "numpy", "numba")


def _first_line(*command: str) -> str:
    if shutil.which(command[0]) is None:
        return ""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.partition("\n")[0].strip()


def _cpu() -> dict[str, str]:
    fields: dict[str, str] = {}
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(":")
        fields.setdefault(key.strip(), value.strip())
    return fields


def about() -> dict[str, Any]:
    """Machine, date, versions and commit, for the JSON."""
    cpu = _cpu()
    flags = (cpu.get("flags") or cpu.get("Features") or "").split()
    versions = {"python": platform.python_version(), "gcc": _first_line("gcc", "--version")}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = ""
    here = str(Path(__file__).parent)
    changed = _first_line("git", "-C", here, "status", "--porcelain", "--untracked-files=no")
    commit = _first_line("git", "-C", here, "rev-parse", "--short=12", "HEAD")
    return {
        "machine": {
            "cpu": cpu.get("model name", platform.machine()),
            "cores": len(os.sched_getaffinity(0)),
            "simd": [name for name in _SIMD if name in flags],
            "load_before": os.getloadavg()[0],
        },
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "versions": versions,
        "commit": commit + (" with changes" if changed else ""),
    }
