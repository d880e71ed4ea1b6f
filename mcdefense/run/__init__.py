"""Runs: worlds in batches over devices."""

from mcdefense.run.dask import simulate_on_dask
from mcdefense.run.simulation import Progress, simulate

__all__ = ["Progress", "simulate", "simulate_on_dask"]
