"""What a scenario with an opportunity table gives in vain: kill probabilities that its rows give
themselves, keys that only a laydown uses, and assets at which none of its waves flies."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from mcdefense.contract import NO_ASSET
from mcdefense.preview.sources import value_text
from mcdefense.scenario import Scenario, resolve_architecture, value_at

_LAYDOWN_KEYS = {
    "asset": ("at_deg",),
    "sensor": (
        *("at_deg", "height_m", "reach_km", "max_range_km", "sector_deg", "elevation_deg"),
        *("revisit_s", "p_look", "cued", "sees"),
    ),
    "battery": ("at_deg", "launch_spacing_s"),
    "interceptor": ("speed_kms", "flyout", "launch_delay_s"),
    "threat": (
        *("flight", "speed_kms", "height_km", "loft_deg", "glide_height_km", "dive_range_km"),
        *("rcs_m2", "launch_spacing_s"),
    ),
    "raid": ("routes",),
}
"""Keys of which nothing follows where the opportunities and tracks come from tables."""
_AGAINST_KEYS = ("range_km", "altitude_km")
"""The same of what an interceptor can do against a class."""
_MOST_NAMED = 4


def in_vain_beside_rows(scenario: Scenario) -> Iterator[str]:
    """A sentence for each."""
    if scenario.opportunities is None:
        return
    yield from _sspk(scenario)
    if not any(wave.laydown for wave in scenario.raid.values()):
        yield from _laydown_keys(scenario)
        yield from _unnamed(scenario)


def sspk_of_rows(scenario: Scenario) -> dict[tuple[str, str], set[float]]:
    """Interceptors and threat classes of which every row of the table gives its own kill
    probability, with those that the rows give: the interceptor's own value is not used."""
    if scenario.opportunities is None:
        return {}
    columns = scenario.opportunities.columns
    found: dict[tuple[str, str], set[float]] = {}
    kinds = {name: wave.class_ for name, wave in scenario.raid.items()}
    for interceptor, threat, sspk in zip(
        columns.interceptor, columns.threat, columns.sspk.tolist(), strict=True
    ):
        found.setdefault((interceptor, kinds[threat.partition(".")[0]]), set()).add(sspk)
    by_envelope = {wave.class_ for wave in scenario.raid.values() if wave.laydown}
    return {
        pair: given
        for pair, given in found.items()
        if all(sspk == sspk for sspk in given) and pair[1] not in by_envelope  # NaN: none
    }


def _sspk(scenario: Scenario) -> Iterator[str]:
    """Kill probabilities of interceptors that somebody gives, where the rows' own hold instead."""
    filled = {one.path for one in scenario.filled}
    overridden = {path for given in scenario.given for path in given.fixed}
    resolved = [resolve_architecture(scenario, name) for name in scenario.architecture]
    found: dict[str, list[str]] = {}
    for (interceptor, kind), of_rows in sspk_of_rows(scenario).items():
        against = scenario.interceptor[interceptor].against.get(kind)
        known = None if against is None else against.sspk
        path = f"interceptor.{interceptor}.against.{kind}.sspk"
        if path in overridden:
            found.setdefault("an override", []).append(f"{path} = {value_text(known)}")
            continue
        if known is not None and path not in filled and known not in of_rows:
            found.setdefault("the file", []).append(f"{path} = {value_text(known)}")
        for one in resolved:
            if path in one.set_paths and (own := value_at(one.scenario, path)) != known:
                text = f"{path} = {value_text(own)}"
                found.setdefault(f"architecture {one.name}", []).append(text)
    for who, values in found.items():
        more = f" and {len(values) - 1} more like it" * (len(values) > 1)
        yield (
            f"{who} gives {values[0]}{more} in vain: every row of [opportunities] for that round "
            "and class gives its own sspk, which holds instead; change it there, or leave it out "
            "of these rows"
        )


def _laydown_keys(scenario: Scenario) -> Iterator[str]:
    """Keys that the user gave and only a laydown uses, in one sentence."""
    filled = {one.path for one in scenario.filled}
    given = [path for path in _given_laydown_keys(scenario) if not _within(path, filled)]
    if given:
        more = f" and {len(given) - _MOST_NAMED} more" * (len(given) > _MOST_NAMED)
        it = "it" if len(given) == 1 else "them"
        yield (
            f"{', '.join(given[:_MOST_NAMED])}{more}: no trial uses {it}, at most a map, since all "
            "opportunities and tracks come from tables; change their rows instead, or give the "
            "waves `from` and `arrival_s` for a laydown"
        )


def _within(path: str, filled: set[str]) -> bool:
    """Whether the library gave the value at a path, or all that is in it."""
    return path in filled or any(one.startswith(f"{path}.") for one in filled)


def _given_laydown_keys(scenario: Scenario) -> Iterator[str]:
    radars = {
        f"{name}_radar": battery.at_deg
        for name, battery in scenario.battery.items()
        if f"{name}_radar" in battery.sensors
    }
    for section, keys in _LAYDOWN_KEYS.items():
        entries: dict[str, BaseModel] = getattr(scenario, section)
        for name, entry in entries.items():
            for key in keys:
                value = getattr(entry, key)
                if key not in entry.model_fields_set or value is None:
                    continue
                if key == "at_deg" and section == "sensor" and radars.get(name) == value:
                    continue  # the place of its battery
                yield f"{section}.{name}.{key}"
            if section == "interceptor":
                for kind, against in scenario.interceptor[name].against.items():
                    for key in _AGAINST_KEYS:
                        if getattr(against, key) is not None:
                            yield f"interceptor.{name}.against.{kind}.{key}"


def _unnamed(scenario: Scenario) -> Iterator[str]:
    """Waves without an asset, where the file has assets that are worth something."""
    worth = [name for name, asset in scenario.asset.items() if asset.value]
    waves = [
        name
        for name, wave in scenario.raid.items()
        if wave.asset is None and scenario.threat[wave.class_].role == "live"
    ]
    if worth and waves:
        several = len(waves) > 1
        yield (
            f"wave{'s' * several} {', '.join(waves)}: no leaker of {'them' if several else 'it'} "
            f"damages {' or '.join(worth)}, since without `asset` a wave with start_s flies at "
            f'"{NO_ASSET}"; name the asset in the wave'
        )
