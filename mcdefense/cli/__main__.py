"""`python -m mcdefense.cli`: the same program as `python -m mcdefense`."""

from __future__ import annotations

from mcdefense.cli.program import main

if __name__ == "__main__":
    main(prog_name="mcdefense")
