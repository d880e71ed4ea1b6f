"""One sign: every difference is compare minus baseline, wherever it is read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from click.testing import CliRunner

from mcdefense.cli import main
from mcdefense.report.as_json import to_json
from mcdefense.report.headline import in_words
from mcdefense.report.reading import read_result
from mcdefense.report.screen import screen
from mcdefense.statistics.result import Result
from mcdefense.store import read, to_xarray, write
from tests.support.raid_result import raid_result

PAIRS = [("separate", "shared_warning"), ("shared_warning", "separate"), ("sectors", "separate")]
"""(baseline, compare): in the file's order, against it, and with neither first nor last as one."""
MEANS = {
    "difference_expected_leakers": "expected_leakers",
    "difference_leak_probability_total": "leak_probability_total",
    "difference_leak_probability": "leak_probability",
    "difference_p_no_leakers": "p_no_leakers",
    "difference_p_no_leakers_by_class": "p_no_leakers_by_class",
    "difference_expected_value_lost": "expected_value_lost",
}


@pytest.fixture(scope="module", params=PAIRS, ids=" then ".join)
def result(request: pytest.FixtureRequest) -> Result:
    baseline, compare = request.param
    return raid_result(3, baseline=baseline, compare=compare)


def test_every_difference_of_the_api_is_of_its_two_figures(result: Result) -> None:
    names = result.tally.axes.architecture
    baseline, compare = result.provenance["baseline"], result.provenance["compare"]
    assert (names.index(str(baseline)), names.index(str(compare))) in result.pairs
    for name, of in MEANS.items():
        for place, (a, b) in enumerate(result.pairs):
            assert result[name][place] == pytest.approx(result[of][b] - result[of][a])
            assert np.all(result[f"{name}_low"] <= result[name])
            assert np.all(result[name] <= result[f"{name}_high"])
    bands = [result[f"difference_world_band_{end}"] for end in ("low", "high")]
    means = result["world_expected_leakers"]
    for place, (a, b) in enumerate(result.pairs):
        wanted = np.percentile(means[:, b] - means[:, a], [5, 95])
        assert [band[place] for band in bands] == pytest.approx(wanted)


def test_every_difference_of_the_file_is_its_label_read_as_a_subtraction(
    result: Result, tmp_path: Path
) -> None:
    write(result, tmp_path / "result.h5")
    again = to_xarray(read(tmp_path / "result.h5"))
    with xr.open_dataset(tmp_path / "result.h5", engine="h5netcdf") as stored:
        for dataset in (stored, again):
            for pair in dataset.pair.values:
                b, a = pair.split(" - ")
                for name, of in MEANS.items():
                    change = dataset[of].sel(architecture=b) - dataset[of].sel(architecture=a)
                    assert np.allclose(dataset[name].sel(pair=pair), change)
            headline = f"{result.provenance['compare']} - {result.provenance['baseline']}"
            assert headline in dataset.pair.values


def test_json_has_the_signs_of_the_file(result: Result) -> None:
    answer = to_json(result)
    assert answer["differences"] == "compare minus baseline"
    headline, estimates = answer["headline"], answer["estimates"]
    pair = f"{headline['compare']} - {headline['baseline']}"
    assert headline["difference_expected_leakers"] == estimates["difference_expected_leakers"][pair]
    of = estimates["expected_leakers"]
    change = of[headline["compare"]]["value"] - of[headline["baseline"]]["value"]
    assert headline["difference_expected_leakers"]["value"] == pytest.approx(change)
    assert "fewer" not in str(answer)


def test_helped_worlds_are_those_with_a_difference_below_zero(result: Result) -> None:
    """Architectures of the toy improve in the file's order."""
    names = result.tally.axes.architecture
    for place, (a, b) in enumerate(result.pairs):
        helps = a < b
        assert (result["difference_expected_leakers"][place] < 0) == helps, names
        assert (result["worlds_helped"][place] > 0.9) == helps
        assert (result["worlds_hurt"][place] > 0.9) != helps


def test_the_screen_says_it_in_words_and_with_the_same_sign(result: Result) -> None:
    reading = read_result(result)
    change = reading.difference("difference_expected_leakers", reading.baseline, reading.compare)
    text = screen(result)
    headline = text.splitlines()[3]
    assert ("fewer" in headline) == (change.value < 0)
    assert ("more" in headline) == (change.value > 0)
    assert "-" not in headline.split(": ")[1]
    line = next(line for line in text.splitlines() if line.startswith("all  "))
    leak = reading.difference(
        "difference_leak_probability_total", reading.baseline, reading.compare
    )
    if found := re.search(r"([+-][\d.]+) ±", line):
        assert float(found[1]) == pytest.approx(100 * leak.value, abs=0.06)
    else:  # an interval that goes much farther to one side
        number = r"(-?\d+(?:\.\d+)?)"
        found = re.search(rf"{number}(?:\.\.| to ){number}\)?$", line)
        assert found is not None
        ends = [float(end) for end in found.groups()]
        assert ends == pytest.approx([100 * leak.low, 100 * leak.high], abs=0.06)
    labels = reading.labels
    order = result.tally.axes.architecture
    note = f"(difference: {labels[reading.compare]} minus {labels[reading.baseline]}, per cent"
    assert note in " ".join(text.split())
    table = text[text.index("AGAINST ONE BASELINE") :].splitlines()[1:4]
    first = result.tally.axes.architecture[reading.baseline]
    assert table[0].split()[0] == first
    for line in table[1:]:
        fewer, more = r" -[\d.]+ (±|\(|to -)", r" (\+[\d.]+ (±|\()|\d[\d.]* to \d)"
        sign = fewer if order.index(line.split()[0]) > order.index(first) else more
        assert re.search(sign, line), line  # the later lets fewer through


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (-1.8, -1.1, "1.1 to 1.8 fewer"),
        (0.3, 1.1, "0.3 to 1.1 more"),
        (-1.1, 0.3, "0.3 more to 1.1 fewer"),
        (-1.0, 0.0, "0 to 1.0 fewer"),
        (0.0, 0.0, "0 to 0 fewer"),
    ],
)
def test_a_range_of_differencesin_words(low: float, high: float, words: str) -> None:
    assert in_words(low, high) == words


@pytest.mark.parametrize("by", ["asset", "class", "battery", "cause"])
def test_a_table_as_json(by: str) -> None:
    result = raid_result(2)
    answer = to_json(result, by)
    assert answer["by"] == by
    whole = to_json(result)
    assert all(
        answer["estimates"][name] == whole["estimates"][name] for name in answer["estimates"]
    )
    assert len(answer["estimates"]) < len(whole["estimates"])
    if by == "battery":
        fired = answer["means"]["rounds_fired"]["separate"]["north"]["long_sam"]["cruise_missile"]
        assert fired == result.tally["rounds_fired"][0, 0, 0, 1] / result.tally.trials
    if by == "asset":
        value = answer["estimates"]["p_asset_damaged"]["separate"]["area"]["value"]
        assert value == result.tally["asset_damaged"][0, 0] / result.tally.trials
    with pytest.raises(ValueError, match="got 'sensor', expected one of asset, class"):
        to_json(result, "sensor")


@pytest.mark.parametrize("by", ["asset", "class", "battery", "cause"])
def test_show_takes_by_and_json_together(by: str, tmp_path: Path) -> None:
    result = raid_result(2)
    write(result, tmp_path / "result.h5")
    words = ["show", str(tmp_path / "result.h5"), "--by", by, "--json"]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == to_json(read(tmp_path / "result.h5"), by)
