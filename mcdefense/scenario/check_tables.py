"""Opportunity and track tables and the history: read from their files, checked row by row."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING

from mcdefense.errors import Fault
from mcdefense.scenario.check_raid import largest_count
from mcdefense.scenario.faults import Report, short, unknown
from mcdefense.scenario.model_raid import CountDraw
from mcdefense.scenario.model_scenario import Scenario
from mcdefense.scenario.names import names_of
from mcdefense.scenario.tables import (
    MAX_BYTES,
    MAX_ROW_FAULTS,
    OPPORTUNITY_COLUMNS,
    TRACK_COLUMNS,
    OpportunityColumns,
    TableReader,
    opportunity_columns,
    track_columns,
)
from mcdefense.scenario.threat_names import ThreatName, threat_named

if TYPE_CHECKING:  # numpy takes longer to import than all of this room
    import numpy as np
    from numpy.typing import NDArray

MAX_TRACK_TIMES = 16
"""Most rows of one sensor and threat in a track table."""
_LEAST_GAP_US = 1000
"""Least time [us] between the launches of one battery and interceptor at one threat."""


def read_tables(scenario: Scenario, base: Path | None, report: Report) -> list[bytes]:
    """Reads every table into its model; digests of the files read."""
    digests: list[bytes] = []
    if (history := scenario.history) is not None:
        used = list(
            dict.fromkeys(
                wave.count.column
                for wave in scenario.raid.values()
                if isinstance(wave.count, CountDraw) and wave.count.column
            )
        )
        reader = _reader(("history", "file"), history.file, base, report, digests)
        if reader is not None:
            history._columns = reader.history(used)
            _take_faults(reader, report)
    if (opportunities := scenario.opportunities) is not None:
        if opportunities.file is not None:
            path = ("opportunities", "file")
            reader = _reader(path, opportunities.file, base, report, digests)
            if reader is not None:
                opportunities._columns = reader.opportunities()
                _take_faults(reader, report)
        else:
            rows = [row.model_dump() for row in opportunities.rows]
            columns = {name: [row[name] for row in rows] for name in OPPORTUNITY_COLUMNS}
            opportunities._columns = opportunity_columns(columns, [-1] * len(rows))
    if (tracks := scenario.tracks) is not None:
        if tracks.file is not None:
            reader = _reader(("tracks", "file"), tracks.file, base, report, digests)
            if reader is not None:
                tracks._columns = reader.tracks()
                _take_faults(reader, report)
        else:
            rows = [row.model_dump() for row in tracks.rows]
            columns = {name: [row[name] for row in rows] for name in TRACK_COLUMNS}
            tracks._columns = track_columns(columns, [-1] * len(rows))
    return digests


def _take_faults(reader: TableReader, report: Report) -> None:
    for fault in reader.faults:
        report.add_fault(fault)


def _reader(
    path: tuple[str, ...], file: str, base: Path | None, report: Report, digests: list[bytes]
) -> TableReader | None:
    """A reader of a file beside the scenario; None, with a fault, if it cannot be used."""
    windows = PureWindowsPath(file)
    if base is None:
        report.add(path, f"got {short(file)}, expected rows: this scenario has no folder")
        return None
    if windows.anchor or ".." in windows.parts or "\0" in file or not windows.parts:
        wanted = "a path relative to the scenario, inside its folder"
        report.add(path, f"got {short(file)}, expected {wanted}")
        return None
    full = base / file
    if not full.is_file():
        report.add(path, f"got {short(file)}, expected a file beside the scenario: there is none")
        return None
    if not full.resolve().is_relative_to(base.resolve()):
        report.add(path, f"got {short(file)}, a link that leads out of the scenario's folder")
        return None
    if full.stat().st_size > MAX_BYTES:
        report.add(path, f"got more than {MAX_BYTES // 2**20} MiB, expected a smaller file")
        return None
    try:
        with full.open("rb") as stream:
            digests.append(hashlib.file_digest(stream, "sha256").digest())
    except OSError as error:
        report.add(path, f"got {short(file)}, which cannot be read: {error.strerror}")
        return None
    return TableReader(full, str(full))


def check_tables(scenario: Scenario, report: Report) -> None:
    """Adds the faults of names and times in opportunity and track rows."""
    document = scenario._cache.entries["document"]
    for name, wave in scenario.raid.items():
        if not wave.laydown and "opportunities" not in document:
            text = "got a wave with start_s, expected an [opportunities] table that names it"
            report.add(("raid", name, "start_s"), text)
    if scenario.opportunities is not None and scenario.opportunities._columns is not None:
        _check_opportunities(scenario, report)
    if scenario.tracks is not None and scenario.tracks._columns is not None:
        _check_tracks(scenario, report)


class _Rows:
    """Places of the rows of a table, in the scenario or in a file; few enough faults."""

    def __init__(self, section: str, file: str | None, report: Report) -> None:
        self.section = section
        self.file = file
        self.report = report
        self.count = 0

    def add(self, row: int, line: int, key: str, message: str) -> None:
        self.count += 1
        if self.count > MAX_ROW_FAULTS:
            return
        if line < 0:
            self.report.add((self.section, "rows", row, key), message)
        else:
            self.report.add_fault(Fault(f"{self.file}:{line}", key, message))

    def named(self, row: int, line: int) -> str:
        """The row as a fault of another row calls it."""
        return f"line {line}" if line >= 0 else f"rows[{row}]"


def _threat_fault(scenario: Scenario, name: str) -> str:
    """What is wrong with a row's threat, "wave" or "wave.3"; "" if nothing."""
    wave_name = name.partition(".")[0]
    waves = names_of(scenario, "raid")
    if wave_name not in waves:
        return unknown("a wave", wave_name, waves)
    wave = scenario.raid.get(wave_name)
    if wave is None:
        return ""  # the wave has faults of its own
    if wave.laydown:
        return f"got {short(name)}, expected a wave with start_s (this one has a laydown)"
    most, threat = largest_count(scenario, wave), threat_named(name)
    if threat is None or (threat.member is not None and threat.member >= most):
        wanted = f"an index from 0 to {most - 1}" if most else "no rows: the wave has no objects"
        return f"got {short(name)}, expected {wanted}"
    return ""


