"""What `check` and `run` warn of, and that --strict makes an error of any warning."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcdefense.preview import warnings
from mcdefense.preview.survey import survey
from mcdefense.scenario import load, loads
from tests.support.command_line import command, names

MIXED = """\
title = "Dear and cheap threats"
[battery.a]
magazine = { common = 4, scarce = 4 }
[battery.b]
magazine = { common = 4 }
[interceptor.common]
cost = 0.5
against.drone = { sspk = 0.5 }
[interceptor.scarce]
cost = 4
against.drone = { sspk = 0.9 }
against.missile = { sspk = 0.8 }
[threat.drone]
cost = 0.1
[threat.missile]
cost = 3
[raid.drones]
class = "drone"
count = 6
start_s = 0
[raid.missiles]
class = "missile"
count = 2
start_s = 30
[opportunities]
rows = [
  { threat = "drones", battery = "a", interceptor = "scarce", launch_s = 5, intercept_s = 10 },
  { threat = "drones", battery = "b", interceptor = "common", launch_s = 6, intercept_s = 12 },
  { threat = "missiles", battery = "a", interceptor = "scarce", launch_s = 5, intercept_s = 10 },
]
[architecture.alone]
[architecture.full]
join = "all"
"""
AT_ONCE = """[doctrine.at_once]
choice = "first"
"""
RESERVE = "[battery.a.reserve]\nscarce = { drone = 2 }\n"


def told(text: str, worlds: int = 4) -> list[str]:
    scenario = loads(text)
    return warnings(scenario, survey(scenario, scenario.run.seed), worlds, scenario.run.seed)


def of(text: str, word: str) -> list[str]:
    """Warnings with this word that only this text has."""
    return [warning for warning in told(text) if word in warning]


def test_a_joined_cell_without_a_reserve_for_its_only_rounds() -> None:
    (warning,) = told(MIXED)
    assert warning == (
        "full: scarce is the only round against missile, and in cell full a may spend all of it on "
        "drone, since no reserve keeps any back"
    )
    assert told(MIXED + RESERVE) == []


@pytest.mark.parametrize(
    "change",
    [
        ("cost = 0.1", "cost = 3"),  # the other threat is as dear
        ("cost = 4", "cost = 0.1"),  # a round that is no dearer than the threat
        ('join = "all"', 'cells.x.batteries = ["a"]\ncells.y.batteries = ["b"]'),  # nothing joined
        ("against.missile = { sspk = 0.8 }", "against.missile = { sspk = 0.8 }\n[threat.drone2]"),
    ],
)
def test_without_a_cheaper_threat_or_a_joined_cell_there_is_nothing_to_say(
    change: tuple[str, str],
) -> None:
    assert change[0] in MIXED
    found = of(MIXED.replace(*change), "no reserve")
    assert len(found) == (1 if "drone2" in change[1] else 0)


def test_a_set_may_give_the_reserve() -> None:
    assert told(MIXED + "set.battery.a.reserve.scarce.drone = 2\n") == []


COINS = """
[architecture.plus]
join = "all"
[coin.merged]
level = "threat"
probability = 0.9
architectures = ["full"]
[doctrine.joined]
cells = ["full"]
salvo = [2]
"""


def test_a_list_that_names_one_of_two_like_architectures() -> None:
    first, second = [w for w in told(MIXED + RESERVE + COINS) if "names" in w]
    assert first.startswith("coin merged names full but not plus, whose tracks are shared as far")
    assert second.startswith("doctrine joined names cell full but not cell plus of plus")
    copy = COINS.replace('join = "all"', 'extends = "full"')
    assert told(MIXED + RESERVE + copy) == []
    both = COINS.replace('["full"]', '["full", "plus"]')
    assert told(MIXED + RESERVE + both) == []
    other = COINS.replace('join = "all"', 'share = "warning"')
    assert told(MIXED + RESERVE + other) == []


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (
            "[threat.rocket]\n[doctrine.r]\nclasses = ['rocket']\nsalvo = [2]",
            "doctrine r changes nothing: none of its threat classes comes",
        ),
        (
            "[doctrine.r]\nsalvo = [2]\n[doctrine.s]\nsalvo = [1]",
            "doctrine r changes nothing: later tables or batteries replace all it gives",
        ),
        (
            "[doctrine.r]\nsalvo = [2]\nchoice = 'first'\nhold_stock = 3",
            "doctrine r: hold_stock changes nothing: it is replaced or not used",
        ),
        (
            "[doctrine.r]\nchoice = 'first'\nlooks_kept = 3",
            "doctrine r: looks_kept changes nothing: it is replaced or not used",
        ),
        (
            "[doctrine.r]\nidentification_s = 4",
            "doctrine r: identification_s changes nothing: every launch comes later",
        ),
        (
            "[threat.rocket]\n[battery.b.reserve]\ncommon = { rocket = 1 }",
            "battery b: the reserve of common from rocket changes nothing: none comes",
        ),
        (
            "[battery.b.reserve]\ncommon = { missile = 1 }",
            "battery b: the reserve of common from missile changes nothing: it is never fired at",
        ),
        (
            "[threat.rocket]\n[battery.b.salvo]\nrocket = [2]",
            "battery b: the salvo at rocket changes nothing: none comes",
        ),
        ("[coin.c]\nlevel = 'raid'\nprobability = 1", "coin c changes nothing: it always holds"),
        (
            "[threat.rocket]\n[uncertainty.u]\npaths = ['threat.rocket.called']\n"
            "distribution = 'uniform'\nlow = 0\nhigh = 1",
            "uncertainty u changes nothing: no trial uses what it draws",
        ),
        (
            "[architecture.late]\nlatency_s = 3",
            "architecture late: latency_s changes nothing: it shares no track",
        ),
        (
            "[architecture.cut]\nnetwork = { onset_s = 5 }",
            "architecture cut: onset_s changes nothing: its network is never lost",
        ),
        (
            "[architecture.led]\njoin = 'all'\npost = 'battery.b'",
            "architecture led: the post of cell led changes nothing: nothing flies at it",
        ),
        (
            "[battery.b.reload.common]\nrounds = 1\nevery_s = 9\nstock = 0",
            "battery b: the reload of common changes nothing: the store is empty",
        ),
        (
            "[architecture.same]\nset.battery.b.reaction_s = 0",
            "architecture same sets battery.b.reaction_s = 0, which it is anyway",
        ),
        (
            "[architecture.slow]\nset.battery.a.reaction_s = 1\n"
            "[architecture.slow.variants.same]\n'battery.b.reaction_s' = 0",
            "architecture slow_same sets battery.b.reaction_s = 0, which it is anyway",
        ),
        (
            "[plan.p]\nwaves = ['drones', 'missiles']\n[raid.more]\nclass = 'drone'\ncount = 1\n"
            "start_s = 0",
            "wave more is in no plan that is ever drawn",
        ),
    ],
)
def test_settings_that_change_nothing(more: str, expected: str) -> None:
    text = MIXED + RESERVE + more + "\n"
    found = told(text)
    assert [w for w in found if w.startswith(expected)], found
    assert len([w for w in found if "changes nothing" in w or "anyway" in w]) <= 1


@pytest.mark.parametrize(
    "more",
    [
        "[doctrine.r]\nidentification_s = 6",  # the first launch is 5 s after the start
        "[doctrine.r]\nsalvo = [2]\n[doctrine.s]\nclasses = ['drone']\nsalvo = [1]",
        "[doctrine.r]\nhold_stock = 3",
        "[doctrine.r]\nclasses = ['drone']\nlooks_kept = 1",
        "[doctrine.r]\ncells = ['full']\nsalvo = [2]\n[doctrine.s]\ncells = ['a']\nsalvo = [3]",
        "[coin.c]\nlevel = 'raid'\nprobability = 1\n[uncertainty.u]\ndistribution = 'uniform'\n"
        "paths = ['coin.c.probability']\nlow = 0\nhigh = 1",
        "[architecture.late]\nlatency_s = 3\nshare = 'warning'",
        "[architecture.same]\nset.battery.b.reaction_s = 1",
        "[architecture.slow]\nset.battery.b.reaction_s = 1\n"  # a variant undoes it
        "[architecture.slow.variants.free]\n'battery.b.reaction_s' = 0",
        "[architecture.slow]\nset.'battery.*.reaction_s' = 1\n"
        "[architecture.free]\nextends = 'slow'\nset.battery.b.reaction_s = 0",
        "[architecture.slow]\nset = { 'battery.*.reaction_s' = 1, 'battery.b.reaction_s' = 0 }",
        "[battery.b.reload.common]\nrounds = 1\nevery_s = 9\nstock = 0\n"
        "[architecture.more]\nset.battery.b.reload.common.stock = 1",
    ],
)
def test_settings_that_change_something(more: str) -> None:
    assert told(MIXED + RESERVE + more + "\n") == []


PLANS = """
[plan.one]
weight = 3
waves = ["drones", "missiles"]
[plan.two]
weight = 1
waves = ["drones"]
"""


def test_plans_that_the_worlds_miss() -> None:
    text = MIXED + RESERVE + PLANS
    first = told(text, worlds=2)
    assert [w for w in first if w.startswith("plan two: ") and "of the 2 worlds draws it" in w]
    assert told(text, worlds=10_000) == []


def test_an_override_that_is_a_slip_is_warned_of() -> None:
    """A doctrine that a path of nearly another's name makes would hold for everything."""
    scenario = loads(
        MIXED + RESERVE + "[doctrine.fast]\nsalvo = [2]\n", overrides={"doctrine.fst.salvo": [1]}
    )
    found = warnings(scenario, survey(scenario, 1), 4, 1)
    assert [w for w in found if w.startswith("doctrine fast changes nothing")]
    assert "the override doctrine.fst.salvo makes [doctrine.fst]; did you mean 'fast'?" in found


