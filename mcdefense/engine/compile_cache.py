"""Compiled programs kept between runs, where the user asks for it.

What is loaded from there is machine code: the folder must be the user's own, and closed to others,
and programs made for a host with other instructions are kept apart.
"""

from __future__ import annotations

import hashlib
import os
import platform
import stat
from pathlib import Path

import jax

from mcdefense.errors import Fault, InputError

VARIABLE = "MCDEFENSE_COMPILE_CACHE"
"""Environment variable that names the folder where no option does."""
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def keep_compiled(folder: Path) -> Path:
    """Load compiled programs from this user's and host's part of the folder, and save them there.

    Makes what is missing, for its owner only, and returns the part. Raises InputError if it
    cannot be made, or if another user could write to it.
    """
    part = folder / f"{os.getuid()}-{host_features()}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part.mkdir(mode=0o700, exist_ok=True)
        fault = _parent_fault(folder) or _part_fault(part)
    except OSError as error:
        fault = f"cannot make '{part}': {error.strerror or error}"
    if fault is not None:
        raise InputError([Fault("compile_cache", "", fault, option=True)])
    jax.config.update("jax_compilation_cache_dir", str(part.absolute()))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    return part


def _parent_fault(folder: Path) -> str | None:
    """Who can rename the part can put another in its place; not so where the folder is sticky."""
    found = folder.stat()
    if found.st_uid not in (os.getuid(), 0):
        return f"'{folder}' is another user's; name a folder of your own"
    if found.st_mode & _OTHERS_WRITE and not found.st_mode & stat.S_ISVTX:
        return f"'{folder}' can be written by others; chmod go-w it or name another"
    return None


def _part_fault(part: Path) -> str | None:
    found = part.lstat()
    if not stat.S_ISDIR(found.st_mode):
        return f"'{part}' is no folder; remove it or name another"
    if found.st_uid != os.getuid():
        return f"'{part}' is another user's; name a folder of your own"
    if found.st_mode & _OTHERS_WRITE:
        return f"'{part}' can be written by others; chmod go-w it or name another"
    return None


def host_features() -> str:
    """A short name for the machine and the instructions that its processor has."""
    text = platform.machine() + "".join(sorted(_processor_features()))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _processor_features() -> set[str]:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {platform.processor()}
    words = (line.partition(":") for line in lines)
    # x86 says flags, ARM says Features; the model matters too: XLA tunes for it.
    names = {"flags", "Features", "vendor_id", "cpu family", "model", "CPU part"}
    return {f"{name.strip()}:{value}" for name, _, value in words if name.strip() in names}
