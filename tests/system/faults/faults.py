"""Faults of a machine, made for real: each function makes one and returns what came of it.

Raises AssertionError where the run did not do as it should, and Unavailable where the fault cannot
be made here.
"""

from __future__ import annotations

import fcntl
import os
import resource
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mcdefense.store import read
from tests.system.faults.batch_run import PATIENCE_S, Run, faults_of, wait_for


class Unavailable(Exception):
    """The fault cannot be made on this machine, with the reason."""


def disk_full_at_a_checkpoint(folder: Path) -> str:
    """A file system too small for the saved file, then space again: the run ends as if nothing."""
    with _small_disk(folder / "disk", "4m") as disk:
        # Many blocks, so that some are saved while the disk is full.
        many = ("--trials-per-world", "1000")
        run, reference = Run(disk, *many), Run(_made(folder / "reference"), *many)
        assert reference.finish("--checkpoint-every", "1000")[0] == 0
        filler = disk / "filler"
        process = run.start("--checkpoint-every", "0.05")
        wait_for(run.saved.exists, process)
        _fill(filler)
        lines = []
        assert process.stderr is not None
        for line in process.stderr:
            lines.append(line)
            if "No space left" in line:
                filler.unlink()
                break
        _, rest = process.communicate(timeout=PATIENCE_S)
        said = "".join([*lines, rest])
        assert process.returncode == 0, said
        assert faults_of(said)
        assert all("No space left on device; the run goes on" in x for x in faults_of(said)), said
        assert run.same(reference)
        return "a line for each save that failed; the result is that of an undisturbed run"


def disk_full_at_the_end(folder: Path) -> str:
    """A file system that cannot hold the final file: one line, and what was saved is intact."""
    with _small_disk(folder / "disk", "4m") as disk:
        run = Run(disk)
        process = run.start()
        wait_for(run.saved.exists, process)
        _fill(disk / "filler")
        _, said = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 1, said
        final = [line for line in faults_of(said) if "the run goes on" not in line]
        assert len(final) == 1, said
        assert "all.h5: cannot write: No space left on device" in final[0]
        assert "is kept, go on with --resume" in final[0]
        assert read(run.saved).tally.trials > 0
        (disk / "filler").unlink()
        assert run.finish("--resume")[0] == 0
        return "one line, exit code 1; what was saved is intact, --resume ends it"


def file_too_large(folder: Path) -> str:
    """A limit on the size of files, as of a quota: one line, the earlier output is intact."""
    run = Run(folder)
    assert run.finish("--worlds", "1")[0] == 0
    before = run.output.read_bytes()
    process = run.start("--checkpoint-every", "1000", "--force")
    # Long before it writes; a function called between fork and exec would fork a process with JAX.
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (20_000, 20_000))
    _, said = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 1, said
    assert len(faults_of(said)) == 1, said
    assert "all.h5: cannot write: File too large" in said
    assert run.output.read_bytes() == before
    assert run.names() == ["all.h5"]
    return "one line, exit code 1; the earlier output is intact"


def read_only_folder(folder: Path) -> str:
    """A read-only mount, which holds for root too: refused before anything is simulated."""
    with _small_disk(folder / "disk", "4m") as disk:
        run = Run(disk)
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        code, said = run.finish()
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
        assert code == 2, said
        assert said.count("\n") == 1
        assert "Read-only file system" in said
        return "one line, exit code 2, before anything is simulated"


def vanished_folder(folder: Path) -> str:
    """The output's folder is removed in the middle: one line at the end, no traceback."""
    run = Run(_made(folder / "gone"))
    process = run.start("--checkpoint-every", "1000", "--trials-per-world", "20000")
    wait_for(lambda: (folder / "gone" / "all.h5.lock").exists(), process)
    shutil.rmtree(folder / "gone")
    _, said = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 1, said
    assert len(faults_of(said)) == 1, said
    assert "does not exist; create it or name another" in said
    return "one line, exit code 1"