def _pair_faults(
    scenario: Scenario, threat: str, battery: str, interceptor: str
) -> list[tuple[str, str]]:
    faults = []
    if text := _threat_fault(scenario, threat):
        faults.append(("threat", text))
    batteries = names_of(scenario, "battery")
    if battery not in batteries:
        faults.append(("battery", unknown("a battery", battery, batteries)))
    elif battery in scenario.battery and interceptor not in scenario.battery[battery].magazine:
        magazine = scenario.battery[battery].magazine
        wanted = f"an interceptor in the magazine of {battery}"
        faults.append(("interceptor", unknown(wanted, interceptor, magazine)))
    return faults


def _check_opportunities(scenario: Scenario, report: Report) -> None:
    import numpy as np

    assert scenario.opportunities is not None
    columns = scenario.opportunities.columns
    rows = _Rows("opportunities", _file(scenario, scenario.opportunities.file), report)
    known: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    shooters: dict[tuple[ThreatName | str, str, str], int] = {}
    shooter: list[int] = []
    lines = columns.line.tolist()
    keys = zip(columns.threat, columns.battery, columns.interceptor, strict=True)
    for row, key in enumerate(keys):
        if key not in known:
            known[key] = _pair_faults(scenario, *key)
        same = (threat_named(key[0]) or key[0], *key[1:])
        shooter.append(shooters.setdefault(same, len(shooters)))
        for column, message in known[key]:
            rows.add(row, lines[row], column, message)
    _check_launches(columns, np.array(shooter), rows)
    for row in np.flatnonzero(columns.intercept_s <= columns.launch_s).tolist():
        got, launch = columns.intercept_s[row], columns.launch_s[row]
        rows.add(
            row,
            lines[row],
            "intercept_s",
            f"got {got:g}, expected a time after launch_s = {launch:g}",
        )
    waves = [name.partition(".")[0] for name in columns.threat]
    impact = {n: w.impact_s for n, w in scenario.raid.items() if w.impact_s is not None}
    for row in [r for r, wave in enumerate(waves) if wave in impact] if impact else []:
        if columns.intercept_s[row] > (last := impact[waves[row]]):
            got = columns.intercept_s[row]
            text = f"got {got:g}, expected at most the wave's impact_s = {last:g}"
            rows.add(row, lines[row], "intercept_s", text)
    for row in np.flatnonzero(np.isnan(columns.sspk)).tolist():
        wave = scenario.raid.get(waves[row])
        interceptor = scenario.interceptor.get(columns.interceptor[row])
        if wave is None or interceptor is None:
            continue
        against = interceptor.against.get(wave.class_)
        if against is None or not isinstance(against.sspk, float):
            wanted = f"a probability here, or interceptor.{columns.interceptor[row]}"
            text = f"got nothing, expected {wanted}.against.{wave.class_}.sspk"
            if against is not None and against.sspk is not None:
                text += " as a number (a table by range needs a laydown)"
            rows.add(row, lines[row], "sspk", text)


