"""A run interrupted anywhere and resumed writes the file of a run in one go, bit for bit."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mcdefense.errors import InputError
from mcdefense.run import Monitor, Progress, RunOptions
from mcdefense.run.job import Interrupted, run_to_file
from mcdefense.run.monitor import LOGGER, UNWATCHED
from mcdefense.run.output import part_file
from mcdefense.scenario import Scenario, loads
from mcdefense.statistics import Result
from mcdefense.store import StoreError, read
from mcdefense.store.sole_writer import sole_writer
from tests.support.same_file import assert_same_content, content
from tests.support.small_scenarios import LAYDOWN

SIZE = {"worlds": 5, "trials_per_world": 150, "seed": 3}
BATCH = 64


def after(calls: int) -> Callable[[], bool]:
    """Says stop from that call on."""
    seen = 0

    def stopped() -> bool:
        nonlocal seen
        seen += 1
        return seen > calls

    return stopped


def run(
    path: Path, scenario: Scenario | None = None, monitor: Monitor = UNWATCHED, **options: Any
) -> Result:
    asked = RunOptions(**{**SIZE, "devices": 1, "batch": BATCH, **options})
    return run_to_file(scenario or loads(LAYDOWN), path, asked, monitor)


def messages(caplog: pytest.LogCaptureFixture, least: int) -> list[str]:
    """What runs said, of that level or a higher one."""
    return [record.getMessage() for record in caplog.records if record.levelno >= least]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a run in one go."""
    path = tmp_path_factory.mktemp("whole") / "all.h5"
    run(path)
    return path


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_interrupted_again_and_again_and_resumed_is_the_same_file(
    whole: Path, tmp_path: Path
) -> None:
    path = tmp_path / "all.h5"
    stops, counts = 0, [0]
    while not path.exists():
        try:
            run(path, resume=True, monitor=Monitor(stopped=after(3 + stops)))
        except Interrupted:
            stops += 1
            assert names(tmp_path) == ["all.h5.part"]
            counts.append(int(read(part_file(path)).tally.trials))
    assert stops >= 3
    assert counts == sorted(set(counts))
    assert any(
        count % SIZE["trials_per_world"] for count in counts
    )  # in the middle of a world, too
    assert names(tmp_path) == ["all.h5"]
    assert_same_content(whole, path)


