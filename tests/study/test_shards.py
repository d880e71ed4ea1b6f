"""Shards of a study merge to the study of one go, bit for bit; what does not fit is refused."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mcdefense
from mcdefense import RunOptions, Shard
from mcdefense.errors import InputError
from mcdefense.run import Interrupted, Monitor
from mcdefense.statistics import Study
from mcdefense.store import read_study, write_study
from mcdefense.study import Asked, merge_studies, prepared, prepared_sizes, prepared_worth
from tests.support.command_line import command
from tests.support.same_study import same
from tests.support.small_scenarios import TABLE

ROUNDS = "battery.site.magazine.round"
OVER: dict[str, Any] = {"raid.salvo.count": [2, 4, 5], ROUNDS: [4, 6]}
WORDS = ("--over", "raid.salvo.count=2,4,5", "--over", f"{ROUNDS}=4,6")
PARTS = [Shard(number, 3) for number in (1, 2, 3)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario, a study of six points in one go, `all.h5`, its three shards, and a run."""
    folder = tmp_path_factory.mktemp("shards")
    table = folder / "table.toml"
    table.write_text(TABLE, encoding="utf-8")
    mcdefense.sweep(table, folder / "all.h5", over=OVER)
    for part in PARTS:
        mcdefense.sweep(table, folder / "all.h5", over=OVER, options=RunOptions(shard=part))
    mcdefense.run_to_file(mcdefense.load(table), folder / "run.h5")
    return folder


def shards(folder: Path, name: str = "all") -> list[Path]:
    return [part.file(folder / f"{name}.h5") for part in PARTS]


