"""What a raid costs, by architecture: batteries and sensors (rule 39, `losses`), command posts
(rule 43, `post`)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from mcdefense.report.lines import heading, row, wrapped
from mcdefense.report.numbers import UNKNOWN, percent
from mcdefense.report.reading import Interval, Reading
from mcdefense.statistics import OUTCOMES

_MOST = 6
_KINDS = ("battery.", "sensor.")


_LOSSES = {
    "network": "network: it was lost during the raid, and its fallback did not fire yet",
    "lost": "lost: the battery, or every sensor that tracked the threat, had been hit by a leaker",
}
"""What is lost in the two causes of a leak that are about losses (rule 29, `cause`)."""


def loss_notes(causes: Collection[str]) -> list[str]:
    """What is lost in those of these causes that are about losses; nothing if none is."""
    said = [text for cause, text in _LOSSES.items() if cause in causes]
    return wrapped(f"({'; '.join(said)})") if said else []


def lost(reading: Reading) -> list[str]:
    """How often each battery and sensor that a raid flies at is hit, in the two compared.

    No lines where no loss ever prevented a launch.
    """
    result = reading.result
    names = result.tally.axes.asset
    shown = list(dict.fromkeys((reading.baseline, reading.compare)))
    hits = result.tally["asset_damaged"].sum(axis=0)
    if not result.tally["outcome"][..., OUTCOMES.index("lost")].any():
        return []
    places = [m for m, name in enumerate(names) if name.startswith(_KINDS) and hits[m]]
    places = sorted(places, key=lambda m: -int(hits[m]))[:_MOST]
    widths = [24] * len(shown)
    lines = heading("HIT, % OF TRIALS", [reading.labels[i] for i in shown], 24, widths)
    for m in places:
        cells = [percent(reading.estimate("p_asset_damaged", i, m), 23) for i in shown]
        lines.append(row(names[m], cells, 24, widths))
    return lines


def posts_lost(reading: Reading) -> list[str]:
    """How often each post of the two compared is damaged, so that what is led from it ends.

    No lines where neither has a post. A post at which nothing flies is never damaged.
    """
    shown = list(dict.fromkeys((reading.baseline, reading.compare)))
    led = list(dict.fromkeys(p for i in shown for p in reading.posts.get(i, {}).items()))
    if not led:
        return []
    widths = [24] * len(shown)
    lines = heading("POSTS LOST, % OF TRIALS", [reading.labels[i] for i in shown], 28, widths)
    for what, asset in led[:_MOST]:
        cells = []
        for i in shown:
            has = reading.posts.get(i, {}).get(what) == asset
            cells.append(_share(reading, i, asset, 23) if has else UNKNOWN)
        lines.append(row(f"{what}, at {asset}", cells, 28, widths))
    if len(led) > _MOST:
        lines.append(f"and {len(led) - _MOST} more")
    return lines


def post_lost(reading: Reading, a: int, asset: str) -> Interval:
    """The share of trials in which an architecture loses an asset from which it is led: 0 for one
    at which nothing flies."""
    names = reading.result.tally.axes.asset
    if asset not in names:
        return Interval(0.0, 0.0, 0.0)
    return reading.estimate("p_asset_damaged", a, names.index(asset))


def posts_in_words(reading: Reading, a: int) -> str:
    """What an architecture loses with its posts, and in how many trials; "" without posts."""
    led = list(reading.posts.get(a, {}).items())
    texts = [f"{what}, at {asset}, {_share(reading, a, asset)}" for what, asset in led[:_MOST]]
    if len(led) > _MOST:
        texts.append(f"and {len(led) - _MOST} more")
    return "; ".join(texts)


def posts_as_json(reading: Reading, a: int) -> dict[str, Any]:
    """By what is led from a post the asset that this is, and in which share of trials it is lost
    (rule 43, `post`)."""
    return {
        what: {"post": asset, "lost": post_lost(reading, a, asset).as_json}
        for what, asset in reading.posts.get(a, {}).items()
    }


def _share(reading: Reading, a: int, asset: str, width: int = 80) -> str:
    known = asset in reading.result.tally.axes.asset
    return percent(post_lost(reading, a, asset), width) if known else "0"
