"""The packaged library: classes that fill in what an entry leaves out, each with its source."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

from mcdefense.scenario.document import parse
from mcdefense.scenario.faults import Report, short, unknown
from mcdefense.scenario.model_scenario import Filled, Tree

LIBRARIES = {"notional-1": "notional_1.toml", "notional-2": "notional_2.toml"}
"""Packaged libraries by the name that scenarios use."""

_DEEP = ("against", "organic", "cued")
"""Tables that are filled in key by key; any other value is taken whole or not at all."""
_EITHER = {"speed_kms": "flyout", "flyout": "speed_kms"}
"""Keys of which an entry has one: the user's choice keeps the library's other out."""


@cache
def library_document(name: str) -> Tree:
    """Sections `threat`, `interceptor`, `sensor`, `battery` of a packaged library by class."""
    own = _packaged(name)
    base = library_base(name)
    if base is None:
        return own
    sections: Tree = _copy(library_document(base))
    for section, classes in own.items():
        if section != "base":
            for kind, keys in classes.items():
                sections[section][kind] |= keys
    return sections


def library_base(name: str) -> str | None:
    """The library of which this one is a copy but for what its file has; None if it is none."""
    base: str | None = _packaged(name).get("base")
    return base


def library_changes(name: str) -> Tree:
    """What the file of such a library has, by section and class."""
    return {section: of for section, of in _packaged(name).items() if section != "base"}


@cache
def _packaged(name: str) -> Tree:
    folder = resources.files("mcdefense.scenario") / "library"
    return parse((folder / LIBRARIES[name]).read_text("utf-8"), LIBRARIES[name]).tree


class Filler:
    """Fills one document from its library; `filled` lists every value given."""

    def __init__(self, raw: Tree, report: Report) -> None:
        self.report = report
        self.filled: list[Filled] = []
        self.followed: dict[tuple[str, str], str] = {}
        """Class whose row of `against` an interceptor's row for another threat repeats."""
        self.name = raw.get("library", "")
        self.library: Tree = {}
        if isinstance(self.name, str) and self.name in LIBRARIES:
            self.library = library_document(self.name)
        elif self.name and isinstance(self.name, str):
            report.add(("library",), unknown("a library", self.name, LIBRARIES))
            # filled from the latest one all the same, so that other faults are real ones
            self.name = list(LIBRARIES)[-1]
            self.library = library_document(self.name)
        self.document: Tree = _copy(raw)
        if self.library:
            self.document["library"] = self.name

    def fill(self) -> Tree:
        """The document with everything filled in that classes give."""
        for section in ("battery", "sensor", "threat", "interceptor"):
            for name, entry in self._entries(section).items():
                self._fill_entry(section, name, entry)
        for name, battery in self._entries("battery").items():
            self._organic(name, battery)
        return self.bring(self.document)

    def bring(self, document: Tree) -> Tree:
        """The document with the library's entries for every class and round that it names."""
        self.document = _copy(document)
        for wave in self._entries("raid").values():
            self._bring("threat", wave.get("class"))
        for battery in self._entries("battery").values():
            magazine = battery.get("magazine")
            for name in magazine if isinstance(magazine, dict) else ():
                self._bring("interceptor", name)
        self._only_asset()
        self._drop_unused_against()
        self._follow_threat_classes()
        return self.document

    def _table(self, section: str) -> dict[str, Any]:
        table = self.document.get(section)
        return table if isinstance(table, dict) else {}

    def _entries(self, section: str) -> dict[str, dict[str, Any]]:
        table = self._table(section)
        return {name: entry for name, entry in table.items() if isinstance(entry, dict)}

    def _fill_entry(self, section: str, name: str, entry: dict[str, Any]) -> None:
        classes = self.library.get(section, {})
        wanted = entry.get("class")
        if wanted is None and section in ("interceptor", "threat") and name in classes:
            wanted = entry["class"] = name
        self._fill_class(section, wanted, (section, name), entry)

    def _fill_class(
        self, section: str, wanted: Any, path: tuple[str, ...], entry: dict[str, Any]
    ) -> None:
        if not isinstance(wanted, str) or not wanted:
            if wanted == "":
                del entry["class"]
            return
        classes = self.library.get(section, {})
        if wanted not in classes:
            key = (*path, "class")
            if not self.name:
                text = f"got {short(wanted)}, expected no class, as no library is named"
                self.report.add(key, text + f' (library = "{list(LIBRARIES)[-1]}")')
            else:
                kind = f"a {section} class of {self.name}"
                self.report.add(key, unknown(kind, wanted, classes))
            self.report.unfilled.add(path)
            return
        known = classes[wanted]
        source = f"{self.name} {section}.{wanted}: {known.get('source', 'notional')}"
        self._merge(entry, known, path, source)

    def _merge(
        self, entry: dict[str, Any], known: dict[str, Any], path: tuple[str, ...], source: str
    ) -> None:
        for key, value in known.items():
            if _EITHER.get(key) in entry:
                continue
            if key not in entry:
                entry[key] = _copy(value)
                if key not in ("source", "class"):
                    self._note((*path, key), value, source)
                continue
            deep = path[-1] in _DEEP or key in _DEEP
            if deep and isinstance(value, dict) and isinstance(entry[key], dict):
                self._merge(entry[key], value, (*path, key), source)

    def _note(self, path: tuple[str, ...], value: Any, source: str) -> None:
        if isinstance(value, dict):
            for key, part in value.items():
                self._note((*path, key), part, source)
        else:
            self.filled.append(Filled(".".join(path), value, source))

    def _organic(self, name: str, battery: dict[str, Any]) -> None:
        """Makes the sensor NAME_radar of a battery's organic radar."""
        organic = battery.pop("organic", None)
        if organic is None:
            return
        radar = f"{name}_radar"
        by_user = self._written("battery", name, "organic")
        named = battery.get("sensors")
        if not by_user:
            wanted = radar in named if isinstance(named, tuple) else self._has_use(radar)
            if not wanted:
                self._forget(f"battery.{name}.organic.")
                return
        if radar in self._entries("sensor"):
            self.report.add(
                ("sensor", radar),
                f"got a sensor named as the organic radar of battery {name}, expected another "
                f"name, or its values in battery.{name}.organic",
            )
            return
        sensors = self.document.setdefault("sensor", {})
        if not isinstance(sensors, dict):
            return
        if isinstance(organic, dict) and "at_deg" not in organic:
            # a fault in the battery's place is one fault, not another one of its radar
            self.report.moved["sensor", radar, "at_deg"] = ("battery", name, "at_deg")
        self.report.moved["sensor", radar] = ("battery", name, "organic")
        self.filled = [
            f._replace(path=f"sensor.{radar}." + f.path.removeprefix(f"battery.{name}.organic."))
            if f.path.startswith(f"battery.{name}.organic.")
            else f
            for f in self.filled
        ]
        sensors[radar] = organic
        if isinstance(organic, dict):
            organic = sensors[radar] = dict(organic)
            # the battery's class named the radar's: that is no value of the sensor itself
            self.filled = [f for f in self.filled if f.path != f"sensor.{radar}.class"]
            self._fill_class("sensor", organic.get("class"), ("sensor", radar), organic)
            if "at_deg" in battery:
                organic.setdefault("at_deg", battery["at_deg"])
        if isinstance(named, tuple):
            battery["sensors"] = named if radar in named else (*named, radar)
        elif named is None:
            battery["sensors"] = (radar,)

    def _written(self, *path: str) -> bool:
        return self.report.positions.names(path) or any(
            option[: len(path)] == path for option in self.report.options
        )

    def _has_use(self, radar: str) -> bool:
        """Whether there is a laydown wave to see, or a track table that may name the radar."""
        if any("start_s" not in wave for wave in self._entries("raid").values()):
            return True
        tracks = self.document.get("tracks")
        if not isinstance(tracks, dict):
            return False
        rows = tracks.get("rows")
        rows = rows if isinstance(rows, tuple) else ()
        named = any(isinstance(row, dict) and row.get("sensor") == radar for row in rows)
        return "file" in tracks or named

    def _forget(self, prefix: str) -> None:
        self.filled = [f for f in self.filled if not f.path.startswith(prefix)]

    def _bring(self, section: str, name: Any) -> None:
        """Brings in the library's entry of a name that the scenario uses but does not define."""
        if not isinstance(name, str) or name in self._table(section):
            return
        if name in self.library.get(section, {}):
            table = self.document.setdefault(section, {})
            if isinstance(table, dict):
                table[name] = {"class": name}
                self._fill_entry(section, name, table[name])

    def _only_asset(self) -> None:
        """A laydown wave that names no asset flies at the only one there is."""
        assets = list(self._entries("asset"))
        for name, wave in self._entries("raid").items():
            if len(assets) == 1 and "asset" not in wave and "start_s" not in wave:
                wave["asset"] = assets[0]
                self._note(("raid", name, "asset"), assets[0], "the only asset")

    def _drop_unused_against(self) -> None:
        """Drops what the library says of threat classes that the scenario does not have."""
        threats = self._entries("threat")
        present = [*threats, *(entry.get("class") for entry in threats.values())]
        gone: set[str] = set()
        for name, entry in self._entries("interceptor").items():
            against = entry.get("against")
            for threat in list(against) if isinstance(against, dict) else ():
                path = f"interceptor.{name}.against.{threat}."
                written = self._written("interceptor", name, "against", threat)
                if isinstance(against, dict) and threat not in present and not written:
                    del against[threat]
                    gone.add(path)
        if gone:
            self.filled = [
                f for f in self.filled if ".".join(f.path.split(".")[:4]) + "." not in gone
            ]

    def _follow_threat_classes(self) -> None:
        """What holds against a library's threat class holds against entries of that class."""
        for threat, entry in self._entries("threat").items():
            base = entry.get("class")
            if not isinstance(base, str) or base == threat:
                continue
            for name, interceptor in self._entries("interceptor").items():
                against = interceptor.get("against")
                if isinstance(against, dict) and base in against and threat not in against:
                    against[threat] = _copy(against[base])
                    self.followed[name, threat] = base
                    source = f"as against {base}, the class of threat {threat}"
                    self._note(("interceptor", name, "against", threat), against[base], source)
            for sensor in self._entries("sensor").values():
                sees = sensor.get("sees")
                if isinstance(sees, tuple) and base in sees and threat not in sees:
                    sensor["sees"] = (*sees, threat)


def class_names(section: str) -> list[str]:
    """Classes of a section over all packaged libraries."""
    return sorted({c for name in LIBRARIES for c in library_document(name).get(section, {})})


def _copy(value: Any) -> Any:
    return {key: _copy(part) for key, part in value.items()} if isinstance(value, dict) else value
