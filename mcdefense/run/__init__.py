"""Runs: worlds in batches over devices."""

from mcdefense.run.simulate import Progress, simulate

__all__ = ["Progress", "simulate"]
