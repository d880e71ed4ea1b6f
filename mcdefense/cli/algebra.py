"""Linear algebra takes one core of a command.

NumPy's library for it starts a thread a core, and threads that wait for each other spin. Beside
other programs the small matrices of `drivers` took 20 s of a core on two threads, and 2.3 s on one.
What has work for many cores, the engine and the building of worlds, shares it out itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

VARIABLES = ("MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""Threads of each library that NumPy may be built with; read as NumPy is imported."""


@contextmanager
def on_one_core() -> Iterator[None]:
    """Set those that the user has not set, and take them back afterwards."""
    own = [name for name in VARIABLES if name not in os.environ]
    os.environ.update(dict.fromkeys(own, "1"))
    try:
        yield
    finally:
        for name in own:
            os.environ.pop(name, None)
