"""What to ask a cluster for: the forecast of one shard of a run."""

from __future__ import annotations

from dataclasses import replace

from mcdefense.preview.forecast import forecast
from mcdefense.preview.survey import survey
from mcdefense.run import Array
from mcdefense.scenario import Scenario


def with_limits(array: Array, scenario: Scenario) -> Array:
    """The array with the run's size filled in, and the time and memory of its largest shard.

    Raises InputError for a raid or a flight that cannot be.
    """
    run = scenario.run
    worlds = run.worlds if array.worlds is None else array.worlds
    trials = run.trials_per_world if array.trials_per_world is None else array.trials_per_world
    seed = run.seed if array.seed is None else array.seed
    whole = replace(array, worlds=worlds, trials_per_world=trials, seed=seed)
    if array.time_limit is None or array.memory is None:
        of_a_shard = -(-max(worlds, 1) // max(array.shards, 1))
        cores = max(array.cpus_per_task, 1)
        expected = forecast(survey(scenario, seed), of_a_shard, max(trials, 1), cores)
        whole = replace(
            whole,
            time_limit=array.time_limit or expected.time_limit,
            memory=array.memory or expected.memory_limit,
        )
    return whole