def test_check_counts_them_first_and_strict_refuses(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text(MIXED, encoding="utf-8")
    done = command("check", path)
    lines = done.stdout.splitlines()
    assert (done.exit_code, lines[0]) == (0, "NOTIONAL  Dear and cheap threats: 1 warning")
    assert lines[3].startswith("! full: scarce is the only round against missile")
    assert lines.index("OBJECTS OF A RAID        number      role") > 4
    assert command("check", path, "--strict").exit_code == 1
    assert command("check", path, "--strict").stdout.splitlines()[:9] == lines[:9]
    path.write_text(MIXED.replace("Dear and", "x" * 90), encoding="utf-8")
    first = command("check", path).stdout.splitlines()[0]
    assert (len(first), first[-11:]) == (80, ": 1 warning")
    path.write_text(MIXED + RESERVE, encoding="utf-8")
    done = command("check", path, "--strict")
    assert (done.exit_code, done.stdout.splitlines()[0][-13:]) == (0, ": no warnings")


def test_run_says_them_before_and_strict_runs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text(MIXED + AT_ONCE, encoding="utf-8")
    size = ("--worlds", "1", "--trials-per-world", "400")
    for quiet in ((), ("--quiet",)):
        done = command("run", path, "-o", tmp_path / "r.h5", *size, "--strict", *quiet)
        assert done.exit_code == 1
        assert "warning: full: scarce is the only round against missile" in done.stderr
        assert done.stderr.splitlines()[-1].endswith("--strict asks for none: nothing was run")
        assert names(tmp_path) == ["s.toml"]
    done = command("run", path, "-o", tmp_path / "r.h5", *size)
    assert done.exit_code == 0
    assert "warning: full: scarce is the only round against missile" in done.stderr
    shown = " ".join(done.stdout.split())
    assert "! missile leaked for want of scarce, with none fired at it, which cheaper" in shown
    assert "(drone); leakers, and part of the rounds that went so: alone 2.00 a raid, 100" in shown
    path.write_text(MIXED.replace("count = 6", "count = 3") + AT_ONCE, encoding="utf-8")
    done = command("run", path, "-o", tmp_path / "some.h5", *size)
    shown = " ".join(done.stdout.split())
    assert "! missile leaked for want of scarce, the only round fired at it, which cheaper" in shown
    assert "alone 1.00 a raid, 75.0 %" in shown
    path.write_text(MIXED + AT_ONCE + RESERVE, encoding="utf-8")
    done = command("run", path, "-o", tmp_path / "kept.h5", *size, "--strict")
    assert done.exit_code == 0
    assert "leaked for want of" not in done.stdout


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[threat.drone]", "[threat.all]\n[threat.drone]"),
        ("[threat.drone]", "[threat.total]\n[threat.drone]"),
        ("[battery.b]", "[battery.all]\n[battery.b]"),
        ("[raid.drones]", "[raid.all]\nclass = 'drone'\ncount = 1\nstart_s = 0\n[raid.drones]"),
        ("[architecture.alone]", "[asset.all]\n[architecture.alone]"),
        ("[architecture.alone]", "[sensor.all]\n[architecture.alone]"),
        ("[architecture.alone]", "[plan.all]\nwaves = ['drones']\n[architecture.alone]"),
        ("count = 6", "count = { column = 'all' }"),
    ],
)
def test_nothing_that_is_counted_is_called_as_a_total(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "s.toml"
    (tmp_path / "n.csv").write_text("all\n3\n4\n", encoding="utf-8")
    history = "[history]\nfile = 'n.csv'\n" if "column" in new else ""
    path.write_text(MIXED.replace(old, new) + history, encoding="utf-8")
    done = command("check", path)
    assert done.exit_code == 2
    assert "the word for a total, expected a" in done.stderr
    assert done.stderr.startswith(f"mcdefense: {path}:")


def test_a_doctrine_may_be_called_all() -> None:
    path = Path(__file__).parents[2] / "configs" / "mass_raid.toml"
    assert "all" in load(path).doctrine
