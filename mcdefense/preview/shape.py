"""Which worlds and trials a precision takes, told from a pilot: a small run in memory."""

from __future__ import annotations

import math

from mcdefense.preview.forecast import PAIRINGS_PER_CORE_S, TRIALS_PER_CORE_S, Forecast
from mcdefense.preview.survey import Survey
from mcdefense.report import duration, wrapped
from mcdefense.run import Precision
from mcdefense.scenario import Scenario
from mcdefense.statistics import Plans, deviations_of, headline
from mcdefense.world import raid_plan_weights

PILOT_WORLDS, PILOT_TRIALS = 64, 256
FEWEST_WORLDS = 32
"""Worlds that are proposed at least: fewer do not show how worlds differ."""
FEWEST_TRIALS, MOST_TRIALS = 64, 65536
"""Trials a world that are proposed: fewer leave the vectors of a core half empty."""


def shape_lines(
    scenario: Scenario, survey: Survey, expected: Forecast, precision: Precision
) -> list[str]:
    """What a pilot says of the run's own shape and of the one that reaches the precision for
    least time; the times are of cores, without compiling.

    Raises InputError for a raid or a flight that cannot be.
    """
    from mcdefense.run import simulate  # imports JAX, which `check` does without

    result = simulate(scenario, worlds=PILOT_WORLDS, trials_per_world=PILOT_TRIALS)
    names = list(scenario.architecture)
    baseline, compare = scenario.baseline or names[0], scenario.compare or names[-1]
    found = deviations_of(result, baseline, compare)
    value, _, _ = headline(
        result.tally, baseline, compare, Plans(result.plan, raid_plan_weights(scenario))
    )
    lines = [f"A SHAPE, from a pilot of {PILOT_WORLDS} worlds x {PILOT_TRIALS} trials"]
    of = f"{compare} - {baseline}" if baseline != compare else baseline
    said = (
        f"{of}: {value:.3g} leakers a raid; worlds differ by {found.worlds:.3g} (standard "
        f"deviation), the trials of a world by {found.trials:.3g}"
    )
    lines += wrapped(said, "    ", "  ")
    wanted = precision.leakers(value)
    if not found.worlds and not found.trials:
        return [*lines, *wrapped("no trial differed from another: the least run will do", "    ")]
    world_s = survey.seconds_later * survey.relative_size
    pairings = expected.pairings / (expected.worlds * expected.trials_per_world)
    trial_s = max(pairings / PAIRINGS_PER_CORE_S, 1 / TRIALS_PER_CORE_S)

    def said_of(worlds: int, trials: int) -> str:
        time = duration(worlds * (world_s + trials * trial_s))
        half = found.half_width(worlds, trials)
        return f"{worlds:,} worlds x {trials:,} trials: +-{half:.3g}, some {time} of a core"

    own = said_of(expected.worlds, expected.trials_per_world)
    lines += wrapped(f"as [run] has it: {own}", "    ", "  ")
    if not wanted:
        none = f"no shape reaches {precision} of a headline of 0"
        return [*lines, *wrapped(none, "    ", "  ")]
    best = min(max(found.best_trials(world_s, trial_s), FEWEST_TRIALS), MOST_TRIALS)
    trials = 2 ** round(math.log2(best))
    proposed = said_of(max(found.worlds_for(wanted, trials), FEWEST_WORLDS), trials)
    return [*lines, *wrapped(f"for +-{wanted:.3g}, least time: {proposed}", "    ", "  ")]
