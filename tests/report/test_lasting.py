"""How long rounds last where raids come in sequence: rounds held over rounds of the first raid."""

from __future__ import annotations

import pytest

import mcdefense
from mcdefense.report import screen, to_json
from mcdefense.statistics import Result

TEXT = """
title = "five days"
threat.m = {}
raid.w = { class = "m", count = 24, start_s = 0, repeat = 5, %s }
interceptor.x = {}
interceptor.idle = {}
[battery.a]
magazine = { x = 60, idle = 5 }
%s
[opportunities]
rows = [
  { threat = "w", battery = "a", interceptor = "x", launch_s = 0, intercept_s = 5, sspk = 1 },
]
[architecture.one]
join = "all"
[architecture.other]
join = "all"
%s
"""


def counted(reload: str = "", other: str = "", every: str = "every_s = 86400") -> Result:
    scenario = mcdefense.loads(TEXT % (every, reload, other))
    return mcdefense.simulate(scenario, worlds=4, trials_per_world=8, seed=1)


def told(result: Result, architecture: str = "one") -> dict[str, object]:
    raids: dict[str, dict[str, object]] = to_json(result)["raids"]
    return raids[architecture]


def days(result: Result, architecture: str = "one") -> float:
    """Days that `x` lasts."""
    return to_json(result)["raids"][architecture]["rounds_last"]["x"]["days"]["value"]


def test_sixty_rounds_at_24_a_day_last_two_days_and_a_half() -> None:
    """The third raid finds twelve rounds only, and is the first that lets more through."""
    result = counted()
    assert days(result) == pytest.approx(2.5)
    assert told(result)["more_leak_from_raid"] == 3
    assert "idle" not in to_json(result)["raids"]["one"]["rounds_last"]
    assert result.tally["leakers_by_raid"][0, 0, :, 0].tolist() == [0, 0, 96, 192, 192]
    lines = screen(result).splitlines()
    place = next(n for n, line in enumerate(lines) if line.startswith("STOCK LASTS, days"))
    assert lines[place + 1].split()[:2] == ["x", "2.500"]
    assert lines[place + 2].split()[-2:] == ["raid", "3"]
    assert max(map(len, lines)) <= 80


def test_what_is_in_store_counts() -> None:
    """60 and 36 rounds last four days."""
    result = counted("reload.x = { rounds = 60, every_s = 86400, stock = 36 }")
    assert days(result) == pytest.approx(4.0)
    assert told(result)["more_leak_from_raid"] == 5


def test_from_a_store_without_end_rounds_last_whatever_leaks() -> None:
    """With six rounds a day all of 24 are killed three times, then six of them."""
    endless = 'set = { "battery.a.reload.x" = { rounds = 6, every_s = 86400 } }'
    result = counted(other=endless)
    assert days(result) == pytest.approx(2.5)
    rounds = to_json(result)["raids"]["other"]["rounds_last"]["x"]
    assert rounds["endless"]
    assert rounds["days"]["value"] is None
    assert told(result, "other")["more_leak_from_raid"] == 4
    assert "without end" in screen(result)


def test_no_raid_lets_more_through_where_rounds_suffice() -> None:
    result = counted("reload.x = { rounds = 60, every_s = 86400 }")
    assert told(result)["more_leak_from_raid"] is None
    assert " none" in next(x for x in screen(result).splitlines() if x.startswith("more leak"))


def test_waves_of_several_times_are_counted_in_raids() -> None:
    other = 'raid.v = { class = "m", count = 0, start_s = 0, repeat = 2, every_s = 9'
    result = counted(every="every_s = 86400 }\n" + other)
    assert told(result)["rounds_last"]["x"]["days"] is None  # type: ignore[index]
    assert "STOCK LASTS, raids" in screen(result)
    assert "a day" not in screen(result)


def test_nothing_lasts_where_no_wave_repeats() -> None:
    once = mcdefense.loads((TEXT % ("", "", "")).replace(", repeat = 5,  }", " }"))
    result = mcdefense.simulate(once, worlds=2, trials_per_world=8)
    assert "STOCK LASTS" not in screen(result)
    assert "raids" not in to_json(result)
