"""Runs: worlds in batches over devices."""

from mcdefense.run.simulation import Progress, simulate

__all__ = ["Progress", "simulate"]
