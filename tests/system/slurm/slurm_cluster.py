"""A real Slurm of one node on this machine: munged, slurmctld and slurmd on loopback, as root.

Everything it writes is in one temporary folder, and no daemon outlives the test process.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

CORES = 2
"""Cores that the node claims to have; each shard takes one."""
MEMORY_MB = 8000
_DAEMONS = ("munged", "slurmctld", "slurmd")
_START_S = 30.0

# A requeued job waits for its old credential to expire, 5 s at least. Accounting, cgroups and
# task binding need what a container does not give.
_CONFIGURATION = """\
ClusterName=mcdefense
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ctld_port}
SlurmdPort={slurmd_port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket,cred_expire=5
CredType=cred/munge
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=2,bf_interval=2
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
SlurmdParameters=config_overrides
NodeName=node NodeHostname={host} NodeAddr=127.0.0.1 CPUs={cores} RealMemory={memory_mb}
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def why_not() -> str | None:
    """Why a Slurm cannot be started here, or None."""
    missing = [name for name in (*_DAEMONS, "setpriv", "sbatch") if shutil.which(name) is None]
    if missing:
        return f"{', '.join(missing)} not installed (Debian: slurm-wlm, munge, util-linux)"
    if os.geteuid() != 0:
        return "only root can start slurmctld, slurmd and munged"
    return None


class Cluster:
    """A running Slurm; `environment` holds what its commands and jobs need."""

    def __init__(self) -> None:
        # Not pytest's folder: the user munge has to pass through it.
        self.folder = Path(tempfile.mkdtemp(prefix="mcdefense-slurm-"))
        self.environment = {**os.environ, "SLURM_CONF": str(self.folder / "slurm.conf")}
        self._daemons: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Cluster:
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def _start(self) -> None:
        self.folder.chmod(0o711)
        munge = self.folder / "munge"
        for path in (munge, self.folder / "state", self.folder / "spool"):
            path.mkdir(mode=0o711)
        key = munge / "key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)
        for path in (munge, key):
            shutil.chown(path, "munge", "munge")
        ports = _free_ports(2)
        (self.folder / "slurm.conf").write_text(
            _CONFIGURATION.format(
                host=socket.gethostname().partition(".")[0],
                folder=self.folder,
                ctld_port=ports[0],
                slurmd_port=ports[1],
                cores=CORES,
                memory_mb=MEMORY_MB,
            ),
            encoding="utf-8",
        )
        as_munge = ("--reuid=munge", "--regid=munge", "--clear-groups")
        names = {"socket": "socket", "key-file": "key", "seed-file": "seed"}
        files = [f"--{option}={munge}/{name}" for option, name in names.items()]
        files += [f"--{name}-file={munge}/{name}" for name in ("log", "pid")]
        self._daemon("munged", "--foreground", *files, privileges=as_munge)
        self._wait("munged", lambda: (munge / "socket").exists())
        self._daemon("slurmctld", "-D")
        self._daemon("slurmd", "-D")
        self._wait("slurm", lambda: "idle" in self._quietly("sinfo", "--noheader", "-o", "%T"))

    def _daemon(self, name: str, *arguments: str, privileges: tuple[str, ...] = ()) -> None:
        # The daemon is told to end when this process dies, however it dies.
        log = open(self.folder / f"{name}.out", "wb")  # noqa: SIM115
        with log:
            self._daemons.append(
                subprocess.Popen(
                    ["setpriv", "--pdeathsig=TERM", *privileges, name, *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env=self.environment,
                )
            )

    def _wait(self, name: str, ready: object) -> None:
        assert callable(ready)
        end = time.monotonic() + _START_S
        while not ready():
            ended = [daemon.args for daemon in self._daemons if daemon.poll() is not None]
            if ended or time.monotonic() > end:
                raise RuntimeError(f"{name} does not start: {ended}\n{self.logs()}")
            time.sleep(0.1)

    def _stop(self) -> None:
        """End jobs, then daemons, and remove the folder."""
        if len(self._daemons) > 1:
            self._quietly("scancel", "--user=root", "--full")
            self._quietly("scancel", "--user=root")
            end = time.monotonic() + 15.0
            while time.monotonic() < end and self.queue():
                time.sleep(0.2)
        for daemon in reversed(self._daemons):
            daemon.terminate()
            try:
                daemon.wait(10.0)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        self._daemons.clear()
        for process in self.processes():  # the keepers of jobs, which left our process group
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)

    def processes(self) -> list[int]:
        """Processes that were started for this Slurm: daemons, keepers of jobs, and jobs."""
        mark = f"SLURM_CONF={self.folder}/slurm.conf".encode()
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                with suppress(OSError):
                    if mark in (entry / "environ").read_bytes().split(b"\0"):
                        found.append(int(entry.name))
        return found

    def run(self, *words: str | Path, folder: Path | None = None) -> str:
        """What one of Slurm's commands prints; raises RuntimeError with what it complains of."""
        done = subprocess.run(
            [str(word) for word in words],
            env=self.environment,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        if done.returncode:
            raise RuntimeError(f"{words}: {done.stderr}\n{self.logs()}")
        return done.stdout.strip()

    def _quietly(self, *words: str) -> str:
        with suppress(RuntimeError, subprocess.TimeoutExpired):
            return self.run(*words)
        return ""

    def queue(self) -> dict[str, str]:
        """State by job (array tasks one by one) of what is pending, running or completing."""
        lines = self._quietly("squeue", "--noheader", "--array", "-o", "%i %T %N").splitlines()
        return {job: state for job, state, *_ in map(str.split, lines)}

    def wait_for_end(self, seconds: float) -> None:
        """Wait until no job is left; raises TimeoutError with what is left."""
        end = time.monotonic() + seconds
        while self.queue():
            if time.monotonic() > end:
                raise TimeoutError(f"still there: {self.queue()}\n{self.logs()}")
            time.sleep(0.5)

    def details(self, job: str) -> dict[str, str]:
        """What Slurm knows of a job, by its names for it."""
        return dict(re.findall(r"(\w+)=(\S*)", self.run("scontrol", "show", "job", job)))

    def script_of(self, task: int) -> int:
        """The process of bash that runs an array task's script."""
        for process in self.processes():
            folder = Path("/proc") / str(process)
            with suppress(OSError):
                variables = (folder / "environ").read_bytes().split(b"\0")
                command = (folder / "cmdline").read_bytes()
                if b"slurm_script" in command and b"SLURM_ARRAY_TASK_ID=%d" % task in variables:
                    return process
        raise RuntimeError(f"task {task} does not run\n{self.logs()}")

    def logs(self) -> str:
        """The last lines of every daemon's log."""
        paths = sorted([*self.folder.glob("*.log"), *self.folder.glob("*.out")])
        texts = [(path.name, path.read_text(errors="replace")) for path in paths]
        return "\n".join(f"--- {name}\n{text[-3000:]}" for name, text in texts if text)


def _free_ports(number: int) -> list[int]:
    sockets = [socket.socket() for _ in range(number)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()
