"""Compiled programs are kept in the user's own folder, and nobody else can put one there."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import NoReturn

import jax
import pytest

import mcdefense
from mcdefense.engine import compile_cache
from mcdefense.engine.compile_cache import keep_compiled, own_folder, part_name, publish_compiled
from mcdefense.errors import Fault, InputError
from mcdefense.run import RunOptions, kept_programs
from mcdefense.run.kept_programs import programs_kept
from mcdefense.run.monitor import LOGGER
from tests.support.small_scenarios import TABLE

# The counts of JAX's own events, printed after the run.
COUNTING = """\
import json, sys, collections, jax
from mcdefense.cli import main
events = collections.Counter()
jax.monitoring.register_event_listener(lambda name, **_: events.update([name]))
main(sys.argv[1:], standalone_mode=False)
print(json.dumps(events))
"""


def events(*arguments: str | Path, **environment: str) -> dict[str, int]:
    """JAX's events in a run of the command in a process of its own, without the tests' cache."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith("JAX_")}
    done = subprocess.run(
        [sys.executable, "-c", COUNTING, *map(str, arguments)],
        env={**plain, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return found


def programs(part: Path) -> list[Path]:
    """What is kept there."""
    return sorted(path for path in part.iterdir() if path.is_file())


HITS, MISSES = (f"/jax/compilation_cache/cache_{name}" for name in ("hits", "misses"))


def test_the_second_run_compiles_nothing_and_gives_the_same(tmp_path: Path) -> None:
    scenario, cache = tmp_path / "table.toml", tmp_path / "cache"
    scenario.write_text(TABLE)
    run = ("run", scenario, "--quiet", "--devices=1")
    none = events(*run, "-o", tmp_path / "0.h5", "--no-compile-cache", HOME=str(tmp_path))
    assert HITS not in none
    assert MISSES not in none
    assert not (tmp_path / ".cache").exists()
    first = events(*run, "-o", tmp_path / "1.h5", "--compile-cache", cache)
    (part,) = cache.iterdir()
    assert part.name == part_name()
    assert part.stat().st_mode & 0o777 == 0o700
    assert cache.stat().st_mode & 0o777 == 0o700
    assert first[MISSES] > 0
    kept = programs(part)
    assert len(kept) == first[MISSES]
    second = events(*run, "-o", tmp_path / "2.h5", MCDEFENSE_COMPILE_CACHE=str(cache))
    assert second.get(MISSES, 0) == 0
    assert second[HITS] > 0
    for program in kept:  # one sign is another
        content = bytearray(program.read_bytes())
        content[len(content) // 2] ^= 1
        program.write_bytes(content)
    damaged = events(*run, "-o", tmp_path / "3.h5", "--compile-cache", cache)
    assert damaged.get(HITS, 0) == 0
    again = events(*run, "-o", tmp_path / "4.h5", "--compile-cache", cache)
    assert again[HITS] == first[MISSES]  # what was damaged is gone
    plain, *cached = (mcdefense.read(tmp_path / f"{i}.h5").tally for i in range(5))
    assert all(plain.equals(tally) for tally in cached)


def kept_as(part: Path, name: str, content: bytes) -> Path:
    """A program in the part, under the name that its content gives it."""
    path = part / f"{name}.{sha256(content).hexdigest()}"
    path.write_bytes(content)
    path.chmod(0o600)
    return path


def test_a_program_that_two_runs_have_kept_is_loaded_once(tmp_path: Path) -> None:
    """Two runs that compile the same program at once get files that differ."""
    with keep_compiled(tmp_path) as part:
        pass
    contents = {b"one", b"other"}
    for content in contents:
        kept_as(part, "jit_program-cache", content)
    with keep_compiled(tmp_path):
        (own,) = (path for path in part.iterdir() if path.is_dir())
        assert (own / "jit_program-cache").read_bytes() in contents
    assert len(programs(part)) == 2


def test_a_program_that_another_run_removes_meanwhile_is_compiled_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with keep_compiled(tmp_path) as part:
        pass
    gone = part / f"jit_program-cache.{64 * '0'}"
    monkeypatch.setattr(compile_cache, "_sound", lambda _: [gone])
    with keep_compiled(tmp_path):
        (own,) = (path for path in part.iterdir() if path.is_dir())
        assert list(own.iterdir()) == []
    assert list(part.iterdir()) == []


def test_the_users_own_folder_is_the_default(tmp_path: Path) -> None:
    scenario = tmp_path / "table.toml"
    scenario.write_text(TABLE)
    run = ("run", scenario, "--quiet", "--devices=1")
    first = events(*run, "-o", tmp_path / "1.h5", HOME=str(tmp_path), XDG_CACHE_HOME="")
    assert first[MISSES] > 0
    assert len(programs(tmp_path / ".cache" / "mcdefense" / part_name())) == first[MISSES]
    moved = {"HOME": "/proc", "XDG_CACHE_HOME": str(tmp_path / ".cache")}
    assert events(*run, "-o", tmp_path / "2.h5", **moved)[HITS] == first[MISSES]


def test_a_home_that_cannot_be_written_costs_a_compilation_only(tmp_path: Path) -> None:
    scenario = tmp_path / "table.toml"
    scenario.write_text(TABLE)
    run = ("run", scenario, "--quiet", "--devices=1", "-o", tmp_path / "1.h5")
    found = events(*run, HOME="/proc", XDG_CACHE_HOME="")  # where even root makes no folder
    assert HITS not in found
    assert MISSES not in found
    assert mcdefense.read(tmp_path / "1.h5").tally.trials == 400


def test_a_home_that_others_can_write_to_is_told_and_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "mcdefense"
    folder.mkdir()
    folder.chmod(0o777)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(kept_programs, "user_has_cache", lambda: False)
    assert own_folder() == folder
    with programs_kept(RunOptions(), LOGGER):
        assert list(folder.iterdir()) == [folder / part_name()]
        assert list((folder / part_name()).iterdir()) == []
    (said,) = [record.getMessage() for record in caplog.records]
    assert said.startswith("compiled programs are not kept: ")
    assert "can be written by others; chmod go-w it" in said


def test_only_what_is_no_danger_is_told_in_the_log_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """By the kind of the fault, whatever its words."""
    monkeypatch.setattr(kept_programs, "user_has_cache", lambda: False)
    faults = [Fault("compile_cache", "", "cannot make or mend it", option=True)]

    errors = iter([compile_cache.CannotMakeError(faults), InputError(faults)])

    def refused(_: Path) -> NoReturn:
        raise next(errors)

    monkeypatch.setattr(kept_programs, "keep_compiled", refused)
    for _ in range(2):
        with caplog.at_level(logging.DEBUG), programs_kept(RunOptions(), LOGGER):
            pass
    assert [record.levelno for record in caplog.records] == [logging.DEBUG, logging.WARNING]
    monkeypatch.setattr(kept_programs, "keep_compiled", keep_compiled)
    monkeypatch.setenv("HOME", "/proc")
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    caplog.clear()
    with caplog.at_level(logging.DEBUG), programs_kept(RunOptions(), LOGGER):
        pass
    assert [record.levelno for record in caplog.records] == [logging.DEBUG]


def test_files_that_are_not_the_users_own_are_removed(tmp_path: Path) -> None:
    part = tmp_path / part_name()
    part.mkdir(mode=0o700)
    content = b"machine code"
    digest = sha256(content).hexdigest()
    good, open_to_all, link, others = (part / f"{i}.{digest}" for i in range(4))
    for file in (good, open_to_all, others):
        file.write_bytes(content)
    open_to_all.chmod(0o666)
    link.symlink_to(good)
    if os.getuid() == 0:
        os.chown(others, 12345, -1)
    else:  # only root can give a file away
        others.unlink()
    before = jax.config.values["jax_compilation_cache_dir"]
    with keep_compiled(tmp_path):
        (own,) = (path for path in part.iterdir() if path.is_dir())
        assert own.stat().st_mode & 0o777 == 0o700
        assert [path.name for path in own.iterdir()] == ["0"]
        assert jax.config.values["jax_compilation_cache_dir"] == str(own)
        (own / "new").write_bytes(content)
        (own / "tmpwritten").write_bytes(content)
        publish_compiled()
        new = part / f"new.{digest}"
        assert sorted(part.iterdir()) == sorted([good, new, own])
    assert jax.config.values["jax_compilation_cache_dir"] == before
    assert programs(part) == sorted([good, new])


def test_the_oldest_programs_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compile_cache, "MOST_BYTES", 25)
    part = tmp_path / part_name()
    part.mkdir(mode=0o700)
    for age in range(3):
        content = bytes(10)
        file = part / f"{age}.{sha256(content).hexdigest()}"
        file.write_bytes(content)
        os.utime(file, (1e9 - age, 1e9 - age))
    with keep_compiled(tmp_path):
        assert [file.name[0] for file in programs(part)] == ["0", "1"]


def test_a_folder_and_none_at_all_is_a_fault() -> None:
    with pytest.raises(InputError, match="names a folder, and `no_compile_cache` asks for none"):
        RunOptions(compile_cache=Path("here"), no_compile_cache=True)


def refused(folder: Path, match: str) -> None:
    with pytest.raises(InputError, match=match), keep_compiled(folder):
        pass


def test_a_part_that_others_can_write_to_is_refused(tmp_path: Path) -> None:
    part = tmp_path / part_name()
    part.mkdir()
    part.chmod(0o770)
    refused(tmp_path, "can be written by others; chmod go-w it")


def test_a_folder_that_others_can_write_to_is_refused_unless_sticky(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    refused(shared, r"'.*shared' can be written by others")


def test_a_link_in_place_of_the_part_is_refused(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / part_name()).symlink_to(elsewhere)
    refused(tmp_path, "is no folder")


def test_another_users_part_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = os.getuid() + 1
    (tmp_path / part_name()).mkdir()
    monkeypatch.setattr(os, "getuid", lambda: other)
    refused(tmp_path, "another user's; name a folder of your own")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused(tmp_path / "file", r"compile_cache: cannot make '.*file")
