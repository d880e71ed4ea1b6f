"""JSON Schema of what a user may write in a scenario file, for editors."""

from __future__ import annotations

import inspect
from typing import Any

from pydantic import BaseModel

from mcdefense.scenario.faults import RAID_SCALE, RAID_SCALE_AT, descriptions, models_in
from mcdefense.scenario.fill import LIBRARIES, class_names
from mcdefense.scenario.model_scenario import NAMED, Scenario
from mcdefense.scenario.values import NAME_PATTERN

_CLASSED = {"Sensor": "sensor", "Battery": "battery", "Interceptor": "interceptor"}


def scenario_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a scenario file, with units, bounds and the library's classes."""
    schema = Scenario.model_json_schema()
    definitions = schema["$defs"]
    for model in _models(Scenario):
        place = schema if model is Scenario else definitions.get(model.__name__)
        if place is not None:
            _describe(model, place)
    for name, section in _CLASSED.items():
        definitions[name]["properties"]["class"]["enum"] = class_names(section)
    for name in ("Threat", "Wave"):
        # a scenario may define classes of its own, so the library's are suggestions
        definitions[name]["properties"]["class"]["examples"] = class_names("threat")
    definitions["Battery"]["properties"]["magazine"]["examples"] = [
        {name: 16} for name in class_names("interceptor")
    ]
    schema["properties"]["library"]["enum"] = ["", *LIBRARIES]
    scale = schema["properties"].pop(*RAID_SCALE)
    schema["properties"]["raid"]["properties"] = {RAID_SCALE_AT[-1]: scale}
    for section in NAMED:
        schema["properties"][section]["propertyNames"] = {"pattern": NAME_PATTERN}
    schema = _clean(schema)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "mcdefense scenario",
        **schema,
    }


def _models(model: type[BaseModel]) -> list[type[BaseModel]]:
    """The model and all that its fields can hold, each once."""
    found: list[type[BaseModel]] = [model]
    for known in found:
        for info in known.model_fields.values():
            found += [m for m in models_in(info.annotation) if m not in found]
    return found


def _describe(model: type[BaseModel], place: dict[str, Any]) -> None:
    place["description"] = inspect.cleandoc(model.__doc__ or "")
    texts = descriptions(model)
    for name, info in model.model_fields.items():
        if (key := info.alias or name) in place["properties"]:
            place["properties"][key]["description"] = " ".join(texts[name].split())


def _clean(node: Any, names: bool = False) -> Any:
    """Without pydantic's own titles, and without null, which TOML does not have."""
    if isinstance(node, list):
        return [_clean(part) for part in node]
    if not isinstance(node, dict):
        return node
    kept = {
        key: _clean(part, names=key in ("properties", "$defs") and not names)
        for key, part in node.items()
        if names or not (key == "title" or (key == "default" and part is None))
    }
    if not names and isinstance(options := kept.get("anyOf"), list):
        options = [part for part in options if part != {"type": "null"}]
        if len(options) == 1:
            del kept["anyOf"]
            return {**options[0], **kept}
        kept["anyOf"] = options
    return kept
