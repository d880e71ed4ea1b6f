"""The table by asset: the baseline, another architecture, and their difference by world."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t

from mcdefense.report import screen
from mcdefense.report.numbers import with_margin
from mcdefense.report.reading import Interval
from mcdefense.statistics import difference_by_asset, with_provenance
from tests.support.raid_result import raid_result

ENDS = ("", "_low", "_high")


def test_the_difference_is_that_of_each_world() -> None:
    """Its value is that of the counts, and its interval Student's t of the worlds' differences."""
    result = raid_result()
    tally = result.tally
    trials = tally["trials"].astype(float)
    change = (tally["leakers_at_asset"][:, 1] - tally["leakers_at_asset"][:, 0]).astype(float)
    value, low, high = difference_by_asset(result, 0, 1)["expected_leakers_at_asset"]
    assert value == pytest.approx(change.sum(axis=0) / trials.sum())
    assert np.unique(trials).size == 1
    rate = change / trials[:, np.newaxis]
    half = t.ppf(0.975, len(rate) - 1) * rate.std(axis=0, ddof=1) / np.sqrt(len(rate))
    assert (half > 0).tolist() == [True, False]  # nothing is aimed at the second
    assert low[0] == pytest.approx(value[0] - half[0])
    assert high[0] == pytest.approx(value[0] + half[0])
    assert low[1] < 0 < high[1]
    back = difference_by_asset(result, 1, 0)["expected_leakers_at_asset"]
    assert np.allclose([-back[0], -back[2], -back[1]], [value, low, high])


def test_the_table_has_it_beside_the_two() -> None:
    result = raid_result()
    text = screen(result, "asset")
    for name, scale in (("expected_leakers_at_asset", 1.0), ("p_asset_damaged", 100.0)):
        ends = difference_by_asset(result, 0, 1)[name]
        change = Interval(*(float(end[0]) for end in ends))
        assert with_margin(change, 20, scale) in text
    lost = [float(result.estimates[f"difference_expected_value_lost{e}"][0]) for e in ENDS]
    assert with_margin(Interval(*lost), 20) in text
    assert text.count("difference\n") == 4
    assert "(difference: sectors minus separate; of P(damaged) in per cent points)" in text
    assert max(map(len, text.splitlines())) <= 80


def test_every_other_stands_beside_the_baseline() -> None:
    text = screen(raid_result(architectures=4), "asset", every=True)
    assert text.count("LEAKERS A RAID that reach the asset") == 3
    assert "(difference: the other architecture minus separate;" in text


def test_one_alone_has_no_difference() -> None:
    alone = with_provenance(raid_result(), compare="separate")
    assert "difference" not in screen(alone, "asset").partition("Not shown")[0]
