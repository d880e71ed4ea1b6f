"""An array script for Slurm: text made from options alone, so that it is tested without Slurm."""

from __future__ import annotations

import math
import re
import shlex
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template

from mcdefense.errors import Fault, InputError
from mcdefense.run.output import files_of_run
from mcdefense.run.size import Shard

MOST_SHARDS = 10_000
"""The merge names every file to its program, and a system takes so many words."""
_LATEST_SIGNAL_S = 120
"""Slurm sends its signal up to 60 s early and never late; a batch and a save take seconds."""
_LEAST_LIMIT_S = 120
_MOST_RESTARTS = 100
"""A shard that gets nothing done between two time limits would otherwise go round for ever."""
_MERGE_MINUTES = 30
_MERGE_LEAST_MB = 1024
"""Measured on the largest example: some 200 MB without a world."""
_MEMORY = re.compile(r"[1-9]\d*[KMGT]?")
_LIMIT = re.compile(r"(?:(\d+)-)?(\d+)(?::(\d+))?(?::(\d+))?")


@dataclass(frozen=True)
class Array:
    """One run or one sweep as an array of shards, one a task, and a job that merges them.

    `program` are the words that start mcdefense on a node; what is None of the run's size comes
    from the scenario. `time_limit` and `memory` are of one shard, as sbatch takes them
    (`2:30:00`, `4G`); `sbatch` are further options of both jobs. `study` are the words of
    `mcdefense sweep` that say its axes or cases, and `points` is how many points these make, all of
    as many worlds; of a run they are None and 1. `merge_bytes` is what the merge needs beside the
    program.
    """

    scenario: Path
    output: Path
    shards: int
    program: tuple[str, ...]
    worlds: int | None = None
    trials_per_world: int | None = None
    seed: int | None = None
    checkpoint_every: float | None = None
    overrides: tuple[tuple[str, str], ...] = ()
    time_limit: str | None = None
    memory: str | None = None
    cpus_per_task: int = 1
    gpus: str | None = None
    partition: str | None = None
    account: str | None = None
    qos: str | None = None
    sbatch: tuple[str, ...] = ()
    force: bool = False
    study: tuple[str, ...] | None = None
    points: int = 1
    merge_bytes: int = 0

    @property
    def outputs(self) -> list[Path]:
        """The file of it all, and what the run of each shard writes."""
        shards = [Shard(number, self.shards) for number in range(1, self.shards + 1)]
        files = [file for shard in shards for file in files_of_run(shard.file(self.output))]
        return [self.output, *files]

    @property
    def run_words(self) -> list[str]:
        """The words of `mcdefense run` or `sweep` that are the same in every shard."""
        size = {
            "--worlds": self.worlds,
            "--trials-per-world": self.trials_per_world,
            "--seed": self.seed,
            "--checkpoint-every": self.checkpoint_every,
        }
        words = ["run" if self.study is None else "sweep", str(self.scenario.absolute())]
        words += ["-o", str(self.output.absolute()), *(self.study or ())]
        words += [f"{option}={value}" for option, value in size.items() if value is not None]
        words += [f"--set={path}={text}" for path, text in self.overrides]
        return [*words, *self.force_words]

    @property
    def force_words(self) -> list[str]:
        """`--force` if the script is to replace what is there."""
        return ["--force"] if self.force else []


