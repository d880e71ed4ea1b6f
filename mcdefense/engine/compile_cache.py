"""Compiled programs kept between runs, in a folder of the user's own.

What is loaded from there is machine code. So the folder must be the user's, and closed to others;
programs of other versions, or of a host with other instructions, are kept apart; and each file has
the digest of its content in its name. JAX never sees the folder itself: a run has a folder of its
own, with links to the files whose content is what their name says. What it compiles is linked back
under its digest, whole or not at all. So runs at the same time do not see each other's half-written
files, and a damaged file is removed, not loaded.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jax
from jax.experimental.compilation_cache import compilation_cache as jax_cache

from mcdefense.errors import Fault, InputError

VARIABLE = "MCDEFENSE_COMPILE_CACHE"
"""Environment variable that names the folder where no option does."""
MOST_BYTES = 2**28
"""Programs that are kept; the oldest are removed when there are more."""
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_RUN, _HALF_WRITTEN = "run-", "tmp"
_ABANDONED_S = 30 * 86_400
"""Age of the folder of a run that was killed, when it is removed."""
_DIGITS = 64
_PACKAGES = ("mcdefense", "jax", "jaxlib")


class CannotMakeError(InputError):
    """A folder of compiled programs that the system does not let us make: no danger, as one that
    others can write to is."""


_folders: dict[Path, Path] = {}
"""Where the programs of each folder of a run are kept."""


def own_folder() -> Path | None:
    """The user's folder for such files; None if there is no telling."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(base):
        return Path(base) / "mcdefense"
    with suppress(RuntimeError):
        return Path.home() / ".cache" / "mcdefense"
    return None


def user_has_cache() -> bool:
    """Whether the user has JAX itself keep what it compiles."""
    config: Any = jax.config  # whose flags no type checker knows
    return config.jax_compilation_cache_dir is not None


@contextmanager
def keep_compiled(folder: Path) -> Iterator[Path]:
    """Load compiled programs from this user's and host's part of the folder, and save them there.

    Makes what is missing, for its owner only, and returns the part. Raises CannotMakeError if it
    cannot be made, InputError if another user could write to it. JAX's settings are afterwards as
    before.
    """
    part = folder / part_name()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part.mkdir(mode=0o700, exist_ok=True)
        fault = _parent_fault(folder) or _part_fault(part)
        if fault is None:
            _tidy(part)
            own = Path(tempfile.mkdtemp(prefix=_RUN, dir=part)).absolute()
    except OSError as error:
        message = f"cannot make '{part}': {error.strerror or error}"
        raise CannotMakeError([Fault("compile_cache", "", message, option=True)]) from error
    if fault is not None:
        raise InputError([Fault("compile_cache", "", fault, option=True)])
    before = {name: jax.config.values[name] for name in _settings(own)}
    try:
        for file in _sound(part):
            # Two runs may have kept a program that both compiled, and a third may be removing it.
            with suppress(OSError):
                _link(file, own / file.name[: -_DIGITS - 1])
        _use(_settings(own))
        _folders[own] = part
        yield part
    finally:
        publish_compiled()
        _folders.pop(own, None)
        _use(before)
        shutil.rmtree(own, ignore_errors=True)


def publish_compiled() -> None:
    """Keep what has been compiled so far, though the run should be killed later.

    What cannot be kept, as on a full disk, costs the next run a compilation, and no more.
    """
    for own, part in list(_folders.items()):
        with suppress(OSError):
            for file in own.iterdir():
                if file.stat().st_nlink == 1 and not file.name.startswith(_HALF_WRITTEN):
                    kept = part / f"{file.name}.{_digest(file)}"
                    with suppress(FileExistsError):
                        _link(file, kept)


def _settings(own: Path) -> dict[str, Any]:
    return {
        "jax_compilation_cache_dir": str(own),
        "jax_persistent_cache_min_compile_time_secs": 0.0,
        "jax_persistent_cache_min_entry_size_bytes": -1,
        # XLA's own caches would be named in each program's options, and so change its name.
        "jax_persistent_cache_enable_xla_caches": "none",
    }


def _use(settings: dict[str, Any]) -> None:
    for name, value in settings.items():
        jax.config.update(name, value)
    jax_cache.reset_cache()  # else JAX goes on with the folder that it found at its first program


def _sound(part: Path) -> list[Path]:
    """Files of the part that are the user's own, and whose content is what their name says; others
    are removed."""
    sound = []
    for file in part.iterdir():
        if file.name.startswith((_RUN, _HALF_WRITTEN)):
            continue
        with suppress(OSError):
            found = file.lstat()
            fine = stat.S_ISREG(found.st_mode) and found.st_uid == os.getuid()
            if fine and not found.st_mode & _OTHERS_WRITE and file.name.endswith(_digest(file)):
                sound.append(file)
            else:
                file.unlink()
    return sound


def _tidy(part: Path) -> None:
    """Remove folders of runs that were killed long ago, and the oldest programs of too many."""
    now, kept = time.time(), []
    for file in part.iterdir():
        with suppress(OSError):
            found = file.lstat()
            if not stat.S_ISDIR(found.st_mode):
                kept.append((found.st_mtime, found.st_size, file))
            elif file.name.startswith(_RUN) and now - found.st_mtime > _ABANDONED_S:
                shutil.rmtree(file, ignore_errors=True)
    size = sum(length for _, length, _ in kept)
    for _, length, file in sorted(kept):
        if size <= MOST_BYTES:
            break
        file.unlink(missing_ok=True)
        size -= length


def _link(file: Path, other: Path) -> None:
    """Another name of a file, whole from the first moment."""
    try:
        os.link(file, other)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        descriptor, name = tempfile.mkstemp(prefix=_HALF_WRITTEN, dir=other.parent)
        os.close(descriptor)
        try:
            shutil.copyfile(file, name)
            os.replace(name, other)
        except OSError:
            os.unlink(name)
            raise


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


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


def part_name() -> str:
    """The part of this user, of a machine with these instructions, and of these versions."""
    versions = [f"{name} {version(name)}" for name in _PACKAGES]
    text = "\n".join([platform.machine(), *versions, *sorted(_processor_features())])
    return f"{os.getuid()}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _processor_features() -> set[str]:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {platform.processor()}
    words = (line.partition(":") for line in lines)
    # x86 says flags, ARM says Features; the model matters too: XLA tunes for it.
    names = {"flags", "Features", "vendor_id", "cpu family", "model", "CPU part"}
    return {f"{name.strip()}:{value}" for name, _, value in words if name.strip() in names}
