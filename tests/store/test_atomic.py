"""The file at its path is the old or the new one, whatever happens in between."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from mcdefense.errors import InputError
from mcdefense.store import StoreError, atomic, check_writable, read, write
from mcdefense.store.atomic import replace_file
from tests.store.random_result import random_result


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


@pytest.mark.parametrize("call", ["open", "fsync", "replace"])
def test_failure_leaves_the_old_file_and_no_temporary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    path = tmp_path / "result.h5"
    write(random_result(), path)
    old = path.read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, full)
        with pytest.raises(StoreError) as caught:
            write(random_result(seed=2), path)
    assert str(caught.value) == f"{path}: cannot write: No space left on device"
    assert path.read_bytes() == old
    assert names(tmp_path) == ["result.h5"]


def test_an_interrupt_leaves_the_old_file_and_no_temporary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "result.h5"
    path.write_bytes(b"old")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        replace_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["result.h5"]


def test_a_full_disk_gives_one_line(tmp_path: Path) -> None:
    """A real refusal by the system half way through: the size of files is limited."""
    program = f"""
        import resource, signal, sys
        sys.path.insert(0, {str(Path(__file__).parents[2])!r})
        from tests.store.random_result import random_result
        from mcdefense.store import StoreError, write
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        result = random_result()
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        try:
            write(result, {str(tmp_path / "result.h5")!r})
        except StoreError as error:
            print(error)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"{tmp_path / 'result.h5'}: cannot write: File too large\n"
    assert done.stderr == ""
    assert names(tmp_path) == []


def test_killed_writers_leave_a_usable_file_and_their_leftovers_go(tmp_path: Path) -> None:
    path = tmp_path / "result.h5"
    write(random_result(), path)
    program = f"""
        import os, sys
        sys.path.insert(0, {str(Path(__file__).parents[2])!r})
        from tests.store.random_result import random_result
        from mcdefense.store import atomic, write
        atomic.os.fsync = lambda _: os.kill(os.getpid(), 9)
        write(random_result(seed=2), {str(path)!r})
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=False)
    assert done.returncode != 0
    assert len(names(tmp_path)) == 2
    read(path)
    check_writable(path)
    assert names(tmp_path) == ["result.h5"]


def test_only_temporaries_of_dead_writers_of_this_host_go(tmp_path: Path) -> None:
    host = atomic.host_name()
    keep = [
        f".mcdefense.{host}.{os.getpid()}.ab.tmp",
        f".mcdefense.{host}-b.99999999.ab.tmp",
        f".mcdefense.{host}.99999999.tmp",
        "other.tmp",
    ]
    for name in (*keep, f".mcdefense.{host}.99999999.ab.tmp"):
        (tmp_path / name).touch()
    atomic.remove_dead_temporaries(tmp_path)
    assert names(tmp_path) == sorted(keep)


def test_a_writable_path_is_left_as_it_was(tmp_path: Path) -> None:
    check_writable(tmp_path / "new.h5")
    assert names(tmp_path) == []
    (tmp_path / "old.h5").write_bytes(b"old")
    check_writable(str(tmp_path / "old.h5"))
    assert names(tmp_path) == ["old.h5"]
    assert (tmp_path / "old.h5").read_bytes() == b"old"


def test_outputs_that_cannot_be_written_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    for path, message in (
        (tmp_path / "missing" / "result.h5", "does not exist"),
        (tmp_path, "is a folder"),
        (tmp_path / "file" / "result.h5", "Not a directory"),
        (Path(os.devnull), "not a regular file"),
    ):
        with pytest.raises(InputError, match=message) as caught:
            check_writable(path)
        assert caught.value.exit_code == 2
        assert str(caught.value).startswith(f"{path}: ")
        with pytest.raises(StoreError, match=message):
            replace_file(path, b"")

    def forbidden(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "open", forbidden)  # the tests may run as root
    with pytest.raises(InputError, match=r"cannot write in folder .*: Permission denied"):
        check_writable(tmp_path / "result.h5")
    assert names(tmp_path) == ["file"]


def test_a_read_only_file_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "result.h5"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(InputError, match="is read-only"):
        check_writable(path)


def test_a_folder_that_cannot_be_synced_is_not_said_to_keep_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "result.h5"
    path.write_bytes(b"old")
    sync = os.fsync

    def failing(descriptor: int) -> None:
        if os.path.samestat(os.fstat(descriptor), tmp_path.stat()):
            raise OSError(errno.EIO, "Input/output error")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(StoreError) as caught:
        replace_file(path, b"new")
    assert str(caught.value) == (
        f"{path}: is in place, but a crash of the machine may undo that: cannot sync its folder: "
        "Input/output error"
    )
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["result.h5"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666])
def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "result.h5"
    path.write_bytes(b"old")
    path.chmod(mode)
    replace_file(path, b"new")
    assert (path.read_bytes(), path.stat().st_mode & 0o7777) == (b"new", mode)


def test_the_new_file_has_usual_permissions_and_links_are_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "target.h5", tmp_path / "link.h5"
    link.symlink_to(target)
    replace_file(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    (tmp_path / "plain").write_bytes(b"")
    assert target.stat().st_mode == (tmp_path / "plain").stat().st_mode
