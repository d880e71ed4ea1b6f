"""The names behind the indices of a run, in file order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mcdefense.scenario import Scenario

NO_ASSET = "unnamed"
"""The asset of waves that name none (opportunity tables)."""


@dataclass(frozen=True)
class Names:
    """Index i of an axis is entry i of its tuple."""

    architecture: tuple[str, ...]
    threat_class: tuple[str, ...]  # classes that waves fly, live ones first
    battery: tuple[str, ...]
    interceptor: tuple[str, ...]
    sensor: tuple[str, ...]
    asset: tuple[str, ...]  # assets, then batteries and sensors that a wave flies at

    @staticmethod
    def of(scenario: Scenario, variants: Sequence[Scenario] = ()) -> Names:
        """The axes that every world of the scenario shares; `variants` are the scenario under
        each architecture, which may have other rounds in magazines and other sensors."""
        used = dict.fromkeys(wave.class_ for wave in scenario.raid.values())
        live = [c for c in used if scenario.threat[c].role == "live"]
        other = [c for c in used if scenario.threat[c].role != "live"]
        interceptors = dict.fromkeys(
            name
            for each in (scenario, *variants)
            for battery in each.battery.values()
            for name in battery.magazine
        )
        assets = dict.fromkeys(scenario.asset)
        for wave in scenario.raid.values():
            assets.update(dict.fromkeys(wave.asset_weights or (NO_ASSET,)))
        return Names(
            architecture=tuple(scenario.architecture),
            threat_class=tuple(live + other),
            battery=tuple(scenario.battery),
            interceptor=tuple(interceptors),
            sensor=tuple(dict.fromkeys(s for each in (scenario, *variants) for s in each.sensor)),
            asset=tuple(assets),
        )
