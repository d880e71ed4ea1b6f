"""Shards merge to the file of one run, in any order and grouping; what does not fit is named."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from mcdefense.contract import MODEL_VERSION
from mcdefense.errors import InputError
from mcdefense.run import Monitor, RunOptions, merge_files
from mcdefense.run.job import Interrupted, run_to_file
from mcdefense.run.monitor import UNWATCHED
from mcdefense.run.output import part_file
from mcdefense.run.size import Shard
from mcdefense.scenario import loads
from mcdefense.statistics import Result
from mcdefense.store import read, write
from tests.support.same_file import assert_same_content
from tests.support.small_scenarios import LAYDOWN

OPTIONS = RunOptions(worlds=5, trials_per_world=150, seed=3, devices=1, batch=64)
SHARDS = 3


def run(path: Path, monitor: Monitor = UNWATCHED, **changes: Any) -> Result:
    return run_to_file(loads(LAYDOWN), path, replace(OPTIONS, **changes), monitor)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The file of a run in one go, then those of its shards."""
    whole = tmp_path_factory.mktemp("shards") / "all.h5"
    run(whole)
    found = [whole]
    for number in range(1, SHARDS + 1):
        shard = Shard(number, SHARDS)
        found.append(shard.file(whole))
        run(found[-1], shard=shard)
    return found


def merged(paths: list[Path], output: Path, *, allow_gaps: bool = False) -> Path:
    write(merge_files(paths, allow_gaps=allow_gaps), output)
    return output


def refusal(paths: list[Path]) -> list[str]:
    with pytest.raises(InputError) as caught:
        merge_files(paths)
    return str(caught.value).splitlines()


def test_each_shard_has_a_file_of_its_own_and_its_worlds(files: list[Path]) -> None:
    assert [path.name for path in files[1:]] == [
        "all.shard-1-of-3.h5",
        "all.shard-2-of-3.h5",
        "all.shard-3-of-3.h5",
    ]
    results = [read(path) for path in files[1:]]
    assert [r.tally.axes.world.tolist() for r in results] == [[0, 3], [1, 4], [2]]
    assert [r.provenance["shard"] for r in results] == ["1/3", "2/3", "3/3"]


def test_any_order_and_grouping_gives_the_file_of_one_run(
    files: list[Path], tmp_path: Path
) -> None:
    whole, *shards = files
    for number, order in enumerate(itertools.permutations(shards)):
        assert_same_content(whole, merged(list(order), tmp_path / f"{number}.h5"))
    one, two, three = shards
    some = merged([three, one], tmp_path / "some.h5", allow_gaps=True)
    assert_same_content(whole, merged([two, some], tmp_path / "grouped.h5"))
    assert_same_content(whole, merged([whole], tmp_path / "alone.h5"))


def test_a_merge_with_gaps_can_be_resumed(files: list[Path], tmp_path: Path) -> None:
    path = merged(files[2:], tmp_path / "all.h5", allow_gaps=True)
    assert read(path).tally.axes.world.tolist() == [1, 2, 4]
    run(path, resume=True)
    assert_same_content(files[0], path)


def test_gaps_and_overlaps_are_refused(files: list[Path]) -> None:
    whole, one, two, three = files
    assert refusal([one, three]) == [
        "merge: missing worlds 1, 4 of 5; `allow_gaps` merges the others"
    ]
    assert refusal([one, two, three, one]) == [f"{one}: has worlds 0, 3, which {one} has too"]
    assert refusal([two, whole, three]) == [
        f"{whole}: has worlds 1, 4, which {two} has too",
    ]