def test_checkpoints_are_results_of_what_is_done_and_go_at_the_end(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "all.h5"
    seen: list[int] = []

    def look(_: Progress) -> None:
        if part_file(path).exists():
            seen.append(int(read(part_file(path)).tally.trials))
        # The wall clock is set back: it decides nothing.
        monkeypatch.setattr(time, "time", lambda: -float(len(seen)))

    run(path, checkpoint_every_s=0.0, monitor=Monitor(look))
    blocks = [(64, 128, 150)[i % 3] + 150 * (i // 3) for i in range(14)]
    assert seen == blocks
    assert names(tmp_path) == ["all.h5"]
    assert_same_content(whole, path)


def test_stopped_before_anything_was_counted_saves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Interrupted, match="before a trial was counted; nothing to save"):
        run(tmp_path / "all.h5", monitor=Monitor(stopped=lambda: True))
    assert names(tmp_path) == []


def test_a_finished_file_run_again_does_nothing_and_says_so(
    whole: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before = whole.read_bytes()
    caplog.set_level("INFO", LOGGER.name)
    monkeypatch.setattr("mcdefense.run.job.Simulator", None)  # not even made
    result = run(whole, resume=True)
    assert messages(caplog, logging.INFO) == [f"{whole}: finished already, all 5 worlds of it"]
    assert result.tally.trials == 750
    assert whole.read_bytes() == before


def test_a_run_killed_before_its_last_write_is_finished_from_what_it_saved(
    whole: Path, tmp_path: Path
) -> None:
    """All worlds were saved and counted, but nothing had the name of the output yet."""
    path = tmp_path / "all.h5"
    part_file(path).write_bytes(whole.read_bytes())
    run(path, resume=True)
    assert names(tmp_path) == ["all.h5"]
    assert_same_content(whole, path)


def test_more_worlds_may_be_asked_for(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "all.h5"
    run(path, worlds=2, trials_per_world=150, seed=3)
    with pytest.raises(Interrupted):
        run(path, resume=True, monitor=Monitor(stopped=after(9)))
    assert names(tmp_path) == ["all.h5", "all.h5.part"]
    assert read(path).tally.trials == 300  # what was finished stays until more is
    run(path, resume=True)
    assert_same_content(whole, path)
    assert names(tmp_path) == ["all.h5"]


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({"seed": 4}, "asked for seed 4, not 3"),
        (
            {"trials_per_world": 151},
            "asked for trials per world 151, not 150",
        ),
        (
            {"worlds": 4},
            "asked for 4 worlds without world 4, which it has",
        ),
        (
            {"scenario": loads(LAYDOWN.replace("low = 0.8", "low = 0.7"))},
            "asked for scenario line 29: 'low = 0.7', not 'low = 0.8'",
        ),
        (
            {"scenario": loads(LAYDOWN, overrides=[("battery.north.reaction_s", "5")])},
            "asked for --set 'battery.north.reaction_s = 5', not nothing",
        ),
    ],
    ids=["seed", "trials", "fewer worlds", "scenario", "override"],
)
@pytest.mark.parametrize("saved", [False, True], ids=["finished", "saved"])
def test_what_is_of_another_run_is_refused(
    whole: Path, tmp_path: Path, change: dict[str, Any], difference: str, saved: bool
) -> None:
    path = tmp_path / "all.h5"
    file = part_file(path) if saved else path
    file.write_bytes(whole.read_bytes())
    with pytest.raises(InputError) as caught:
        run(path, resume=True, **change)
    message = f"is of another run, cannot go on: {difference}; `force` replaces it"
    assert str(caught.value) == f"{file}: {message}"
    assert file.read_bytes() == whole.read_bytes()
    assert names(tmp_path) == [file.name]


def test_another_version_of_the_model_is_refused(
    whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mcdefense.run.identity.MODEL_VERSION", 99)
    with pytest.raises(InputError, match=r"asked for model version 99, not \d+; `force`"):
        run(whole, resume=True)


def test_what_is_saved_is_not_overwritten_unasked(whole: Path, tmp_path: Path) -> None:
    saved = part_file(tmp_path / "all.h5")
    saved.write_bytes(whole.read_bytes())
    with pytest.raises(InputError, match=r"part: an unfinished run is saved here, a fin.*`resume`"):
        run(tmp_path / "all.h5")
    assert saved.read_bytes() == whole.read_bytes()


def test_what_is_saved_and_damaged_is_refused(whole: Path, tmp_path: Path) -> None:
    saved = part_file(tmp_path / "all.h5")
    saved.write_bytes(whole.read_bytes()[:-100])
    with pytest.raises(StoreError, match=r"all.h5.part: damaged or cut short"):
        run(tmp_path / "all.h5", resume=True)


def test_an_older_output_of_another_run_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "all.h5"
    run(path, worlds=1, trials_per_world=150, seed=9)
    with pytest.raises(InputError, match=r"a finished result of .*1 worlds x 150 trials; `resume`"):
        run(path)
    with pytest.raises(Interrupted, match=r"go on with `resume` `force`$"):
        run(path, force=True, monitor=Monitor(stopped=after(6)))
    assert read(path).provenance["seed"] == 9
    with pytest.raises(InputError, match="is of another run"):
        run(path, resume=True)
    run(path, resume=True, force=True)
    assert read(path).provenance["seed"] == 3


def test_the_second_of_two_runs_on_one_output_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "all.h5"
    with sole_writer(path) as locked:
        assert locked
        with pytest.raises(InputError, match=r"all.h5: another run is writing it \(process \d+ on"):
            run(path, resume=True)
        assert names(tmp_path) == ["all.h5.lock"]
    assert names(tmp_path) == []


def test_what_has_come_in_the_place_of_a_lock_is_not_removed(tmp_path: Path) -> None:
    lock = tmp_path / "all.h5.lock"
    with sole_writer(tmp_path / "all.h5"):
        lock.unlink()
        lock.write_text("my own notes", encoding="utf-8")
    assert lock.read_text(encoding="utf-8") == "my own notes"


def test_where_there_are_no_locks_the_run_says_so_and_goes_on(
    whole: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    import errno

    def unsupported(*_: object) -> None:
        raise OSError(errno.ENOSYS, "Function not implemented")

    monkeypatch.setattr("fcntl.flock", unsupported)
    run(tmp_path / "all.h5")
    assert messages(caplog, logging.WARNING) == [
        f"{tmp_path / 'all.h5'}: no locks on this file system: let no other run write it"
    ]
    assert_same_content(whole, tmp_path / "all.h5")


def test_a_checkpoint_that_cannot_be_written_is_one_line_and_the_run_goes_on(
    whole: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = tmp_path / "all.h5"
    from mcdefense.store import write

    def full(result: Result, target: Path) -> None:
        if target != path:
            raise StoreError(f"{target}: cannot write: No space left on device")
        write(result, target)

    monkeypatch.setattr("mcdefense.run.job.write", full)
    run(path, checkpoint_every_s=0.0)
    told = messages(caplog, logging.WARNING)
    assert set(told) == {f"{path}.part: cannot write: No space left on device; the run goes on"}
    assert len(told) == 15
    assert_same_content(whole, path)


def test_provenance_adds_up_over_an_interruption(tmp_path: Path) -> None:
    path = tmp_path / "all.h5"
    with pytest.raises(Interrupted):
        run(path, monitor=Monitor(stopped=after(8)))
    first = read(part_file(path)).provenance
    last = run(path, resume=True).provenance
    assert float(last["seconds_total"]) > float(first["seconds_total"])
    assert str(last["history"]).startswith(str(first["history"]).splitlines()[0])
    assert int(first["pairings"]) < int(last["pairings"])


def test_the_comparison_of_files_sees_one_count(whole: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.h5"
    run(other, worlds=5, trials_per_world=150, seed=4)
    first, second = content(whole), content(other)
    assert first["tally/leaked"] != second["tally/leaked"]
    assert np.sum([first[name] != second[name] for name in first]) > 10
