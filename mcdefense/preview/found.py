"""What figures of a scenario are drawn from, by the figure's name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from mcdefense.errors import Fault, InputError
from mcdefense.preview.chart import laydown_map
from mcdefense.preview.timeline import AskedThreat, threat_timeline
from mcdefense.report import LaydownMap, Timeline
from mcdefense.run import scenario_as_run
from mcdefense.scenario import Scenario, load, loads
from mcdefense.statistics import Result
from mcdefense.store import read

_HDF5 = b"\x89HDF\r\n\x1a\n"


def refuse_options(name: str, known: Collection[str], asked: Mapping[str, Any]) -> None:
    """Raises InputError for options that the figure `name` does not have."""
    listed = ", ".join(f"`{option}`" for option in known)
    some = f"takes {listed}" if known else "takes no such option"
    faults = [
        Fault(option, "", f"the figure {name!r} {some}", option=True)
        for option in asked
        if option not in known
    ]
    if faults:
        raise InputError(faults)


def found_for(
    name: str, source: Result | Scenario | Path | str, asked: Mapping[str, Any]
) -> LaydownMap | Timeline:
    """What the figure `name` draws of a scenario, its file, or the scenario that a result holds."""
    result = source if isinstance(source, Result) else None
    if isinstance(source, Path | str) and _is_hdf5(Path(source)):
        result = read(Path(source))
    if isinstance(source, Scenario):
        scenario = source
    elif result is not None:
        place = Path("the result" if isinstance(source, Result) else source)
        scenario = loads(scenario_as_run(result, place), name=str(place), base=_folder(source))
    else:
        scenario = load(Path(source))  # type: ignore[arg-type]
    if name == "map":
        return laydown_map(scenario, **asked)
    return threat_timeline(scenario, AskedThreat(**asked), result)


def _folder(source: Result | Path | str) -> Path | None:
    """Where tables in files are looked for: beside the result."""
    return None if isinstance(source, Result) else Path(source).parent


def _is_hdf5(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(len(_HDF5)) == _HDF5
    except OSError:
        return False  # whoever reads it next says why it cannot be read
