"""The array script as text, and as bash runs it with stand-ins for Slurm's commands."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from mcdefense.errors import InputError
from mcdefense.run.slurm import Array, array_script, limit_s

SHARD = """\
#!/bin/bash
# Stands in for mcdefense: a run that ends with $CODE, or of a signal.
echo "$@" >> "$LOG"
trap 'echo heard USR1 >> "$LOG"; sleep 0.3; exit 75' USR1
trap 'echo heard TERM >> "$LOG"; exit 75' TERM
[ "$DEAF" ] && trap - USR1
echo ready >> "$LOG"
[ "$CODE" ] && exit "$CODE"
for _ in {1..100}; do sleep 0.1; done
"""
COMMAND = """\
#!/bin/bash
echo "{name} $@" >> "$LOG"
[ {name} = sbatch ] && {{ echo '<<' >> "$LOG"; cat >> "$LOG"; }}
[ "$REFUSED" != {name} ]
"""


def array(folder: Path) -> Array:
    return Array(
        folder / "raid.toml",
        folder / "all.h5",
        shards=12,
        program=(str(folder / "mcdefense"),),
        worlds=24,
        overrides=(("battery.north.reaction_s", "5"),),
        time_limit="1:00:00",
        memory="2G",
    )


def swept(folder: Path, shards: int = 3) -> Array:
    """The same, of a sweep of four points."""
    study = ("--over=raid.drones.count=1,2", "--over=battery.north.class='it''s #1',\"b\"")
    return replace(array(folder), study=study, points=4, shards=shards)


class Node:
    """A task of the array, run by bash with what Slurm would set."""

    def __init__(self, folder: Path, of: Callable[[Path], Array] = array) -> None:
        self.log = folder / "log"
        self.log.touch()
        self.script = folder / "array.sh"
        self.script.write_text(array_script(of(folder)))
        commands = folder / "bin"
        commands.mkdir()
        files = {commands / name: COMMAND.format(name=name) for name in ("sbatch", "scontrol")}
        for path, text in {folder / "mcdefense": SHARD, **files}.items():
            path.write_text(text)
            path.chmod(0o755)
        self.path = f"{commands}:{os.environ['PATH']}"

    def start(self, task: int, **environment: str) -> subprocess.Popen[str]:
        known = {
            "PATH": self.path,
            "LOG": str(self.log),
            "SLURM_ARRAY_JOB_ID": "10",
            "SLURM_ARRAY_TASK_ID": str(task),
            "SLURM_ARRAY_TASK_MIN": "1",
            "SLURM_JOB_PARTITION": "long",
        }
        return subprocess.Popen(
            ["bash", str(self.script)],
            env={**known, **environment},
            stderr=subprocess.PIPE,
            text=True,
        )

    def code(self, task: int, **environment: str) -> int:
        with self.start(task, **environment) as process:
            return process.wait(20)

    def signalled(self, number: signal.Signals, **environment: str) -> int:
        with self.start(2, **environment) as process:
            end = time.monotonic() + 20
            while "ready" not in self.log.read_text() and time.monotonic() < end:
                time.sleep(0.02)
            process.send_signal(number)
            return process.wait(20)


@pytest.fixture
def node(tmp_path: Path) -> Node:
    return Node(tmp_path)


def test_every_option_is_in_the_script(tmp_path: Path) -> None:
    full = replace(array(tmp_path), cpus_per_task=4, gpus="2", partition="long", account="a")
    text = array_script(replace(full, qos="low", sbatch=("--constraint=fast",)))
    head, _, rest = text.partition("END_OF_MERGE")
    expected = (
        "array=1-12 time=1:00:00 mem=2G cpus-per-task=4 gpus=2 partition=long account=a qos=low "
        "constraint=fast requeue open-mode=append signal=B:USR1@120"
    )
    for option in expected.split():
        assert f"#SBATCH --{option}\n" in head
    merge = rest.partition("END_OF_MERGE")[0]
    for option in ("partition=long", "account=a", "qos=low", "constraint=fast"):
        assert f"#SBATCH --{option}\n" in merge
    assert "array" not in merge
    assert "gpus" not in merge
    assert '--worlds=24 --set=battery.north.reaction_s=5 --shard "$SLURM_ARRAY_TASK_ID/12"' in rest


@pytest.mark.parametrize("of", [array, swept])
@pytest.mark.parametrize("checker", [("bash", "-n"), ("shellcheck",)], ids=["bash", "shellcheck"])
def test_the_script_is_sound_bash(
    tmp_path: Path, checker: tuple[str, ...], of: Callable[[Path], Array]
) -> None:
    if shutil.which(checker[0]) is None:
        pytest.skip(f"{checker[0]} is not installed")
    folder = tmp_path / 'it\'s a "folder" #1 %j $'
    folder.mkdir()
    script = folder / "array.sh"
    script.write_text(array_script(of(folder)))
    done = subprocess.run([*checker, script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_template_itself_is_sound_bash() -> None:
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not installed")
    with as_file(files("mcdefense.run") / "array.sh") as template:
        words = ["shellcheck", str(template)]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_first_task_submits_the_merge_once(node: Node) -> None:
    assert node.code(1, CODE="0") == 0
    log = node.log.read_text()
    assert "sbatch --dependency=afterany:10 --partition=long\n" in log
    assert "merge" in log
    assert "--shard 1/12 --resume" in log
    node.log.write_text("")
    assert node.code(2, CODE="0") == 0
    assert node.code(1, CODE="0", SLURM_RESTART_COUNT="1") == 0
    assert "sbatch" not in node.log.read_text()
    assert node.code(1, CODE="0", SLURM_JOB_ACCOUNT="ours") == 0
    assert "sbatch --dependency=afterany:10 --partition=long --account=ours\n" in (
        node.log.read_text()
    )


def test_a_sweep_is_run_in_shards_of_its_points_and_merged(tmp_path: Path) -> None:
    node = Node(tmp_path, swept)
    assert node.code(1, CODE="0") == 0
    log = node.log.read_text()
    words = " ".join(swept(tmp_path).study or ())
    size = "--worlds=24 --set=battery.north.reaction_s=5 --shard 1/3 --resume"
    assert f"sweep {tmp_path}/raid.toml -o {tmp_path}/all.h5 {words} {size}\n" in log
    program, files = tmp_path / "mcdefense", tmp_path / "all.shard-*-of-3.h5"
    assert f"exec {program} merge {files} -o {tmp_path}/all.h5\n" in log
    node.log.write_text("")
    assert node.signalled(signal.SIGUSR1) == 75
    assert node.log.read_text().endswith("scontrol requeue 10_2\n")
    with pytest.raises(InputError) as error:
        array_script(swept(tmp_path, shards=5))
    wanted = "expected a whole number from 1 to 4, a point each or more"
    assert str(error.value) == f"shards: got 5, {wanted}"


def test_a_merge_that_slurm_refuses_does_not_keep_the_shard_from_running(node: Node) -> None:
    process = node.start(1, CODE="0", REFUSED="sbatch")
    _, complaint = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "run it by hand" in complaint
    assert "--shard 1/12" in node.log.read_text()


@pytest.mark.parametrize("code", [0, 1, 2, 130])
def test_only_75_is_requeued(node: Node, code: int) -> None:
    assert node.code(2, CODE=str(code)) == code
    assert "scontrol" not in node.log.read_text()


def test_a_run_that_saved_is_requeued(node: Node) -> None:
    assert node.code(2, CODE="75") == 75
    assert "scontrol requeue 10_2\n" in node.log.read_text()


def test_the_signal_before_the_time_limit_reaches_the_run_which_is_waited_for(node: Node) -> None:
    assert node.signalled(signal.SIGUSR1) == 75
    log = node.log.read_text()
    assert "heard USR1\n" in log
    assert log.endswith("scontrol requeue 10_2\n")


def test_a_run_that_could_not_hear_the_signal_yet_is_requeued(node: Node) -> None:
    assert node.signalled(signal.SIGUSR1, DEAF="1") == 128 + signal.SIGUSR1
    assert "scontrol requeue 10_2\n" in node.log.read_text()


def test_a_cancelled_task_is_told_and_not_requeued(node: Node) -> None:
    assert node.signalled(signal.SIGTERM) == 75
    log = node.log.read_text()
    assert "heard TERM\n" in log
    assert "scontrol" not in log


def test_a_task_does_not_go_round_for_ever(node: Node) -> None:
    assert node.code(2, CODE="75", SLURM_RESTART_COUNT="100") == 75
    assert "scontrol" not in node.log.read_text()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 5400), ("2:30", 150), ("1:00:00", 3600), ("1-2", 93600), ("1-2:03:04", 93784)],
)
def test_a_time_limit_is_read_as_slurm_reads_it(text: str, seconds: int) -> None:
    assert limit_s(text) == seconds


def test_the_merge_asks_for_what_it_needs_beside_the_program(tmp_path: Path) -> None:
    for needed, memory in ((0, "1024M"), (2**21, "1026M"), (2**21 + 1, "1027M")):
        text = array_script(replace(array(tmp_path), merge_bytes=needed))
        assert f"#SBATCH --mem={memory}\n" in text.partition("END_OF_MERGE")[2]


def test_a_short_limit_gets_its_signal_earlier(tmp_path: Path) -> None:
    text = array_script(replace(array(tmp_path), time_limit="4"))
    assert "#SBATCH --signal=B:USR1@60\n" in text


@pytest.mark.parametrize(
    ("change", "option"),
    [
        ({"shards": 0}, "shards: got 0, expected a whole number from 1 to 24"),
        ({"shards": 25}, "shards: got 25"),
        ({"cpus_per_task": 0}, "cpus_per_task: got 0"),
        ({"memory": "lots"}, "memory: got 'lots', expected a number with K, M, G or T"),
        ({"time_limit": "1"}, "time_limit: got '1', expected 2 minutes or more"),
        ({"time_limit": "1:2:3:4:5"}, "time_limit: got '1:2:3:4:5'"),
        ({"partition": "a\n#SBATCH --exclusive"}, "partition: got 'a\\n"),
        ({"output": Path("a\\b.h5")}, "output: got"),
        ({"output": Path("a\nb.h5")}, "output: got"),
        ({"study": ("--over=title='a\nb'",), "points": 12}, "over: got"),
        ({"sbatch": ("constraint=fast",)}, "sbatch: got 'constraint=fast'"),
    ],
)
def test_what_slurm_would_misread_is_refused(
    tmp_path: Path, change: dict[str, object], option: str
) -> None:
    with pytest.raises(InputError) as error:
        array_script(replace(array(tmp_path), **change))  # type: ignore[arg-type]
    assert str(error.value).startswith(option)
