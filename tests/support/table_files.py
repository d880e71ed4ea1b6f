"""Scenarios whose tables stand in files, for tests of how those are read."""

from __future__ import annotations

from pathlib import Path

from mcdefense.scenario import loads
from mcdefense.scenario.tables import HistoryColumns, OpportunityColumns, TrackColumns

HEADER = "threat,battery,interceptor,launch_s,intercept_s,sspk\n"
SCENARIO = """
[threat.m]
[interceptor.i]
against.m.sspk = 0.5
[sensor.eye]
[battery.b]
magazine = { i = 20 }
[raid.r]
class = "m"
count = COUNT
start_s = 0
[architecture.a]
"""


def _text(more: str, count: str = "10") -> str:
    return SCENARIO.replace("COUNT", count) + more


def opportunities(folder: Path, file: str) -> OpportunityColumns:
    """The opportunity table of a file; InputError if it is refused."""
    scenario = loads(
        _text(f'[opportunities]\nfile = "{file}"\n'),
        name=str(folder / "scenario.toml"),
        base=folder,
    )
    assert scenario.opportunities is not None
    return scenario.opportunities.columns


def tracks(folder: Path, file: str) -> TrackColumns:
    """The track table of a file; InputError if it is refused."""
    row = '{threat = "r", battery = "b", interceptor = "i", launch_s = 0, intercept_s = 9}'
    more = f'[opportunities]\nrows = [{row}]\n[tracks]\nfile = "{file}"\n'
    scenario = loads(_text(more), name=str(folder / "scenario.toml"), base=folder)
    assert scenario.tracks is not None
    return scenario.tracks.columns


def history(folder: Path, file: str, column: str = "drones") -> HistoryColumns:
    """The history of a file; InputError if it is refused."""
    row = '{threat = "r", battery = "b", interceptor = "i", launch_s = 0, intercept_s = 9}'
    more = f'[opportunities]\nrows = [{row}]\n[history]\nfile = "{file}"\n'
    text = _text(more, f'{{ column = "{column}" }}')
    found = loads(text, name=str(folder / "scenario.toml"), base=folder).history
    assert found is not None
    return found.columns
