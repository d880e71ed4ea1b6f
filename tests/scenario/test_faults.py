"""Files, texts and options that cannot be read: one clear line each; several faults at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcdefense.errors import InputError
from mcdefense.scenario import load, loads


def faults_of(text: str, base: Path | None = None) -> list[str]:
    with pytest.raises(InputError) as caught:
        loads(text, name="sketch.toml", base=base)
    return str(caught.value).splitlines()


def test_all_faults_at_once_in_the_order_of_lines(sketch: str) -> None:
    text = (
        sketch.replace("[50.0, 20.0]", "[50.0, 200.0]")
        .replace("low_terminal = 16", "low_terminal = -1")
        .replace("count     = 6", "count = -6")
        .replace("0.95", "1.95")
        .replace('"medium_sam"', '"medium_sum"')
    )
    faults = faults_of(text)
    places = [fault.split(": ")[:2] for fault in faults]
    assert places == [
        ["sketch.toml:5", "asset.area.at_deg"],
        ["sketch.toml:10", "battery.north.class"],
        ["sketch.toml:15", "battery.south.magazine.low_terminal"],
        ["sketch.toml:24", "raid.ballistic.count"],
        ["sketch.toml:32", "architecture.integrated.network.availability"],
    ]


def test_an_empty_raid(sketch: str) -> None:
    none = sketch[: sketch.index("[raid.drones]")] + sketch[sketch.index("[architecture.sep") :]
    assert faults_of(none) == ["sketch.toml: raid: got no wave, expected at least one [raid.NAME]"]
    zero = sketch.replace("[20, 40]", "0").replace("count     = 6", "count = { poisson = 0 }")
    (fault,) = faults_of(zero)
    assert fault.startswith("sketch.toml:16: raid: got an empty raid")


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        ("a = 1\nb = [1,\n", "x.toml:3", "not valid TOML"),
        (
            "a = 1\na = 2\n",
            "x.toml:2",
            "not valid TOML: the key a stands twice in the keys above all tables, the first time "
            "at line 1; is the header of another table missing before it?",
        ),
        (
            "[battery.north]\nclass = 'x'\nhold_s = 1\n\nclass = 'y'\nhold_s = 2\n",
            "x.toml:5",
            "not valid TOML: the key class stands twice in the table [battery.north], which begins "
            "at line 1, the first time at line 2; is the header of another table missing before "
            "it?",
        ),
        ("a = 1\n[a]\nb = 2\n", "x.toml:2", "not valid TOML: Cannot overwrite a value"),
        ("x = " + "[" * 5000 + "]" * 5000, "x.toml:1", "nested deeper than 32 levels"),
        ("\n" + ".".join("a" * 100_000) + " = 1", "x.toml:2", "nested deeper than 32 levels"),
        ("[" + ".".join("a" * 1000) + "]", "x.toml:1", "nested deeper than 32 levels"),
        ("x = " + "9" * 5000, "x.toml", "not valid TOML"),
        ("x = " + '{a="' * 99, "x.toml:1", "not valid TOML"),
    ],
)
def test_what_is_no_toml(text: str, where: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        loads(text, name="x.toml")
    (fault,) = str(caught.value).splitlines()
    assert fault.startswith(where + ": ")
    assert message in fault


def test_an_entry_without_its_name_is_one_fault(sketch: str) -> None:
    """The others of its section stay what they are."""
    nameless = "\n[battery]\nclass = 'medium_sam'\nat_deg = [1, 2]\nmagazine = { medium_sam = 3 }\n"
    line = sketch.count("\n") + 2
    message = "got class, at_deg, magazine without the name of an entry"
    assert faults_of(sketch + nameless) == [
        f"sketch.toml:{line}: battery: {message}, expected the header [battery.NAME]"
    ]


@pytest.mark.parametrize(
    ("low", "mode", "message"),
    [
        (70, 1, "high: got 1.2, expected at least low = 70"),
        (0.6, 2, "mode: got 2, expected a number from low = 0.6 to high = 1.2"),
        (0.6, 0.5, "mode: got 0.5, expected a number from low = 0.6 to high = 1.2"),
    ],
)
def test_a_triangle_that_does_not_rise(sketch: str, low: float, mode: float, message: str) -> None:
    kind = 'paths = ["interceptor.*.against.*.sspk"]\ndistribution = "triangular"\n'
    text = f"\n[uncertainty.k]\n{kind}low = {low}\nmode = {mode}\nhigh = 1.2\n"
    (fault,) = faults_of(sketch + text)
    assert fault.endswith(f": uncertainty.k.{message}")


def test_what_is_no_file(tmp_path: Path) -> None:
    latin = tmp_path / "latin.toml"
    latin.write_bytes('title = "ok"\nmarking = "Übung"\n'.encode("latin-1"))
    large = tmp_path / "large.toml"
    with large.open("wb") as file:
        file.truncate(17 * 2**20)
    for path, message in [
        (tmp_path, "got a folder, expected a scenario file (.toml)"),
        (tmp_path / "none.toml", "got no such file, expected a scenario file (.toml)"),
        (latin, "got byte 0xdc, expected UTF-8 text"),
        (large, "got more than 16 MiB"),
        (Path("a\0b"), "cannot be read"),
    ]:
        with pytest.raises(InputError) as caught:
            load(path)
        (fault,) = str(caught.value).splitlines()
        assert fault.startswith(f"{path}:2: " if path == latin else f"{path}: ")
        assert message in fault
    assert caught.value.exit_code == 2


def test_faults_of_set_options_name_the_option(sketch: str) -> None:
    with pytest.raises(InputError) as caught:
        loads(
            sketch,
            name="sketch.toml",
            overrides=[
                ("battery.north.reaction_s", "-5"),
                ("battery.nroth.reaction_s", "5"),
                ("sensor.north_radar.p_look", "2"),
                ("run.wolrds", "5"),
                ("raid.drones.arrival_s.7", "5"),
            ],
        )
    faults = str(caught.value).splitlines()
    assert len(faults) == 5
    assert all(fault.startswith("--set: ") for fault in faults)
    text = "\n".join(faults)
    assert "--set: battery.north.reaction_s: got -5, expected a number, 0 or more" in text
    assert "--set: battery.nroth.reaction_s: the path matches nothing" in text
    assert "run.wolrds: unknown key; did you mean 'worlds'?" in text
    assert "p_look: got 2, expected a probability" in text
    assert "raid.drones.arrival_s.7: the path matches nothing" in text