def held(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, to the bit."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def counted(study: Study) -> list[int]:
    return [place for place, point in enumerate(study.points) if point.tally.trials]


def test_each_shard_has_every_third_point_and_is_finished(folder: Path) -> None:
    whole, parts = read_study(folder / "all.h5"), [read_study(path) for path in shards(folder)]
    assert [counted(part) for part in parts] == [[0, 3], [1, 4], [2, 5]]
    assert [part.unfinished for part in parts] == [(), (), ()]
    assert [part.provenance["shard"] for part in parts] == ["1/3", "2/3", "3/3"]
    assert {point.provenance["shard"] for part in parts for point in part.points} == {""}
    assert whole.base == 3
    for part in parts:
        known = ~np.isnan(part.estimates["expected_leakers"][..., 0]).ravel()
        assert np.flatnonzero(known).tolist() == counted(part)
        change = part.estimates["change_expected_leakers"][..., 0].ravel()
        assert bool(np.all(np.isnan(change))) == (whole.base not in counted(part))


def test_any_order_and_grouping_gives_the_study_of_one_go(folder: Path, tmp_path: Path) -> None:
    whole = read_study(folder / "all.h5")
    for order in permutations(shards(folder)):
        assert same(merge_studies(order), whole)
    one, two, three = shards(folder)
    some = tmp_path / "some.h5"
    write_study(merge_studies([three, one], allow_gaps=True), some)
    assert read_study(some).unfinished == (1, 4)
    assert same(merge_studies([two, some]), whole)
    assert not same(read_study(some), whole)


@pytest.mark.parametrize("after", [1, 3])
def test_a_shard_that_was_stopped_goes_on(folder: Path, tmp_path: Path, after: int) -> None:
    """Within a point and between two; of a hundred trials each, a point has four blocks."""
    blocks = [0]

    def count(_: object) -> None:
        blocks[0] += 1

    table, path = folder / "table.toml", tmp_path / "s.h5"
    options = RunOptions(shard=PARTS[1], batch=100, checkpoint_every_s=0, devices=1)
    monitor = Monitor(count, lambda: blocks[0] >= after)
    with pytest.raises(Interrupted, match="of 2 points done; go on with `resume`"):
        prepared(table, path, OVER, None, (), options).run(monitor)
    saved = tmp_path / "s.shard-2-of-3.h5.part"
    assert [file.name for file in tmp_path.iterdir()] == [saved.name]
    assert 0 < len(read_study(saved).unfinished) <= 2
    assert set(read_study(saved).unfinished) <= {1, 4}
    mcdefense.sweep(table, path, over=OVER, options=RunOptions(shard=PARTS[1], resume=True))
    one, _, three = shards(folder)
    files = [one, PARTS[1].file(path), three]
    merged = mcdefense.merge(files, path)
    assert isinstance(merged, Study)
    for study in (merged, read_study(path)):
        assert same(study, read_study(folder / "all.h5"))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["s.h5", "s.shard-2-of-3.h5"]


def test_a_merge_with_gaps_is_completed_by_a_sweep(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "s.h5"
    done = command("merge", *shards(folder)[1:], "-o", path, "--allow-gaps")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == f"{path}: 4 points, 1,600 trials, from 2 files\n"
    options = RunOptions(resume=True)
    made = mcdefense.sweep(folder / "table.toml", path, over=OVER, options=options)
    assert same(made, read_study(folder / "all.h5"))


def test_cases_with_names_and_draws_of_their_own(tmp_path: Path) -> None:
    """Names keep the order of one go, though no shard has counted all of them."""
    text = TABLE
    for gun in ("bow", "gun"):
        made = f"[interceptor.{gun}]\nagainst.warhead = {{ sspk = 0.5 }}\n[threat.warhead]"
        text = text.replace("[threat.warhead]", made)
    path = tmp_path / "t.toml"
    path.write_text(text, encoding="utf-8")

    def drawn(name: str) -> dict[str, Any]:
        entry = {"paths": ["interceptor.round.against.warhead.sspk"], "as": "value"}
        return {f"uncertainty.{name}": {**entry, "distribution": "uniform", "low": 0.4, "high": 1}}

    cases: dict[str, dict[str, Any]] = {
        "guns": {"battery.site.magazine": {"round": 6, "gun": 2}, **drawn("late")},
        "bows": {"battery.site.magazine": {"round": 6, "bow": 2}, **drawn("early")},
    }
    whole = mcdefense.sweep(path, cases=cases)
    assert whole.points[0].tally.axes.interceptor == ("round", "gun", "bow")
    files = []
    for number in (1, 2):
        options = RunOptions(shard=Shard(number, 2))
        mcdefense.sweep(path, tmp_path / "s.h5", cases=cases, options=options)
        files.append(Shard(number, 2).file(tmp_path / "s.h5"))
    assert [counted(read_study(file)) for file in files] == [[0, 2], [1]]
    for order in (files, files[::-1]):
        assert same(merge_studies(order), whole)


def test_points_that_say_the_same_may_lie_in_several_shards(folder: Path, tmp_path: Path) -> None:
    """The case has the base's own values: in one go it is not simulated again."""
    table, path = folder / "table.toml", tmp_path / "s.h5"
    cases: dict[str, dict[str, Any]] = {"equal": {ROUNDS: 6}, "fewer": {ROUNDS: 4}}
    for number in (1, 2):
        mcdefense.sweep(table, path, cases=cases, options=RunOptions(shard=Shard(number, 2)))
    files = [Shard(number, 2).file(path) for number in (1, 2)]
    assert same(merge_studies(files), mcdefense.sweep(table, cases=cases))


def test_the_screen_and_the_brief_say_that_it_is_a_shard(folder: Path) -> None:
    for path in shards(folder):
        shown = command("show", path)
        assert shown.exit_code == 0, shown.stderr
        assert "of 3: 2 of 6 points" in shown.stdout.replace("/", " of ")
        assert "UNFINISHED" not in shown.stdout
        assert "CROSSINGS" not in shown.stdout
        assert "independent" not in shown.stdout
        assert command("show", path, "--json").exit_code == 0
        pytest.importorskip("matplotlib")
        page = mcdefense.brief(path)
        assert "of the study alone, with 2 of its 6 points" in page
        assert "does not turn" not in page


def test_files_that_do_not_belong_together_are_each_named(folder: Path, tmp_path: Path) -> None:
    table, options = folder / "table.toml", RunOptions(shard=PARTS[0])
    one, two, three = shards(folder)
    others = {
        "size": (OVER, {}, RunOptions(shard=PARTS[0], worlds=1, seed=3)),
        "values": ({**OVER, ROUNDS: [4, 7]}, {}, options),
        "axes": ({"raid.salvo.count": [2, 4, 5]}, {}, options),
        "text": (OVER, {"battery.site.channels": 3}, options),
    }
    for name, (over, overrides, of_run) in others.items():
        path = tmp_path / f"{name}.h5"
        mcdefense.sweep(table, path, over=over, overrides=overrides, options=of_run)
    known = read_study(two)
    write_study(
        Study(known.axes, known.points, 2, known.estimates, known.provenance), tmp_path / "base.h5"
    )
    (tmp_path / "cut.h5").write_bytes(two.read_bytes()[:5000])
    (tmp_path / "text.txt").write_text("no result")
    size, values, axes, text = (PARTS[0].file(tmp_path / f"{name}.h5") for name in others)
    base, cut, plain = (tmp_path / name for name in ("base.h5", "cut.h5", "text.txt"))
    run, nothing = folder / "run.h5", tmp_path / "nothing.h5"
    other = f"is of another study than {one}: "
    wanted = [
        f"{size}: {other}worlds 1, not 2; seed 3, not ",
        f"{values}: {other}{ROUNDS} = [4, 7], not [4, 6]",
        f"{axes}: {other}axes raid.salvo.count, not raid.salvo.count, {ROUNDS}",
        f"{text}: {other}at raid.salvo.count = 2, {ROUNDS} = 4: --set 'battery.site.channels = 3'",
        f"{base}: {other}another base",
        f"{cut}: damaged or cut short",
        f"{plain}: not HDF5",
        f"{run}: got filetype 'mcdefense-result', expected 'mcdefense-study'",
        f"{nothing}: cannot read: No such file",
    ]
    given = [one, size, values, axes, text, base, cut, plain, run, nothing, two, three]
    before = held(tmp_path), held(folder)
    done = command("merge", *given, "-o", tmp_path / "m.h5")
    assert (done.exit_code, done.stdout) == (2, "")
    lines = done.stderr.splitlines()
    assert [w for w, line in zip(wanted, lines, strict=True) if w not in line] == []
    assert (held(tmp_path), held(folder)) == before


def refused(folder: Path, *words: str | Path) -> str:
    """The one line of a command that exits with 2 and touches no file."""
    before = held(folder)
    done = command(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert held(folder) == before
    (line,) = done.stderr.splitlines()
    return line.removeprefix("mcdefense: ")


def test_bad_merges_are_one_line(folder: Path, tmp_path: Path) -> None:
    one, two, three = shards(folder)
    run, output = folder / "run.h5", folder / "m.h5"
    first = f"raid.salvo.count = 2, {ROUNDS} = 4"
    twice = f"has 2 points ({first}; raid.salvo.count = 4, {ROUNDS} = 6), which {one} has too"
    assert refused(folder, "merge", one, two, three, one, "-o", output) == f"{one}: {twice}"
    missing = f"merge: missing 2 points (raid.salvo.count = 2, {ROUNDS} = 6; raid.salvo.count = 5"
    said = refused(folder, "merge", one, three, "-o", output)
    assert said == f"{missing}, {ROUNDS} = 4) of 6; --allow-gaps merges the others"
    for words in (("merge", run, one, "-o", output), ("drivers", one), ("compare", run, one)):
        came = f"{one}: got filetype 'mcdefense-study', expected 'mcdefense-result', of one run; "
        assert refused(folder, *words).startswith(f"{came}show, plot and brief read a study, and ")
    said = refused(folder, "merge", one, two, three, "-o", two, "--force")
    assert said.startswith(f"{two}: is a file to merge, which is read")
    said = refused(folder, "merge", one, two, three, "-o", run)
    assert said.startswith(f"{run}: is there already, a finished result of")
    said = refused(folder, "merge", run, "-o", one)
    assert said.startswith(f"{one}: is there already, a study; --force replaces it")
    whole = folder / "all.h5"
    said = refused(folder, "merge", one, three, "--allow-gaps", "-o", whole)
    assert said.startswith(f"{whole}: is there already, of another study (it has 2 points (raid.sa")
    other = tmp_path / "other.h5"
    assert command("sweep", folder / "table.toml", *WORDS, "--seed=3", "-o", other).exit_code == 0
    said = refused(tmp_path, "merge", one, two, three, "-o", other)
    assert said.startswith(f"{other}: is there already, of another study (seed 3, not ")
    for force in ((), ("--force",)):  # the study itself is replaced unasked
        path = other if force else whole
        done = command("merge", one, two, three, "-o", path, *force)
        assert done.exit_code == 0, done.stderr
        assert same(read_study(path), merge_studies([one, two, three]))


def test_a_point_that_is_begun_only_is_refused(folder: Path, tmp_path: Path) -> None:
    blocks = [0]

    def count(_: object) -> None:
        blocks[0] += 1

    options = RunOptions(shard=PARTS[1], batch=100, devices=1)
    monitor = Monitor(count, lambda: blocks[0] >= 1)
    with pytest.raises(Interrupted):
        prepared(folder / "table.toml", tmp_path / "s.h5", OVER, None, (), options).run(monitor)
    saved = tmp_path / "s.shard-2-of-3.h5.part"
    one, _, three = shards(folder)
    said = refused(tmp_path, "merge", one, saved, three, "-o", tmp_path / "m.h5")
    begun = f"1 point (raid.salvo.count = 2, {ROUNDS} = 6)"
    assert said == f"{saved}: is not finished: {begun} of it; go on with --resume"


@pytest.mark.parametrize(
    ("shard", "message"),
    [
        ("7/7", "--shard: got 7/7, but there are 6 points: that shard has none"),
        ("0/2", "--shard: got '0/2', expected I/N, such as 3/32 for the third of 32"),
        ("two", "--shard: got 'two', expected I/N"),
    ],
)
def test_bad_shards_are_one_line(folder: Path, shard: str, message: str) -> None:
    words = ("sweep", folder / "table.toml", *WORDS, "-o", folder / "n.h5", f"--shard={shard}")
    assert refused(folder, *words).startswith(message)


def test_a_shard_goes_on_from_its_own_points_alone(folder: Path, tmp_path: Path) -> None:
    path = PARTS[0].file(tmp_path / "s.h5")
    path.write_bytes(shards(folder)[1].read_bytes())
    words = (
        "sweep",
        folder / "table.toml",
        *WORDS,
        "-o",
        tmp_path / "s.h5",
        "--shard=1/3",
        "--quiet",
    )
    said = refused(tmp_path, *words, "--resume")
    point = f"raid.salvo.count = 2, {ROUNDS} = 6"
    assert said == (f"{path}: is of another shard, with {point}, cannot go on; --force replaces it")
    assert command(*words, "--resume", "--force").exit_code == 0
    assert counted(read_study(path)) == [0, 3]


def test_studies_that_need_all_points_refuse_shards(folder: Path) -> None:
    table, options = folder / "table.toml", RunOptions(shard=PARTS[0])
    message = "shard: is not taken by a study that is judged by all its points together"
    before = held(folder)
    criterion = mcdefense.Criterion("expected_leakers", 1.0)
    with pytest.raises(InputError, match=message):
        prepared_sizes(table, folder / "n.h5", "raid.scale=1,2", criterion, 0, (), options)
    with pytest.raises(InputError, match=message):
        prepared_worth(table, folder / "n.h5", {"more": {ROUNDS: 9}}, Asked(), (), options)
    for name in ("withstand", "worth"):
        assert command(name, table, "--shard=1/3").exit_code == 2
    assert held(folder) == before


def test_a_damaged_shard_is_told_in_a_line(folder: Path, tmp_path: Path) -> None:
    known = read_study(shards(folder)[0])
    for shard in ("0/3", "8/9", "1/0", "-1/2", "one", "1/-1"):
        told = {**known.provenance, "shard": shard}
        path = tmp_path / "s.h5"
        write_study(Study(known.axes, known.points, known.base, known.estimates, told), path)
        done = command("show", path)
        assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1)
        assert "not a consistent study" in done.stderr
