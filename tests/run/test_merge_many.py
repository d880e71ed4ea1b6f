"""A merge of many files takes little more memory than their counts."""

from __future__ import annotations

import gc
import tracemalloc
from pathlib import Path

from mcdefense.run import merge_files
from mcdefense.run.simulation import part_of
from tests.support.many_shards import write_shards

FEW, MANY = 70, 140
"""Files; below 64 the merge still keeps what each says of itself."""


def peak_bytes(paths: list[Path]) -> int:
    """The most that Python holds while these are merged."""
    gc.collect()
    tracemalloc.start()
    merge_files(paths, allow_gaps=True)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_memory_grows_by_the_counts_alone(tmp_path: Path) -> None:
    """A file more takes at most four times the bytes of its counts (theirs, a copy as the
    result's, the estimates made of them) and 6,000 for its name and what it says of itself;
    a file kept whole would take far more."""
    paths = write_shards(tmp_path, MANY)
    merged = part_of(merge_files(paths[:2], allow_gaps=True))
    counts = sum(array.nbytes for array in merged.tally.counts.values()) / 2
    few, many = peak_bytes(paths[:FEW]), peak_bytes(paths)
    assert (many - few) / (MANY - FEW) < 4 * counts + 6_000, (few, many, counts)
    assert paths[0].stat().st_size > 2 * (4 * counts + 6_000)
