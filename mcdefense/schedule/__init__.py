"""Opportunities, tracks and worlds: a scenario as arrays of integers."""
