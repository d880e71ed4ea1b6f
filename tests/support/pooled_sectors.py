"""Threats at rounds that are pooled, or lie in two sectors: what leaks is known exactly.

Every threat may be fired at until it is dead or no round is left, so that W threats meet as many
kills as R rounds make, at most W. In two sectors each threat is in one by a fair coin.
"""

from __future__ import annotations

from tests.support.exact_case import battery, cells, scenario, shots, threats, waves

KILL = 0.7
SITES = ("north", "south")


def pooled_or_sectors(count: int = 10, rounds: int = 8, looks: int = 16, run: str = "") -> str:
    """TOML of the scenario: two batteries of so many rounds each, all threats in one wave."""
    parts = [threats("salvo", count), *(battery(site, rounds) for site in SITES)]
    rows = [row for site in SITES for row in shots("salvo", site, waves(looks), KILL)]
    sectors = cells({f"at_{s}": [s] for s in SITES}, {f"at_{s}": 0.5 for s in SITES})
    architectures = {"sectors": sectors, "pooled": 'join = "all"'}
    return f"{run}\n" + scenario(parts, rows, architectures)
