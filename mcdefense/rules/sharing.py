"""How a cell shares its rounds among the objects of a burst.

- `burst` (rule 18): when several of a cell's launches fall within `burst_s`, the cell decides once,
  at the first of them, how to share its rounds.
- `sharing` (rule 18, `even`): the rounds are shared evenly. With 5 rounds, 3 threats and a salvo of
  4 the threats get 2, 2 and 1.
- `random_sharing` (rule 19): the odd rounds go to threats drawn by lot, as 2, 1 and 2. Where each
  cell serves the first that comes, as many threats as it can serve are drawn, and get full salvos.

The engine comes to the burst's magazines, batteries and objects one after another, in an order that
the schedule has fixed, and keeps a `BurstCount` between them.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp

from mcdefense.rules.belief import believe
from mcdefense.rules.decision import called, in_play, tracked, up
from mcdefense.rules.numbers import Number, Small, Truth, as_small, as_wide
from mcdefense.rules.salvo import full_salvo
from mcdefense.rules.situation import Situation


class BurstCount(NamedTuple):
    """What a cell has counted so far in the burst at hand; rounds and units in 32 bits."""

    due: Number  # objects due a new look that have got no share yet
    rounds: Number  # rounds that have not been shared out yet
    battery_rounds: Number  # rounds of the battery being counted
    units: Number  # salvos that the channels and rounds of the batteries can serve
    salvo: Number  # most rounds due at the object being tested; 0 if it is not due a look


def nothing_counted(row: Number) -> BurstCount:
    """The counts at the start of a burst; `row` is any number of the trials at hand."""
    none, no_rounds = jnp.zeros_like(as_small(row)), jnp.zeros_like(as_wide(row))
    return BurstCount(none, no_rounds, no_rounds, no_rounds, none)


def with_magazine(count: BurstCount, rounds: Number) -> BurstCount:
    """With the rounds of one more magazine of the battery being counted."""
    rounds = as_wide(rounds)
    return count._replace(
        rounds=count.rounds + rounds, battery_rounds=count.battery_rounds + rounds
    )


def with_battery(count: BurstCount, free: Number, unlimited: Truth, salvo: Number) -> BurstCount:
    """With the units of the battery whose magazines have just been counted (19, `random_sharing`).

    A unit is a first salvo that it can fire: as many as it has channels free, or as its rounds
    suffice for if that is less.
    """
    salvo = jnp.maximum(salvo, 1)
    served = quotient(count.battery_rounds + salvo - 1, salvo)
    units = jnp.where(unlimited, served, jnp.minimum(free, served))
    return count._replace(
        units=count.units + units, battery_rounds=jnp.zeros_like(count.battery_rounds)
    )


def with_test(count: BurstCount, situation: Situation) -> BurstCount:
    """With one opportunity of the object being tested: whether it makes a new look due."""
    open_, believed_alive = believe(situation)
    due = in_play(situation) & up(situation) & tracked(situation) & called(situation)
    due = due & believed_alive & jnp.logical_not(open_)
    rounds = jnp.where(due, full_salvo(situation), Small(0))
    return count._replace(salvo=jnp.maximum(count.salvo, rounds))


def with_object(count: BurstCount) -> tuple[Number, BurstCount]:
    """The rounds due at the object just tested, and the counts with it."""
    due = count.due + as_small(count.salvo > 0)
    return count.salvo, count._replace(due=due, salvo=jnp.zeros_like(count.salvo))


def lots(count: BurstCount) -> Number:
    """How many equally likely numbers, from 0 on, the next share is drawn from; at least 1."""
    return jnp.maximum(count.due, 1)


def even_share(count: BurstCount, due: Number, number: Number) -> tuple[Number, BurstCount]:
    """The next object's even share of the rounds, and the counts without it (`sharing`).

    R rounds among n objects are a each and r odd ones, R = an + r. This object gets an odd one if
    its `number` is below r: 0 if odd rounds go in turn, drawn from `lots` if they go by lot.
    """
    objects = as_wide(lots(count))
    each = quotient(count.rounds, objects)
    odd = count.rounds - each * objects
    given = jnp.minimum(each + as_wide(number < odd), as_wide(due))
    left = count._replace(rounds=count.rounds - given, due=count.due - as_small(due > 0))
    return as_small(given), left


def full_share(count: BurstCount, due: Number, number: Number) -> tuple[Number, BurstCount]:
    """A full salvo for the next object, or nothing, and the counts without it (`random_sharing`).

    It is served if its `number`, drawn from `lots`, is below the units left.
    """
    is_due = as_small(due > 0)
    served = as_small(number < count.units) * is_due
    left = count._replace(units=count.units - as_wide(served), due=count.due - is_due)
    return served * due, left


def quotient(number: Number, divisor: Number) -> Number:
    """The whole quotient of a number from 0 to 2**23 by one from 1 on, both of 32 bits.

    In float32, exact or not, and then set right: no processor divides vectors of integers.
    """
    near = as_wide(jnp.float32(number) / jnp.float32(divisor))
    rest = number - near * divisor
    return near + as_wide(rest >= divisor) - as_wide(rest < 0)
