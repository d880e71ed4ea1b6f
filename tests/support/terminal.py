"""What a program writes to a terminal."""

from __future__ import annotations

import os


def read_to_the_end(ours: int) -> str:
    """All that comes from a terminal until its other end is closed; closes this one."""
    shown = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # Linux: the other end is closed
            break
        if not part:
            break
        shown += part
    os.close(ours)
    return shown.decode()
