"""One writer at a time for an output: a lock that ends with its owner, however that ends."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mcdefense.errors import Fault, InputError
from mcdefense.store.errors import reason

_NO_LOCKS_HERE = {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EINVAL}


_OURS = re.compile(rb"process \d+ on .*")


def lock_file(path: Path) -> Path:
    """The file that is locked while `path` is written."""
    return path.with_name(path.name + ".lock")


@contextmanager
def sole_writer(path: Path) -> Iterator[bool]:
    """Hold the lock file `PATH.lock`; raises InputError at once if another process holds it.

    Yields False where the file system has no locks. The system lets go of the lock when its owner
    dies, so a lock file left behind keeps nobody out.
    """
    lock = lock_file(path)
    try:
        descriptor, locked = _locked(lock)
    except BlockingIOError as error:
        message = f"another run is writing it ({_owner(lock)}); wait, or name another output"
        raise InputError([Fault(str(path), "", message)]) from error
    except OSError as error:
        raise InputError([Fault(str(lock), "", f"cannot lock: {reason(error)}")]) from error
    try:
        yield locked
    finally:
        with suppress(OSError):
            if _is_at(descriptor, lock):  # still open, and locked if it can be: ours to remove
                lock.unlink()
        os.close(descriptor)


def _locked(lock: Path) -> tuple[int, bool]:
    """The open lock file, and whether the file system has locks; raises InputError if another
    file has its name."""
    while True:
        descriptor = os.open(lock, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o666)
        try:
            if (content := os.pread(descriptor, 200, 0)) and not _OURS.fullmatch(content):
                message = "is no lock of mcdefense, which would replace it; name another output"
                raise InputError([Fault(str(lock), "", message)])
            locked = _flocked(descriptor)
            if not locked or _is_at(descriptor, lock):
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, _ourselves().encode(), 0)
                return descriptor, locked
        except (OSError, InputError):
            os.close(descriptor)
            raise
        os.close(descriptor)  # its last owner removed it in between


def _flocked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _NO_LOCKS_HERE:
            return False
        raise
    return True


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _ourselves() -> str:
    return f"process {os.getpid()} on {socket.gethostname()}"


def _owner(lock: Path) -> str:
    try:
        return lock.read_text(encoding="utf-8", errors="replace")[:200] or "unknown"
    except OSError:
        return "unknown"
