"""What bench/gpu.py finds, on the screen and in a file as it comes."""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Found = Iterator[tuple[str, Any]]
"""What a part finds, one after the other."""


def short(value: Any) -> str:
    """A value as a short line: numbers with four digits."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {short(own)}" for key, own in value.items()) + "}"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def measured(kept: dict[str, Any], part: str, coming: Found, file: Path | None) -> bool:
    """Whether a part goes through; what it finds is printed and written as it comes."""
    begin, found = time.perf_counter(), kept.setdefault(part, {})
    try:
        for name, value in coming:
            seconds = time.perf_counter() - begin
            said = "and more" if found.get(name) is value else short(value)
            found[name] = value
            print(f"{part} {name} ({seconds:.0f} s): {said}", flush=True)
            write(kept, file)
    except Exception as error:
        found["failed"] = "".join(traceback.format_exception(error))[-3000:]
        print(f"{part} failed: {found['failed']}", flush=True)
        write(kept, file)
    print(f"{part}: {time.perf_counter() - begin:.1f} s", flush=True)
    return "failed" not in found


def write(kept: dict[str, Any], file: Path | None) -> None:
    """The figures so far into the file, if there is one."""
    if file:
        file.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
