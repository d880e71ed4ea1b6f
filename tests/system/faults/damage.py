"""Truncated and bit-flipped files: refused in one line, or proven harmless; nothing crashes."""

from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.system.faults.batch_run import ROOT

_READER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from mcdefense.errors import McdefenseError
from mcdefense.run import merge_files
from mcdefense.store import read
from mcdefense.store.write import encode
original = read(sys.argv[1])
image = encode(original)

def judged(same):
    try:
        return "harmless" if same() else "accepted"
    except McdefenseError as error:
        return "refused" if len(str(error).splitlines()) == 1 else "unclear"
    except BaseException as error:
        return "traceback"

for line in sys.stdin:
    path = Path(line.strip())
    whole = judged(lambda: encode(read(path)) == image)
    counts = judged(lambda: merge_files([path]).tally.equals(original.tally))
    print(whole if counts in ("harmless", "refused") else counts, flush=True)
"""


@dataclass
class Damage:
    """What became of reading and merging them; `accepted`: as something else than was written."""

    files: int = 0
    refused: int = 0
    harmless: int = 0
    accepted: int = 0
    unclear: int = 0
    traceback: int = 0
    crashed: int = 0


def flipped(path: Path, count: int, seed: int) -> Damage:
    """Copies of the file with one bit changed anywhere."""
    image, draw = path.read_bytes(), random.Random(seed)
    copies = []
    for _ in range(count):
        copy = bytearray(image)
        copy[draw.randrange(len(copy))] ^= 1 << draw.randrange(8)
        copies.append(bytes(copy))
    return _read(path, copies)


def cut_short(path: Path, count: int, seed: int) -> Damage:
    """Copies of the file that end anywhere."""
    image, draw = path.read_bytes(), random.Random(seed)
    return _read(path, [image[: draw.randrange(len(image))] for _ in range(count)])


def _read(path: Path, copies: list[bytes]) -> Damage:
    """Reads every copy in a process that may crash, and is then started again."""
    found = Damage()
    copy = path.with_name("damaged.h5")
    reader: subprocess.Popen[str] | None = None
    for image in copies:
        copy.write_bytes(image)
        if reader is None:
            reader = _started(path)
        assert reader.stdin is not None
        assert reader.stdout is not None
        reader.stdin.write(f"{copy}\n")
        reader.stdin.flush()
        verdict = reader.stdout.readline().strip() or "crashed"
        found.files += 1
        setattr(found, verdict, getattr(found, verdict) + 1)
        if verdict == "crashed":
            reader.wait()
            reader = None
    if reader is not None:
        reader.communicate()
    copy.unlink(missing_ok=True)
    return found


def _started(path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _READER, str(path), str(ROOT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
