"""One Slurm for all tests of the folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from slurm_cluster import Cluster, why_not


@pytest.fixture(scope="session")
def slurm() -> Iterator[Cluster]:
    """A running Slurm; the test is skipped with the reason where there can be none."""
    reason = why_not()
    if reason is not None:
        pytest.skip(f"no Slurm: {reason}")
    with Cluster() as cluster:
        yield cluster
