"""What a valid scenario becomes: filled in, overridden, with its tables."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path

import h5py
import jsonschema
import numpy as np
import pytest

from mcdefense.errors import InputError
from mcdefense.scenario import Scenario, draws_worlds, load, loads, scenario_schema
from mcdefense.scenario.fill import LIBRARIES, library_document
from tests.support.small_scenarios import TABLE

QUICK_START = Path(__file__).parents[2] / "configs" / "quick_start.toml"


def test_the_sketch_is_completed_from_the_library(sketch: str, tmp_path: Path) -> None:
    path = tmp_path / "sketch.toml"
    path.write_text(sketch, encoding="utf-8")
    scenario = load(path)
    assert scenario.text == sketch
    assert scenario.battery["north"].magazine == {"medium_sam": 24}
    assert scenario.battery["south"].magazine == {"long_sam": 16, "low_terminal": 16}
    assert scenario.battery["north"].sensors == ("north_radar",)
    assert list(scenario.sensor) == ["lookout", "north_radar", "south_radar"]
    assert scenario.sensor["north_radar"].at_deg == (50.3, 20.2)
    assert list(scenario.threat) == ["one_way_drone", "short_range_ballistic"]
    assert list(scenario.interceptor) == ["medium_sam", "long_sam", "low_terminal"]
    assert set(scenario.interceptor["medium_sam"].against) == {"one_way_drone"}
    assert (scenario.baseline, scenario.compare) == ("separate", "integrated")
    assert list(scenario.plans) == ["all"]
    assert scenario.where("battery", "south", "magazine") == f"{path}:15"
    assert scenario.run.worlds == 64


def test_every_value_filled_in_has_a_source(sketch: str) -> None:
    filled = {entry.path: entry for entry in loads(sketch).filled}
    entry = filled["interceptor.long_sam.against.short_range_ballistic.sspk"]
    assert entry.value == 0.4
    assert entry.source.startswith("notional-1 interceptor.long_sam: 150 km air")
    assert filled["sensor.north_radar.reach_km"].value == 120
    assert "battery.south.magazine.long_sam" not in filled
    assert all(entry.source for entry in filled.values())


def test_values_of_the_user_go_before_the_library(sketch: str) -> None:
    text = sketch + "[interceptor.long_sam]\ncost = 7\nagainst.one_way_drone.sspk = 0.25\n"
    long_sam = loads(text).interceptor["long_sam"]
    assert long_sam.cost == 7
    assert long_sam.speed_kms == 1.2
    assert long_sam.against["one_way_drone"].sspk == 0.25
    assert long_sam.against["one_way_drone"].range_km == (3.0, 120.0)
    flyout = loads(text + "flyout = [[0, 0], [100, 90]]").interceptor["long_sam"]
    assert flyout.speed_kms is None


def test_a_threat_class_of_its_own_is_engaged_as_its_class(sketch: str) -> None:
    text = sketch.replace('class     = "one_way_drone"', 'class = "loud"')
    text += '[threat.loud]\nclass = "one_way_drone"\nspeed_kms = 0.07\n'
    scenario = loads(text)
    assert scenario.threat["loud"].speed_kms == 0.07
    assert scenario.threat["loud"].rcs_m2 == 0.1
    assert scenario.interceptor["medium_sam"].against["loud"].range_km == (1, 40)


@pytest.mark.parametrize("name", LIBRARIES)
def test_every_library_class_makes_a_valid_scenario(name: str) -> None:
    library = library_document(name)
    assert all(entry["source"] for section in library.values() for entry in section.values())
    text = f'library = "{name}"\n[asset.a]\nat_deg = [50, 20]\n'
    for section in ("battery", "sensor"):
        for name in library[section]:
            text += f'[{section}.{name}_x]\nclass = "{name}"\nat_deg = [50, 20]\n'
    for name in library["threat"]:
        text += f'[raid.{name}]\nclass = "{name}"\ncount = 1\narrival_s = 0\n'
        text += "from = { bearing_deg = 90, range_km = 500 }\n"
    scenario = loads(text)
    assert set(scenario.interceptor) == set(library["interceptor"])
    assert set(scenario.threat) == set(library["threat"])
    assert list(scenario.architecture) == ["separate"]
    assert {wave.asset for wave in scenario.raid.values()} == {"a"}
    # every class of live threat has an answer, or the library could not compare anything
    answered = {t for i in scenario.interceptor.values() for t in i.against}
    assert answered == set(library["threat"])


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("battery.north.reaction_s", "5", 5.0),
        ("battery.north.magazine.medium_sam", "3", 3),
        ("battery.south.magazine.long_sam", "3", 3),
        ("sensor.north_radar.reach_km", "33", 33.0),
        ("battery.north.organic.reach_km", "33", None),
        ("interceptor.long_sam.cost", "2.5", 2.5),
        ("engagement.priority", "value", "value"),
        ("architecture.integrated.network.availability", "0.5", 0.5),
        ("raid.drones.arrival_s.1", "900", 900.0),
        ("run.seed", "7", 7),
    ],
)
def test_overrides_by_path(sketch: str, path: str, value: str, expected: object) -> None:
    plain, scenario = loads(sketch), loads(sketch, overrides=[(path, value)])
    if expected is None:
        assert scenario.sensor["north_radar"].reach_km == 33
    else:
        node: object = scenario
        for part in path.split("."):
            if isinstance(node, dict):
                node = node[part]
            else:
                node = node[int(part)] if isinstance(node, tuple) else getattr(node, part)
        assert node == expected
    assert scenario.overrides == ((path, value),)
    assert scenario.sha256 != plain.sha256
    assert path not in {entry.path for entry in scenario.filled}


def test_an_overridden_class_brings_its_own_values(sketch: str) -> None:
    scenario = loads(sketch, overrides=[("battery.north.class", "short_range")])
    assert scenario.battery["north"].magazine == {"short_sam": 200}
    assert "medium_sam" not in scenario.interceptor


def test_a_table_needs_no_places(table: str) -> None:
    scenario = loads(table)
    assert scenario.opportunities is not None
    assert scenario.tracks is not None
    columns = scenario.opportunities.columns
    assert columns.threat == ("salvo", "salvo.3")
    assert columns.launch_s.tolist() == [0, 20]
    assert math.isnan(columns.sspk[0])
    assert columns.sspk[1] == 0.5
    assert scenario.tracks.columns.probability.tolist() == [0.5, 0.9]
    assert scenario.tracks.columns.cued_probability[1] == 1


def test_a_table_leaves_out_the_librarys_radar() -> None:
    text = (
        'library = "notional-1"\n[battery.north]\nclass = "medium_sam"\n'
        '[raid.a]\nclass = "aircraft"\ncount = 1\nstart_s = 0\n[opportunities]\nrows = [{threat '
        '= "a", battery = "north", interceptor = "medium_sam", launch_s = 0, intercept_s = 9}]\n'
    )
    assert not loads(text).sensor
    row = '{sensor = "north_radar", threat = "a", time_s = 0, probability = 1}'
    assert list(loads(f"{text}[tracks]\nrows = [{row}]\n").sensor) == ["north_radar"]


ROWS = "threat,battery,interceptor,launch_s,intercept_s,sspk\n"


def with_file(table: str, file: str) -> str:
    head, _, tail = table.partition("[opportunities]")
    return head + f'[opportunities]\nfile = "{file}"\n' + tail[tail.index("[tracks]") :]


def test_opportunities_from_csv_and_hdf5_are_those_of_the_rows(table: str, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(ROWS + "salvo,site,round,0,10,\nsalvo.3,site,round,20,30,.5")
    with h5py.File(tmp_path / "rows.h5", "w") as file:
        file["threat"] = np.array(["salvo", "salvo.3"], object)
        file["battery"] = np.array(["site", "site"], object)
        file["interceptor"] = np.array(["round", "round"], object)
        file["launch_s"] = [0.0, 20.0]
        file["intercept_s"] = [10.0, 30.0]
        file["sspk"] = [0.8, 0.5]
    inline = loads(table).opportunities
    assert inline is not None
    for name in ("rows.csv", "rows.h5"):
        read = loads(with_file(table, name), base=tmp_path).opportunities
        assert read is not None
        assert read.columns.threat == inline.columns.threat
        assert read.columns.battery == inline.columns.battery
        assert np.array_equal(read.columns.launch_s, inline.columns.launch_s)
        assert np.array_equal(read.columns.intercept_s, inline.columns.intercept_s)
        assert read.columns.sspk[1] == 0.5


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (ROWS + "salvo,site,round,0,10,1.2\n", "rows.csv:2: sspk: got '1.2', expected a prob"),
        (ROWS + "salvo,site,round,0,ten,\n", "rows.csv:2: intercept_s: got 'ten', expected a num"),
        (ROWS + "\nsalvo,site,round,0,nan,\n", "rows.csv:3: intercept_s: got 'nan', expected a"),
        (ROWS + "salvo,site,round,20,10,\n", "rows.csv:2: intercept_s: got 10, expected a time"),
        (ROWS + "salvo,site,round,0\n", "rows.csv:2: got 4 columns, expected 6 as in the header"),
        (ROWS + "salvo.4,site,round,0,9,\n", "rows.csv:2: threat: got 'salvo.4', expected an ind"),
        (ROWS + "salvo,sit,round,0,9,\n", "rows.csv:2: battery: got 'sit', expected the name"),
        (ROWS + "salvo,site,rund,0,9,\n", "rows.csv:2: interceptor: got 'rund', expected the n"),
        (ROWS, "rows.csv: got no rows, expected at least one"),
        ("", "rows.csv: got an empty file, expected a header and rows"),
        (ROWS.replace("launch_s", "lunch_s"), "rows.csv:1: lunch_s: unknown column; did you mean"),
        ("threat,battery\n", "rows.csv:1: interceptor: got no such column, expected it"),
    ],
)
def test_a_bad_row_of_a_file_is_named(table: str, tmp_path: Path, rows: str, expected: str) -> None:
    (tmp_path / "rows.csv").write_text(rows)
    path = tmp_path / "table.toml"
    path.write_text(with_file(table, "rows.csv"))
    with pytest.raises(InputError) as caught:
        load(path)
    (fault,) = str(caught.value).splitlines()
    assert fault.startswith(f"{tmp_path}/{expected}")


def test_a_bad_inline_row_is_named(table: str) -> None:
    for old, new, expected in [
        ("intercept_s = 10 ", "intercept_s = 0 ", "t:14: opportunities.rows[0].intercept_s: got 0"),
        ("sspk = 0.5", "sspk = 1.5", "t:15: opportunities.rows[1].sspk: got 1.5, expected a pro"),
        ("= 0.9", "= 0.4", "t:20: tracks.rows[1].probability: got 0.4, expected at least the 0.5"),
        ("sspk = 0.8", "range_km = [0, 9]", "t:14: opportunities.rows[0].sspk: got nothing"),
        ('sensor = "eye"', 'sensor = "ear"', "t:19: tracks.rows[0].sensor: got 'ear'"),
    ]:
        with pytest.raises(InputError) as caught:
            loads(table.replace(old, new, 1), name="t")
        (fault,) = str(caught.value).splitlines()
        assert fault.startswith(expected)


def test_history_gives_the_columns_that_waves_use(sketch: str, tmp_path: Path) -> None:
    (tmp_path / "nights.csv").write_text("date,a,b\n2022-10-09,3,x\n2022-10-10,5,x\n")
    text = sketch.replace("[20, 40]", '{ column = "a" }') + '[history]\nfile = "nights.csv"\n'
    history = loads(text, base=tmp_path).history
    assert history is not None
    assert history.columns.label == ("2022-10-09", "2022-10-10")
    assert history.columns.count["a"].tolist() == [3, 5]
    with pytest.raises(InputError, match=r"nights.csv:2: b: got 'x', expected a whole number"):
        loads(text.replace('"a"', '"b"'), base=tmp_path)
    with pytest.raises(InputError, match=r"nights.csv:1: c: got no such column"):
        loads(text.replace('"a"', '"c"'), base=tmp_path)


def test_the_hash_covers_text_overrides_and_tables(table: str, tmp_path: Path) -> None:
    def digest(overrides: tuple[tuple[str, str], ...] = ()) -> str:
        return loads(with_file(table, "rows.csv"), base=tmp_path, overrides=overrides).sha256

    rows = tmp_path / "rows.csv"
    rows.write_text(ROWS + "salvo,site,round,0,10,\n")
    first = digest()
    assert first == digest()
    assert first != digest((("run.seed", "2"),))
    rows.write_text(ROWS + "salvo,site,round,0,11,\n")
    assert first != digest()


def test_the_schema_describes_every_key_and_takes_the_examples(sketch: str, table: str) -> None:
    schema = scenario_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for text in (sketch, table):
        assert not list(validator.iter_errors(tomllib.loads(text)))
    for old, new in [("count     = 6", "cuont = 6"), ('"medium_sam"', '"medium_sum"')]:
        assert list(validator.iter_errors(tomllib.loads(sketch.replace(old, new))))
    for model in (schema, *schema["$defs"].values()):
        for name, entry in model["properties"].items():
            assert entry.get("description"), name


def test_a_scenario_does_not_change(sketch: str) -> None:
    scenario: Scenario = loads(sketch)
    with pytest.raises(ValueError, match="frozen"):
        setattr(scenario.battery["north"], "reaction_s", 1.0)  # noqa: B010 (typed as read-only)


def test_a_table_of_kill_probabilities_by_range_needs_a_laydown(table: str) -> None:
    text = table.replace("against.warhead = { sspk = 0.8 }", "against.warhead.sspk = [[0, 0.8]]")
    with pytest.raises(InputError) as caught:
        loads(text)
    (fault,) = caught.value.faults
    assert fault.key == "opportunities.rows[0].sspk"
    assert fault.message.endswith("as a number (a table by range needs a laydown)")


@pytest.mark.parametrize(
    ("given", "pair"),
    [
        ({}, ("separate", "integrated")),
        ({"baseline": "integrated"}, ("integrated", "separate")),
        ({"compare": "separate"}, ("integrated", "separate")),
        ({"baseline": "separate", "compare": "integrated"}, ("separate", "integrated")),
    ],
)
def test_no_architecture_is_compared_with_itself(
    given: dict[str, str], pair: tuple[str, str]
) -> None:
    overrides = [(f"engagement.{key}", name) for key, name in given.items()]
    scenario = load(QUICK_START, overrides)
    assert (scenario.baseline, scenario.compare) == pair


def test_an_architecture_that_is_told_to_be_both_is_refused() -> None:
    overrides = [("engagement.baseline", "separate"), ("engagement.compare", "separate")]
    with pytest.raises(InputError) as refused:
        load(QUICK_START, overrides)
    (fault,) = refused.value.faults
    assert fault.key == "engagement.compare"
    assert fault.message == "got 'separate', which is the baseline; expected another architecture"


@pytest.mark.parametrize(
    ("known", "instead", "draws"),
    [
        ("", "", False),
        ("count   = 4", "count = [3, 4]", True),
        ("start_s = 0", "start_s = [0, 5]", True),
        (
            "[architecture.alone]",
            "[architecture.alone]\ncells.c = { batteries = ['site'], assign = 0.5 }",
            True,
        ),
    ],
)
def test_worlds_differ_where_anything_is_drawn(known: str, instead: str, draws: bool) -> None:
    text = TABLE.replace(known, instead)
    assert (text != TABLE) == draws
    assert draws_worlds(loads(text)) == draws
