"""Compiled programs are kept where the user asks for it, and nobody else can put one there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import mcdefense
from mcdefense.engine.compile_cache import host_features, keep_compiled
from mcdefense.errors import InputError
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


HITS, MISSES = (f"/jax/compilation_cache/cache_{name}" for name in ("hits", "misses"))


def test_the_second_run_compiles_nothing_and_gives_the_same(tmp_path: Path) -> None:
    scenario, cache = tmp_path / "table.toml", tmp_path / "cache"
    scenario.write_text(TABLE)
    run = ("run", scenario, "--quiet", "--devices=1")
    assert HITS not in events(*run, "-o", tmp_path / "0.h5")
    assert not cache.exists()
    first = events(*run, "-o", tmp_path / "1.h5", "--compile-cache", cache)
    (part,) = cache.iterdir()
    assert part.name == f"{os.getuid()}-{host_features()}"
    assert part.stat().st_mode & 0o777 == 0o700
    assert cache.stat().st_mode & 0o777 == 0o700
    assert first[MISSES] > 0
    second = events(*run, "-o", tmp_path / "2.h5", MCDEFENSE_COMPILE_CACHE=str(cache))
    assert second.get(MISSES, 0) == 0
    assert second[HITS] > 0
    for program in part.glob("*-cache"):  # as left by a run that was killed while it saved
        program.write_bytes(program.read_bytes()[:-100])
    damaged = events(*run, "-o", tmp_path / "3.h5", "--compile-cache", cache)
    assert damaged.get(HITS, 0) == 0
    plain, *cached = (mcdefense.read(tmp_path / f"{i}.h5").tally for i in range(4))
    assert all(plain.equals(tally) for tally in cached)


def test_a_part_that_others_can_write_to_is_refused(tmp_path: Path) -> None:
    part = tmp_path / f"{os.getuid()}-{host_features()}"
    part.mkdir()
    part.chmod(0o770)
    with pytest.raises(InputError, match="can be written by others; chmod go-w it"):
        keep_compiled(tmp_path)


def test_a_folder_that_others_can_write_to_is_refused_unless_sticky(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    with pytest.raises(InputError, match=r"'.*shared' can be written by others"):
        keep_compiled(shared)


def test_a_link_in_place_of_the_part_is_refused(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / f"{os.getuid()}-{host_features()}").symlink_to(elsewhere)
    with pytest.raises(InputError, match="is no folder"):
        keep_compiled(tmp_path)


def test_another_users_part_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = os.getuid() + 1
    (tmp_path / f"{other}-{host_features()}").mkdir()
    monkeypatch.setattr(os, "getuid", lambda: other)
    with pytest.raises(InputError, match="another user's; name a folder of your own"):
        keep_compiled(tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"compile_cache: cannot make '.*file"):
        keep_compiled(tmp_path / "file")
