"""Records the digest of every text, and what each kernel takes of each kind of card.

python tests/gpu/record_kernels.py    after a change of rules or of the writer that is meant
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("JAX_PLATFORMS", "cpu")
sys.path.insert(0, str(Path(__file__).parents[2]))


def main() -> None:
    """Write the record."""
    from mcdefense.gpu.compiling import compiler_version
    from tests.gpu.test_compiling import ARCHITECTURES, CASES, KEPT, program, taken

    programs = {name: program(name) for name in CASES}
    record = {
        "compiler": compiler_version(),
        "text_sha256": {name: made.digest for name, made in programs.items()},
        "taken": {
            name: {
                architecture: taken(programs[name], architecture) for architecture in ARCHITECTURES
            }
            for name in ("quick_start", "eastern_flank")
        },
    }
    KEPT.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
