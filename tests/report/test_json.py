"""The JSON holds the estimates under their names, and nothing that JSON does not know."""

from __future__ import annotations

import json

import pytest

from mcdefense.report.as_json import to_json
from mcdefense.statistics import ESTIMATE_DIMENSIONS
from tests.support.raid_result import raid_result


@pytest.mark.parametrize("architectures", [1, 2, 16])
@pytest.mark.parametrize("worlds", [1, 5])
def test_json_is_strict(architectures: int, worlds: int) -> None:
    answer = to_json(raid_result(architectures, worlds=worlds, trials=20))
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    assert answer["marking"] == "NOTIONAL"
    assert answer["trials"] == 20 * worlds


def test_every_estimate_is_under_its_name() -> None:
    result = raid_result(3)
    estimates = to_json(result)["estimates"]
    for name, dimensions in ESTIMATE_DIMENSIONS.items():
        end = name.endswith(("_low", "_high")) and "band" not in name
        told = not end and not {"world", "raid"} & {*dimensions}  # no wave of it repeats
        assert (name in estimates) == told
    leak = estimates["leak_probability"]["sectors"]["cruise_missile"]
    assert leak == {
        "value": result["leak_probability"][1, 1],
        "low": result["leak_probability_low"][1, 1],
        "high": result["leak_probability_high"][1, 1],
    }
    pair = estimates["difference_expected_leakers"]["shared_warning - separate"]
    assert pair["value"] == result["difference_expected_leakers"][1]
    assert estimates["p_at_most"]["separate"] == result["p_at_most"][0].tolist()
    assert estimates["cause_share"]["separate"]["one_way_drone"]["killed"]["value"] > 0.5


def test_the_headline_follows_the_pair() -> None:
    headline = to_json(raid_result(3, baseline="sectors", compare="separate"))["headline"]
    assert (headline["baseline"], headline["compare"]) == ("sectors", "separate")
    assert headline["difference_expected_leakers"]["value"] > 0  # separate lets more through
    assert headline["worlds"]["hurts"]["value"] == 1.0
    assert "compare" not in to_json(raid_result(1))["headline"]
