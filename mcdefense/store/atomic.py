"""A file appears whole or not at all: temporary beside the destination, fsync, rename.

No lock is taken, since locks fail on some parallel file systems.
"""

from __future__ import annotations

import errno
import os
import re
import socket
import stat
from contextlib import suppress
from pathlib import Path

from mcdefense.errors import Fault, InputError
from mcdefense.store.errors import StoreError, reason

_FOLDER_SYNC_UNSUPPORTED = {errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES}
_USUAL = 0o666
"""Permissions of a new file, less the mask of this process."""


def check_writable(path: Path | str) -> None:
    """Refuse, before a long run, an output that could not be written at its end.

    Leaves nothing behind and touches no file that is there. Temporary files of dead writers in
    the folder are removed. Raises InputError: folder missing, output is a folder or a device,
    file or folder is read-only.
    """
    try:
        destination = _resolved(path)
    except OSError as error:  # the current folder has been removed
        message = f"cannot write from here, the current folder: {reason(error)}"
        raise InputError([Fault(str(path), "", message)]) from error
    fault = _destination_fault(destination)
    if fault is None:
        remove_dead_temporaries(destination.parent)
        try:
            temporary = _create_temporary(destination.parent)
        except OSError as error:
            fault = f"cannot write in folder '{destination.parent}': {reason(error)}"
        else:
            temporary.unlink()
    if fault is not None:
        raise InputError([Fault(str(path), "", fault)])


def replace_file(path: Path | str, content: bytes | memoryview) -> None:
    """Put `content` at `path`: after a crash at any moment the old or the new file is there.

    A file that is there keeps its permissions. Raises StoreError with one line; then the old file
    is untouched, unless that line says that the new one is in place, and no temporary is left.
    """
    destination = _resolved(path)
    fault = _destination_fault(destination)
    if fault is not None:
        raise StoreError(f"{path}: {fault}")
    remove_dead_temporaries(destination.parent)
    temporary: Path | None = None
    try:
        old = stat.S_IMODE(destination.stat().st_mode) if destination.exists() else None
        temporary = _create_temporary(destination.parent, _USUAL if old is None else old)
        with open(temporary, "wb") as stream:
            if old is not None:
                with suppress(OSError):  # it then has fewer, by the mask of this process
                    os.fchmod(stream.fileno(), old)
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, destination)
        temporary = None
    except OSError as error:
        raise StoreError(f"{path}: cannot write: {reason(error)}") from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()
    try:
        _sync_folder(destination.parent)
    except OSError as error:
        message = "is in place, but a crash of the machine may undo that: cannot sync its folder"
        raise StoreError(f"{path}: {message}: {reason(error)}") from error


def remove_dead_temporaries(folder: Path) -> None:
    """Remove what writers of this host that are no longer alive left in the folder."""
    pattern = re.compile(rf"\.mcdefense\.{re.escape(host_name())}\.(\d+)\.[0-9a-f]+\.tmp")
    with suppress(OSError):
        for entry in list(folder.iterdir()):
            found = pattern.fullmatch(entry.name)
            if found and not _alive(int(found.group(1))):
                with suppress(OSError):
                    entry.unlink()


def _resolved(path: Path | str) -> Path:
    # A symbolic link is written through, not replaced by a file.
    return Path(os.path.realpath(path))


def _destination_fault(destination: Path) -> str | None:
    try:
        mode = destination.stat().st_mode
    except FileNotFoundError:
        if not destination.parent.is_dir():
            return f"folder '{destination.parent}' does not exist; create it or name another"
        return None
    except OSError as error:
        return f"cannot write: {reason(error)}"
    if stat.S_ISDIR(mode):
        return "is a folder, expected the name of a file"
    if not stat.S_ISREG(mode):
        return "is not a regular file; name another"
    if not os.access(destination, os.W_OK):
        return "is read-only; remove it or name another"
    return None


def _create_temporary(folder: Path, mode: int = _USUAL) -> Path:
    path = folder / f".mcdefense.{host_name()}.{os.getpid()}.{os.urandom(6).hex()}.tmp"
    # Not tempfile: it makes files that only the owner may read, and the rename would keep that.
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
    return path


def _sync_folder(folder: Path) -> None:
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        # Some systems cannot sync a folder; the rename has already taken place.
        if error.errno not in _FOLDER_SYNC_UNSUPPORTED:
            raise


def host_name() -> str:
    """The host's name as it stands in the names of temporary files."""
    return re.sub(r"[^A-Za-z0-9-]", "-", socket.gethostname())[:64] or "host"


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