def _check_launches(columns: OpportunityColumns, shooter: NDArray[np.int64], rows: _Rows) -> None:
    """Adds a fault for every launch of one battery and interceptor at one threat, by number in
    `shooter`, that comes less than a millisecond after another: they may be rounded to one."""
    import numpy as np

    order = np.lexsort((np.arange(shooter.size), columns.launch_s, shooter))
    gap_s = np.diff(columns.launch_s[order])
    # Rounded, since two launches exactly a millisecond apart differ by a little less in binary.
    close = (np.diff(shooter[order]) == 0) & (np.rint(gap_s * 1e6) < _LEAST_GAP_US)
    lines = columns.line
    for at in np.flatnonzero(close).tolist():
        before, row = order[at : at + 2].tolist()
        if row < before:
            before, row = row, before
        other = rows.named(before, int(lines[before]))
        launch = f"got {columns.launch_s[row]:.10g}"
        if columns.launch_s[row] != columns.launch_s[before]:
            text = f"{launch}, within a millisecond of the launch of {other}"
        elif all(
            values[row] == values[before] or np.isnan(values[[row, before]]).all()
            for values in (columns.intercept_s, columns.sspk)
        ):
            text = f"{launch} and all the rest as in {other}"
        else:
            text = f"{launch} as in {other}, which differs in the rest"
        rows.add(row, int(lines[row]), "launch_s", f"{text}, expected one row for each launch")


def _file(scenario: Scenario, file: str | None) -> str | None:
    if file is None or scenario._composition is None:
        return None
    return str(Path(scenario._composition.report.name).parent / file)


def _check_tracks(scenario: Scenario, report: Report) -> None:
    assert scenario.tracks is not None
    columns = scenario.tracks.columns
    rows = _Rows("tracks", _file(scenario, scenario.tracks.file), report)
    lines = columns.line.tolist()
    sensors = names_of(scenario, "sensor")
    pairs: dict[tuple[str, ThreatName | str], list[int]] = {}
    for row, (sensor, name) in enumerate(zip(columns.sensor, columns.threat, strict=True)):
        pairs.setdefault((sensor, threat_named(name) or name), []).append(row)
    for (sensor, _), members in pairs.items():
        first = members[0]
        if sensor not in sensors:
            rows.add(first, lines[first], "sensor", unknown("a sensor", sensor, sensors))
        if text := _threat_fault(scenario, columns.threat[first]):
            rows.add(first, lines[first], "threat", text)
        if len(members) > MAX_TRACK_TIMES:
            late = members[MAX_TRACK_TIMES]
            text = f"got {len(members)} rows of one sensor and threat, expected at most"
            rows.add(late, lines[late], "time_s", f"{text} {MAX_TRACK_TIMES}")
        members.sort(key=lambda row: columns.time_s[row])
        for before, row in pairwise(members):
            if columns.time_s[row] == columns.time_s[before]:
                text = f"got {columns.time_s[row]:g} twice for one sensor and threat, expected once"
                rows.add(row, lines[row], "time_s", text)
            for name in ("probability", "cued_probability"):
                values = getattr(columns, name)
                if values[row] < values[before]:
                    text = f"got {values[row]:g}, expected at least the {values[before]:g} before"
                    rows.add(row, lines[row], name, text + " (it is cumulative)")