def test_other_runs_and_damaged_files_are_each_named_in_one_line(
    files: list[Path], tmp_path: Path
) -> None:
    _, one, two, three = files
    seed, scenario, version, format_, cut, text = (
        tmp_path / f"{name}.h5" for name in ("seed", "scenario", "version", "format", "cut", "text")
    )
    run(seed, worlds=1, seed=8)
    result = read(two)
    edited = result.scenario_text.replace("low = 0.8", "low = 0.9")
    write(
        replace(
            result,
            scenario_text=edited,
            provenance={**result.provenance, "scenario_sha256": "ab"},
        ),
        scenario,
    )
    write(
        replace(
            result,
            provenance={**result.provenance, "model_version": 7, "mcdefense_version": "3.1"},
        ),
        version,
    )
    format_.write_bytes(two.read_bytes())
    with h5py.File(format_, "r+") as file:
        file.attrs["format_version"] = np.array([3, 0], np.int32)
    cut.write_bytes(two.read_bytes()[:5000])
    text.write_text("no result")
    missing = tmp_path / "missing.h5"
    lines = refusal([one, seed, scenario, version, format_, cut, text, missing, two, three])
    starts = [
        f"{seed}: is of another run than {one}: seed 8, not 3",
        f"{scenario}: is of another run than {one}: scenario line 29: 'low = 0.9', not 'low = 0.8'",
        f"{version}: is of another run than {one}: model version 7, not {MODEL_VERSION}; "
        "mcdefense version 3.x",
        f"{format_}: got format version 3.0, this program reads 1.x to 2.x",
        f"{cut}: damaged or cut short",
        f"{text}: not HDF5",
        f"{missing}: cannot read: No such file",
    ]
    assert len(lines) == len(starts)
    assert [line for line, start in zip(lines, starts, strict=True) if start not in line] == []


def test_a_shard_that_is_not_finished_is_refused(files: list[Path], tmp_path: Path) -> None:
    path = tmp_path / "all.shard-2-of-3.h5"
    asked = iter([False] * 3)
    with pytest.raises(Interrupted):
        run(path, Monitor(stopped=lambda: next(asked, True)), shard=Shard(2, 3))
    saved = part_file(path)
    (line,) = refusal([files[1], saved, files[3]])
    assert line == f"{saved}: is not finished: world 1 of it; go on with `resume`"


def test_worlds_of_a_host_that_rounds_otherwise_are_named(
    files: list[Path], tmp_path: Path
) -> None:
    _, one, two, three = files
    other = tmp_path / "other.h5"
    result = read(two)
    write(replace(result, check_hash=result.check_hash + np.uint64(1)), other)
    whole = merge_files([other, three, one])
    assert whole.provenance["warnings"] == (
        '["worlds 1, 4: simulated on a host that builds world 0 otherwise than the others do '
        '(math libraries round differently)"]'
    )
    # and still after another merge
    some = merged([other, one], tmp_path / "some.h5", allow_gaps=True)
    assert merge_files([some, three]).provenance["warnings"] == whole.provenance["warnings"]


def test_warnings_of_the_files_are_kept_in_any_order(files: list[Path], tmp_path: Path) -> None:
    """Beside those that the counts show, which are made anew from all of them."""
    _, one, two, three = files
    noted = []
    for file, notes in ((one, '["b", "a"]'), (two, '["b"]'), (three, "[]")):
        noted.append(tmp_path / file.name)
        result = read(file)
        result.provenance["warnings"] = notes
        write(result, noted[-1])
    for order in itertools.permutations(noted):
        assert merge_files(order).provenance["warnings"] == '["a", "b"]'
    some = merged(noted[1:], tmp_path / "some.h5", allow_gaps=True)
    assert merge_files([some, noted[0]]).provenance["warnings"] == '["a", "b"]'


def test_every_world_knows_how_its_host_builds_world_0(files: list[Path]) -> None:
    results = [read(path) for path in files]
    (hash_0,) = {int(value) for result in results for value in result.check_hash}
    assert hash_0 == results[0].schedule_hash[0] != results[0].schedule_hash[1]


@pytest.mark.parametrize("text", ["0/3", "4/3", "3", "a/b", "1/0", "-1/3", "1/3 ", ""])
def test_a_shard_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=rf"shard: got '{text}', expected I/N"):
        Shard.parse(text)


def test_shards_are_disjoint_and_whole_and_grow(seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(50):
        count = draw.randint(1, 40)
        worlds = draw.randint(count, 200)
        shards = [Shard(i, count).worlds(worlds).tolist() for i in range(1, count + 1)]
        assert sorted(itertools.chain(*shards)) == list(range(worlds))
        more = [Shard(i, count).worlds(worlds + 7).tolist() for i in range(1, count + 1)]
        assert all(set(a) <= set(b) for a, b in zip(shards, more, strict=True))
    with pytest.raises(InputError, match="got 5/5, but there are 4 worlds: that shard has none"):
        Shard(5, 5).worlds(4)