def two_runs_on_one_output(folder: Path) -> str:
    """The second is refused; the first, killed, leaves a lock that keeps nobody out."""
    run = Run(folder)
    first = run.start("--trials-per-world", "1000000")
    wait_for(run.saved.exists, first)
    code, said = run.finish("--resume")
    assert code == 2, said
    assert f"another run is writing it (process {first.pid} on" in said
    first.kill()
    first.communicate()
    assert "all.h5.lock" in run.names()
    run.saved.unlink()
    code, said = run.finish("--resume")
    assert code == 0, said
    assert run.names() == ["all.h5"]
    return "the second is refused in one line, exit code 2; after SIGKILL of the first it may run"


def stale_temporary_file(folder: Path) -> str:
    """What dead writers left: removed, and not taken for something saved."""
    run = Run(folder)
    host = socket.gethostname().replace(".", "-")
    (folder / f".mcdefense.{host}.4194305.ab12.tmp").write_bytes(b"half a file")
    (folder / "all.h5.lock").write_text("process 4194305 on nowhere", encoding="utf-8")
    code, said = run.finish("--resume")
    assert code == 0, said
    assert run.names() == ["all.h5"]
    return "removed at the next run, which is not disturbed"


def full_log_pipe(folder: Path) -> str:
    """Nobody reads the log, whose pipe is full from the start: the run ends all the same."""
    ours, theirs = os.pipe()
    fcntl.fcntl(theirs, fcntl.F_SETFL, os.O_NONBLOCK)
    try:
        while True:
            os.write(theirs, b"x" * 4096)
    except BlockingIOError:
        fcntl.fcntl(theirs, fcntl.F_SETFL, 0)
    run = Run(folder)
    code, _ = run.finish(stderr=theirs, stdout=subprocess.DEVNULL)
    os.close(ours)
    os.close(theirs)
    assert code == 0
    assert run.names() == ["all.h5"]
    return "lines are left out; the result is written"


def log_without_a_reader(folder: Path) -> str:
    """The log's reader has gone: the run ends all the same."""
    ours, theirs = os.pipe()
    os.close(ours)
    run = Run(folder)
    code, _ = run.finish(stderr=theirs, stdout=subprocess.DEVNULL)
    os.close(theirs)
    assert code == 0
    assert run.names() == ["all.h5"]
    return "lines are left out; the result is written"


def log_on_a_full_disk(folder: Path) -> str:
    """The log is on a full disk: the run ends all the same."""
    run = Run(folder)
    with open("/dev/full", "w") as full:
        code, _ = run.finish(stderr=full, stdout=subprocess.DEVNULL)
    assert code == 0
    assert run.names() == ["all.h5"]
    return "lines are left out; the result is written"


def screen_on_a_full_disk(folder: Path) -> str:
    """The screen goes to a full disk: one line, and the file is there."""
    run = Run(folder)
    with open("/dev/full", "w") as full:
        code, said = run.finish(stdout=full)
    assert code == 1
    assert "cannot go on: No space left on device" in said
    assert len(faults_of(said)) == 1
    assert read(run.output).tally.trials > 0
    return "one line, exit code 1; the result is written"


FAULTS: tuple[Callable[[Path], str], ...] = (
    disk_full_at_a_checkpoint,
    disk_full_at_the_end,
    file_too_large,
    read_only_folder,
    vanished_folder,
    two_runs_on_one_output,
    stale_temporary_file,
    full_log_pipe,
    log_without_a_reader,
    log_on_a_full_disk,
    screen_on_a_full_disk,
)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _fill(path: Path) -> None:
    """Write until the disk is full."""
    with path.open("wb", buffering=0) as stream:
        try:
            while True:
                stream.write(b"x" * 4096)
        except OSError:
            return


@contextmanager
def _small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A file system of its own in memory; only root can mount one."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode != 0:
        raise Unavailable(f"no file system can be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)
