"""The arrays of a schedule that say what changes while the defence fights: networks, batteries,
sensors and posts that are lost (rules 38, 39 and 43: `onset`, `losses`, `post`), and magazines that
are filled up (rule 41, `reload`).

Declared as those of arrays.py, of which they are groups.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Int32

Int = np.ndarray[tuple[Any, ...], np.dtype[np.int32]]  # a class, which an alias of NumPy 2.5 is not


class OnsetRows(NamedTuple):
    """The loss of a network during the raid (rule 38, `onset`); no rows where no network has one.

    A trial draws 30 bits from which the onset follows (schedule/onsets.py), so that an opportunity
    need only know which of them have come by its launch.
    """

    orders: Int32[Int, "architectures onset_turns"]
    """Whose orders each turn follows: the architecture's, or those of its fallback."""
    ended: Int32[Int, "orders onset_rows"]
    """Highest draw whose onset has come by the launch; -1 none."""
    handed: Int32[Int, "orders onset_rows"]
    """Highest draw whose dead time is over by the launch; -1 none, as without a fallback."""
    cause: Int32[Int, " onset_orders"]
    """What an opportunity leaves between the two."""
    loads: Int32[Int, " onset_orders"]
    """Architecture whose rounds are loaded where the network is lost; of its own orders."""
    impact: Int32[Int, "architectures onset_objects"]
    """Highest draw whose onset has come by the object's impact; NO_LOSS: it has no onset."""


class LossRows(NamedTuple):
    """Batteries and sensors that leakers damage (rule 39, `losses`); no rows where none can be.

    A trial keeps a row for each that may be lost; row NEVER_LOST stays 0.
    """

    object: Int32[Int, " impacts"]
    """Live object of each impact, in the order of their times; one for each row that it sets."""
    row: Int32[Int, " impacts"]
    """Row that it sets."""
    flags: Int32[Int, " impacts"]
    """Flags row whose OUT_OF_PLAY says that the object is absent."""
    may_come: Int32[Int, "architectures impacts"]
    """TAKES_BATTERY or TAKES_SENSOR of an impact under the architecture, else 0; the impacts of
    each are in the order of their times."""
    impact_begin: Int32[Int, "orders loss_rows"]
    """Range of impacts before each opportunity, if it is allowed."""
    impact_end: Int32[Int, "orders loss_rows"]
    battery: Int32[Int, " loss_batteries"]
    """Row of each battery."""
    magazine: Int32[Int, " loss_magazines"]
    """Row of each magazine's battery."""
    part_begin: Int32[Int, "orders loss_rows"]
    """Range of the parts of an opportunity's gate; empty: no track of it can be lost."""
    part_end: Int32[Int, "orders loss_rows"]
    part_gate: Int32[Int, " parts"]
    """Gate with the tracks of one sensor, or of all that are never lost."""
    part_lost: Int32[Int, " parts"]
    """Row of that sensor."""
    part_cover: Int32[Int, " parts"]
    """Row of an own sensor without whose cover these tracks do not guide the round."""


class PostRows(NamedTuple):
    """Command posts that leakers damage (rule 43, `post`); no rows where none can be.

    What is lost with a post lies in rows of LossRows. Orders of cells that are led from a post hold
    until its damage; others, of its batteries by themselves, from then on.
    """

    network: Int32[Int, " post_orders"]
    """Row of the network's post."""
    over: Int32[Int, " post_orders"]
    """Row that is set once the dead time after its damage is over."""
    cell: Int32[Int, "orders post_rows"]
    """Row of the post from which an opportunity's cell is led, or was."""
    takes_over: Int32[Int, " post_orders"]
    """1: orders of a fallback."""
    alone: Int32[Int, " post_orders"]
    """1: orders of batteries that fight by themselves after the damage."""


class ReloadRows(NamedTuple):
    """Magazines filled up from a store (rule 41, `reload`); no rows where none is."""

    magazine: Int32[Int, " reloads"]
    store: Int32[Int, " reloads"]
    rounds: Int32[Int, " reloads"]
    """Rounds due, if the magazine has room for them and the store holds them."""
    full: Int32[Int, " reloads"]
    """Rounds that the magazine has room for."""
    lost_full: Int32[Int, " reloads"]
    """The same where the network is lost (OnsetRows.loads)."""
    reload_begin: Int32[Int, "orders reload_rows"]
    """Range of reloads before each opportunity, if it is allowed."""
    reload_end: Int32[Int, "orders reload_rows"]
    initial: Int32[Int, "architectures stores"]
    """Rounds in each store at the start."""