def array_script(array: Array) -> str:
    """The script for `sbatch`; raises InputError for what Slurm or a shell would misread."""
    seconds = _check(array)
    output = array.output.absolute()
    folder = output.parent
    logs = f"{folder}/{output.stem}.slurm".replace("%", "%%")
    policy = [
        f"--{name}={value}"
        for name in ("partition", "account", "qos")
        if (value := getattr(array, name)) is not None
    ]
    policy += array.sbatch
    shard = [
        f"--job-name={_name(output)}",
        f"--array=1-{array.shards}",
        f"--time={array.time_limit}",
        f"--mem={array.memory}",
        f"--cpus-per-task={array.cpus_per_task}",
        *([] if array.gpus is None else [f"--gpus={array.gpus}"]),
        *policy,
        "--requeue",
        "--open-mode=append",
        f"--signal=B:USR1@{min(_LATEST_SIGNAL_S, seconds // 4)}",
        f"--output={logs}-%A_%a.log",
    ]
    merge = [
        f"--job-name={_name(output)}-merge",
        f"--time={_MERGE_MINUTES}",
        f"--mem={_MERGE_LEAST_MB + math.ceil(array.merge_bytes / 2**20)}M",
        "--cpus-per-task=1",
        *policy,
        "--open-mode=append",
        f"--output={logs}-merge-%j.log",
    ]
    program = shlex.join(array.program)
    shards = f"{shlex.quote(f'{folder}/{output.stem}.shard-')}*{shlex.quote(_ending(array))}"
    script = (files("mcdefense.run") / "array.sh").read_text(encoding="utf-8")
    return _Script(script).substitute(
        shards=array.shards,
        scenario=("" if array.study is None else "A sweep of ") + array.scenario.name,
        output=output.name,
        shard_options="\n#SBATCH ".join(map(_directive, shard)),
        merge_options="\n#SBATCH ".join(map(_directive, merge)),
        run=f"{program} {shlex.join(array.run_words)}",
        merge=f"{program} merge {shards} -o {shlex.join([str(output), *array.force_words])}",
        restarts=_MOST_RESTARTS,
    )


class _Script(Template):
    """The script in array.sh, where `@name` stands for what an array fills in: `$` is bash's."""

    delimiter = "@"


def limit_s(text: str) -> int:
    """Seconds of a time limit: minutes, minutes:seconds, h:m:s, days-hours[:minutes[:seconds]].

    Raises ValueError for other text.
    """
    found = _LIMIT.fullmatch(text)
    if found is None:
        raise ValueError(text)
    days, *parts = (None if part is None else int(part) for part in found.groups())
    first, second, third = parts
    if days is not None:
        return ((days * 24 + (first or 0)) * 60 + (second or 0)) * 60 + (third or 0)
    if third is not None:
        return ((first or 0) * 60 + (second or 0)) * 60 + third
    return (first or 0) * 60 + (second or 0)


def _check(array: Array) -> int:
    """The time limit [s]; raises InputError with every fault."""
    faults = []

    def fault(option: str, got: object, wanted: str) -> None:
        faults.append(Fault(option, "", f"got {got!r}, expected {wanted}", option=True))

    parts, part = (array.worlds, "world") if array.study is None else (array.points, "point")
    most = MOST_SHARDS if parts is None else min(MOST_SHARDS, max(parts, 1))
    if not 1 <= array.shards <= most:
        fault("shards", array.shards, f"a whole number from 1 to {most:,}, a {part} each or more")
    if array.cpus_per_task < 1:
        fault("cpus_per_task", array.cpus_per_task, "a whole number, 1 or more")
    if _MEMORY.fullmatch(array.memory or "") is None:
        fault("memory", array.memory, "a number with K, M, G or T, such as 4G")
    try:
        seconds = limit_s(array.time_limit or "")
    except ValueError:
        seconds = 0
    if seconds < _LEAST_LIMIT_S:
        wanted = "2 minutes or more: minutes, hours:minutes:seconds or days-hours"
        fault("time_limit", array.time_limit, wanted)
    for option in array.sbatch:
        if not option.startswith("-"):
            fault("sbatch", option, "an option of sbatch, such as --constraint=fast")
    texts = {
        "scenario": str(array.scenario),
        "output": str(array.output),
        "partition": array.partition,
        "account": array.account,
        "qos": array.qos,
        "gpus": array.gpus,
        "overrides": "".join(map("=".join, array.overrides)),
        "sbatch": "".join(array.sbatch),
        "over": "".join(array.study or ()),
    }
    for option, text in texts.items():
        if text is not None and not text.isprintable():
            fault(option, text, "text without line breaks or control characters")
    if "\\" in str(array.output.absolute()):
        fault("output", str(array.output), "a path without a backslash, which Slurm misreads")
    if faults:
        raise InputError(faults)
    return seconds


def _name(output: Path) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]", "-", output.stem)


def _ending(array: Array) -> str:
    return f"-of-{array.shards}{array.output.suffix}"


def _directive(option: str) -> str:
    """The option as in a `#SBATCH` line; in double quotes a space, a `'` or a `#` is itself."""
    plain = re.fullmatch(r"[^\s\"'#]+", option) is not None
    quoted = option.replace('"', '\\"')
    return option if plain else f'"{quoted}"'
