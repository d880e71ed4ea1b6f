"""What `check` says of draws that multiply a value beyond its range: the share that is cut."""

from __future__ import annotations

from math import log

import pytest
from scipy.stats import norm

from mcdefense.preview import warnings
from mcdefense.preview.cut_draws import cut_draws
from mcdefense.preview.survey import survey
from mcdefense.scenario import loads
from tests.support.small_scenarios import LAYDOWN, TABLE

KEY = "interceptor.round.against.warhead.sspk"
FACTOR = '[uncertainty.skill]\nas = "factor"\npaths = ["%s"]\n%s\n'
UNIFORM = 'distribution = "uniform"\nlow = %s\nhigh = %s'
UP = (
    f"uncertainty skill: times up to %s, {KEY} of 0.8 would exceed 1, and is cut there in %s %% of "
    "the draws; choose a narrower distribution, or draw the value itself"
)


def said(text: str) -> list[str]:
    scenario = loads(text)
    found = list(cut_draws(scenario))
    assert set(found) <= set(warnings(scenario, survey(scenario, 1), 4, 1))
    return found


ABOVE_NORMAL = f"{100 * norm.sf(1.25, 1.0, 0.3):.0f}"
GREATEST_NORMAL = f"{norm.ppf(norm.sf(0, 1, 0.3) * 0.99 + norm.cdf(0, 1, 0.3), 1, 0.3):.3g}"


@pytest.mark.parametrize(
    ("distribution", "greatest", "share"),
    [
        (UNIFORM % (0.5, 2), "2", "50"),  # from 1.25 on, of 0.5 to 2
        (UNIFORM % (0.5, 1.35), "1.35", "12"),
        ('distribution = "choice"\nvalues = [2, 1]\nweights = [1, 3]', "2", "25"),
        (
            'distribution = "triangular"\nlow = 0.5\nmode = 0.5\nhigh = 2',
            "2",
            f"{100 * (0.75 / 1.5) ** 2:.0f}",
        ),
        (
            'distribution = "normal"\nmean = 1\nsd = 0.3\nlow = 0',
            GREATEST_NORMAL,
            ABOVE_NORMAL,
        ),
    ],
)
def test_a_factor_that_takes_a_probability_above_1(
    distribution: str, greatest: str, share: str
) -> None:
    assert said(TABLE + FACTOR % (KEY, distribution)) == [UP % (greatest, share)]


@pytest.mark.parametrize(
    "distribution",
    [
        UNIFORM % (0.5, 1.25),
        UNIFORM % (0.5, 1.333),  # a tenth of the draws
        'distribution = "choice"\nvalues = [2, 1]\nweights = [1, 9]',
        'distribution = "beta"\na = 1\nb = 1',
    ],
)
def test_few_draws_beyond_the_range_are_the_tail_of_a_spread(distribution: str) -> None:
    assert said(TABLE + FACTOR % (KEY, distribution)) == []


def test_a_factor_that_takes_a_value_below_its_range() -> None:
    """Launch times lie a millisecond apart at least."""
    text = LAYDOWN.replace("[battery.north]", "[battery.north]\nlaunch_spacing_s = 0.004", 1)
    factor = FACTOR.replace("skill", "grid") % (
        "battery.north.launch_spacing_s",
        UNIFORM % (0, 1),
    )
    assert said(text + factor) == [
        "uncertainty grid: times down to 0, battery.north.launch_spacing_s of 0.004 would fall "
        "below 0.001, and is cut there in 25 % of the draws; choose a narrower distribution, or "
        "draw the value itself"
    ]


def test_what_an_architecture_sets_is_multiplied_too() -> None:
    text = f'{TABLE}set = {{ "{KEY}" = 0.9 }}\n' + FACTOR % (KEY, UNIFORM % (0.5, 2))
    share = f"{100 * (2 - 1 / 0.9) / 1.5:.0f}"
    (warning,) = said(text)
    assert f"{KEY} of 0.9 under together would exceed 1, and is cut there in {share} %" in warning


def test_two_factors_of_one_value_are_judged_by_their_product() -> None:
    """Neither exceeds 1 by itself; x y > 1 / 0.8 of two uniform draws of 0.5 to 1.25."""
    one = FACTOR % (KEY, UNIFORM % (0.5, 1.25))
    # P(x y > k) with k = 1.25: the area beyond x = 1 of 1.25 - k / x, over the whole.
    share = (1.25 * 0.25 - 1.25 * log(1.25)) / 0.75**2
    assert share == pytest.approx(0.0597, abs=1e-4)
    assert said(TABLE + one + one.replace("skill", "other")) == []
    wide = FACTOR % (KEY, UNIFORM % (1, 1.25))
    share = (1.25 * 0.25 - 1.25 * log(1.25)) / 0.25**2
    assert said(TABLE + wide + wide.replace("skill", "other")) == [
        f"uncertainties skill and other: times up to 1.56, {KEY} of 0.8 would exceed 1, and is "
        f"cut there in {100 * share:.0f} % of the draws; choose a narrower distribution, or draw "
        "the value itself"
    ]


def test_a_value_that_is_drawn_and_multiplied() -> None:
    """x y > 1 of a uniform draw x of 0 to 1 and y = 2 is x > 1 / 2."""
    value = FACTOR.replace("skill", "value").replace("factor", "value") % (KEY, UNIFORM % (0, 1))
    twice = FACTOR % (KEY, 'distribution = "choice"\nvalues = [2]')
    (warning,) = said(TABLE + value + twice)
    assert f"{KEY}, which is drawn itself, would exceed 1, and is cut there in 50 %" in warning


def test_of_many_values_the_one_that_is_cut_most_is_named() -> None:
    """Three interceptors of the library against the classes that come, multiplied by up to 2."""
    text = LAYDOWN.replace("high = 1.1", "high = 9.0")
    (warning,) = said(text)
    assert "more of its values so" in warning
    assert said(LAYDOWN) == []


def test_what_no_trial_uses_is_not_judged() -> None:
    rows = TABLE.replace("intercept_s = 10 }", "intercept_s = 10, sspk = 0.8 }")
    factor = FACTOR % (KEY, UNIFORM % (0.5, 2))
    assert said(rows + factor) == [UP % ("2", "50")]
    every = rows.replace("intercept_s = 30 }", "intercept_s = 30, sspk = 0.8 }")
    assert said(every + factor) == []
    assert list(cut_draws(loads(TABLE + factor, overrides={KEY: 0.8}))) == []
