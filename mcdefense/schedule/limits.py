"""What a cell can know at a time: on whose track it fires, which looks are over, which kills show.

Times become ranks here. A launch asks at its own time; a burst asks for all its members at once, at
the time of its first.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import Integers
from mcdefense.firecontrol import UNSET, FireControl, Scope
from mcdefense.schedule.gates import Gates, gates_at
from mcdefense.schedule.listing import Listing

Indices = Integers | slice


class Guided(NamedTuple):
    """Which opportunities an architecture may use, and the gate of each."""

    scope: Scope
    gates: Gates
    gate_row: Integers  # [O] row of its gate, or FROM_THE_START
    start_ms: Integers  # [N] when each object starts
    takes_over: bool = False  # its cells come after others, whose kills they see as others'


class Limits(NamedTuple):
    """What is known at a time, as arrays of DoctrineRows are named; [opportunities asked for]."""

    gate: NDArray[np.int32]
    gate_limit: NDArray[np.int32]
    look_limit: NDArray[np.int32]
    seen_limit: NDArray[np.int32]


class Delays(NamedTuple):
    """How long what a cell asks for takes, by opportunity [O]."""

    ready_ms: Integers  # from the track to the launch (rule 12, `tracked`)
    look_ms: Integers  # until the look is over (rule 16, `look`)
    others_ms: Integers  # until another cell's kill shows (rule 15, `belief`)
    sees_others: NDArray[np.bool_]

    @classmethod
    def of(cls, control: FireControl, listing: Listing, guided: Guided) -> Delays:
        """Those of an architecture's doctrine."""
        scope, o, by_class = guided.scope, listing.timed, control.by_class
        alone = (scope.cells_reaching[o.object] <= 1) & (not guided.takes_over)
        others = scope.of_row(by_class.others_kills_ms)
        reaction_ms = control.batteries.reaction_ms[o.battery]
        return cls(
            ready_ms=scope.of_row(by_class.identification_ms) + reaction_ms,
            look_ms=scope.of_row(by_class.assessment_ms),
            others_ms=others,
            # With one cell at an object, its own looks tell it all: nothing to test.
            sees_others=~alone & (others != UNSET),
        )


def limits_at(
    time_ms: Integers, asking: Indices, listing: Listing, guided: Guided, delays: Delays
) -> Limits:
    """What is known at these times for the opportunities `asking`, one time for each."""
    object_, ready_ms = listing.timed.object[asking], time_ms - delays.ready_ms[asking]
    gates, intercepts = guided.gates, listing.intercepts
    seen = intercepts.at_or_before(object_, time_ms - delays.others_ms[asking]) - 1
    return Limits(
        gate=array(gates_at(ready_ms, guided.gate_row[asking], guided.start_ms[object_])),
        gate_limit=array(2 * gates.times.at_or_before(object_, ready_ms) - 1),
        look_limit=array(intercepts.at_or_before(object_, time_ms - delays.look_ms[asking]) - 1),
        seen_limit=array(np.where(delays.sees_others[asking], seen, -1)),
    )


def array(values: NDArray[Any]) -> NDArray[np.int32]:
    """As the engine takes them."""
    return values.astype(np.int32)
