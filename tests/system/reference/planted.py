"""Faults of the second engine: what is changed, and to what, so that a comparison must find it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.system.reference import (
    reference_draws,
    reference_losses,
    reference_onset,
    reference_orders,
    reference_sharing,
    reference_trial,
    reference_world,
)
from tests.system.reference.reference_belief import Belief
from tests.system.reference.reference_defence import Defence
from tests.system.reference.reference_losses import Lost
from tests.system.reference.reference_luck import NEVER, Luck
from tests.system.reference.reference_onset import Charge
from tests.system.reference.reference_raid import RaidObject
from tests.system.reference.reference_reloads import Due, Stores
from tests.system.reference.reference_trial import Trial


def _never_refused(*_arguments: object) -> None:
    return None


def _all_remember(trial: Trial, others: Sequence[Trial]) -> None:
    """The fallback's cells have the looks of those before them, where they have their names."""
    cut(trial, others)
    for other in others:
        other.beliefs = trial.beliefs


cut = reference_onset.cut


ONSET_FAULTS: dict[str, tuple[object, str, object]] = {
    "nobody loses anything": (Charge, "refuses", _never_refused),
    "looks are remembered": (reference_onset, "cut", _all_remember),
    "the onset has another draw": (reference_onset, "ONSET", reference_draws.DAMAGE),
}
"""Faults of the reference that only a loss during the raid shows."""


def _blind_to_others(_trial: Trial, belief: Belief) -> bool:
    return belief.alive or (belief.look is not None and belief.look.open)


def _never_cued(luck: Luck, sensor: str, one: RaidObject, _warned_ms: int) -> int:
    return first_track(luck, sensor, one, NEVER)


def _never(*_arguments: object) -> bool:
    return False


def _nothing(*_arguments: object) -> None:
    return None


def _one_look(*_arguments: object) -> int:
    return 1


def _order_of_the_file(*arguments: Any) -> Any:
    return arguments[1]


def _none(*_arguments: object) -> int:
    return 0


def _no_time(_seconds: float) -> int:
    return 0


first_track = Luck.first_track


FAULTS: dict[str, tuple[object, str, object]] = {
    "a channel that ends at t is not free at t": (reference_trial, "RELEASE", 9),
    "a look that ends at t is not over at t": (reference_trial, "LOOK_OVER", 9),
    "a plan comes after the launches of its time": (reference_trial, "PLAN", 9),
    "others' kills are never seen": (Trial, "_believed_alive", _blind_to_others),
    "no sensor is cued": (Luck, "first_track", _never_cued),
    "dual tracks are not doubled": (Luck, "doubled", _never),
    "nothing is preferred": (reference_orders, "_preferred", _nothing),
    "waiting keeps no looks": (reference_orders, "looks_left", _one_look),
    "the file decides who fires first": (reference_world, "_order", _order_of_the_file),
    "no reserve is pooled": (Trial, "_pooled_reserve", _none),
    "the choice has another draw": (reference_sharing, "CHOICE", reference_draws.DAMAGE),
    "decisions and holds take no time": (reference_trial, "milliseconds", _no_time),
}
"""Faults of the reference: what is changed, and to what."""


def _nobody_alone(_defence: Defence) -> None:
    return None


POST_FAULTS: dict[str, tuple[object, str, object]] = {
    "nothing is ever damaged": (Lost, "hit", _nothing),
    "batteries do not go on by themselves": (Defence, "alone", _nobody_alone),
    "looks are remembered": (reference_onset, "cut", _all_remember),
    "damage has another draw": (reference_losses, "DAMAGE", reference_draws.ONSET),
    "an impact comes after the launches of its time": (reference_trial, "IMPACT", 9),
}
"""Faults of the reference that only posts show."""


LOSS_FAULTS: dict[str, tuple[object, str, object]] = {
    "nothing is ever lost": (Lost, "hit", _nothing),
    "an impact comes after the launches of its time": (reference_trial, "IMPACT", 9),
}
"""Faults of the reference that only losses show."""


fill = Stores.fill


def _without_end(stores: Stores, rounds: dict[tuple[str, str], int], due: Due) -> None:
    """A store that never runs out."""
    stores.left[due.magazine] = float("inf")
    fill(stores, rounds, due)


RELOAD_FAULTS: dict[str, tuple[object, str, object]] = {
    "nothing is ever put in": (Stores, "fill", _nothing),
    "a store has no end": (Stores, "fill", _without_end),
    "a reload comes after the launches of its time": (reference_trial, "RELOAD", 9),
}
"""Faults of the reference that only reloads show."""
