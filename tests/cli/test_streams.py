"""Standard streams, folders and files as a shell, a cluster or another country may leave them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mcdefense.store import read
from tests.support.command_line import command, in_a_process, names
from tests.support.small_scenarios import TABLE

RUN = '"$PYTHON" -m mcdefense run "$FOLDER/table.toml" -o "$FOLDER/x.h5"'
SHOW = '"$PYTHON" -m mcdefense show "$FOLDER/result.h5"'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario and its result, whose title has signs of several alphabets."""
    place = tmp_path_factory.mktemp("streams")
    text = TABLE.replace("Four threats", "Vier Flugkörper ✈ Ψ")
    (place / "table.toml").write_text(text, encoding="utf-8")
    assert command("run", place / "table.toml", "-o", place / "result.h5").exit_code == 0
    return place


def shell(folder: Path, line: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """What a line of shell does, and says in bytes; never with a traceback."""
    known = {**os.environ, "PYTHON": sys.executable, "FOLDER": str(folder), **environment}
    done = subprocess.run(["bash", "-c", line], capture_output=True, check=False, env=known)
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr
    return done


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_run_with_closed_streams_is_done_and_its_file_whole(folder: Path, closed: str) -> None:
    done = shell(folder, f"{RUN} --force {closed}")
    assert done.returncode == 0, done.stderr
    assert read(folder / "x.h5").tally.equals(read(folder / "result.h5").tally)


def test_a_fault_told_to_a_closed_stream_is_an_exit_code(folder: Path) -> None:
    for line in (f"{SHOW}.none 2>&-", f"{SHOW}.none >&- 2>&-"):
        done = shell(folder, line)
        assert (done.returncode, done.stdout, done.stderr) == (2, b"", b"")


@pytest.mark.parametrize("what", [SHOW, '"$PYTHON" -m mcdefense schema'])
def test_a_full_disk_behind_the_screen_is_one_line(folder: Path, what: str) -> None:
    done = shell(folder, f"{what} >/dev/full")
    assert done.returncode == 1
    assert done.stderr == b"mcdefense: cannot go on: No space left on device\n"


def test_a_reader_that_goes_away_is_not_talked_about(folder: Path) -> None:
    done = shell(folder, f"{SHOW} | true")
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("environment", "difference"),
    [
        ({"PYTHONIOENCODING": "latin-1"}, "±".encode("latin-1")),
        ({"PYTHONIOENCODING": "cp1252"}, "±".encode("cp1252")),
        ({"PYTHONIOENCODING": "iso8859-5"}, b"+-"),
        ({"PYTHONIOENCODING": "koi8-r:strict"}, b"+-"),
        ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, b"\xc2\xb1"),
    ],
    ids=lambda value: " ".join(value.values()) if isinstance(value, dict) else "",
)
def test_a_screen_in_an_8_bit_encoding_has_its_numbers(
    folder: Path, environment: dict[str, str], difference: bytes
) -> None:
    done = shell(folder, SHOW, **environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert difference in done.stdout
    plain = shell(folder, SHOW, PYTHONIOENCODING="utf-8").stdout
    assert done.stdout.count(b"\n") == plain.count(b"\n")
    assert done.stdout.split()[-1] == plain.split()[-1]


def test_a_name_that_no_encoding_has_is_said_all_the_same(folder: Path) -> None:
    done = shell(folder, "\"$PYTHON\" -m mcdefense check $'\\xff\\xe9.toml'", LC_ALL="C.UTF-8")
    assert done.returncode == 2
    assert done.stderr.decode().count("\n") == 1
    assert done.stderr.endswith(b".toml: got no such file, expected a scenario file (.toml)\n")


def test_without_a_home_or_a_folder_to_cache_in_a_picture_is_drawn(folder: Path) -> None:
    line = f"unset HOME; {SHOW.replace('show', 'plot')} -o $FOLDER/x.png --force"
    done = shell(folder, line, MPLCONFIGDIR="/proc/nowhere", XDG_CACHE_HOME="/proc/nowhere")
    assert done.returncode == 0, done.stderr
    assert (folder / "x.png").read_bytes().startswith(b"\x89PNG")
    done = shell(folder, f"{RUN} --force --quiet --compile-cache /proc/nowhere")
    assert done.returncode == 2
    assert done.stderr.startswith(b"mcdefense: --compile-cache: cannot make '/proc/nowhere/")
    assert done.stderr.count(b"\n") == 1


def test_in_a_folder_that_has_been_removed(folder: Path) -> None:
    away = "cd $FOLDER && mkdir gone && cd gone && rmdir ../gone && "
    assert shell(folder, away + SHOW).stdout == shell(folder, SHOW).stdout
    assert shell(folder, f"{away}{RUN} --quiet --force").returncode == 0
    done = shell(folder, f"{away}{RUN.replace('$FOLDER/x.h5', 'x.h5')}")
    assert done.returncode == 1
    place = b"mcdefense: the current folder, which has been removed: cannot go on: "
    assert done.stderr == place + b"No such file or directory\n"


def unreadable(path: Path, kind: str) -> None:
    """Something at the path that is no file to be read; root may read what has mode 000."""
    match kind:
        case "folder":
            path.mkdir()
        case "dangling link":
            path.symlink_to("nowhere")
        case "link in a circle":
            path.symlink_to(path.name)
        case "pipe":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/full")
        case "mode 000":
            path.write_text("threat\n", encoding="utf-8")
            path.chmod(0)


_TABLES = """
[opportunities]
file = "rows.csv"
[tracks]
file = "tracks.csv"
"""


@pytest.mark.parametrize(
    "kind", ["folder", "dangling link", "link in a circle", "pipe", "device", "mode 000"]
)
def test_a_table_or_scenario_that_may_not_be_read_is_named(tmp_path: Path, kind: str) -> None:
    if kind == "mode 000" and os.geteuid() == 0:
        pytest.skip("root may read it")
    unreadable(tmp_path / "rows.csv", kind)
    unreadable(tmp_path / "tracks.csv", kind)
    scenario = tmp_path / "raid.toml"
    scenario.write_text(TABLE.partition("[opportunities]")[0] + _TABLES, encoding="utf-8")
    before = names(tmp_path)
    done = command("run", scenario, "-o", tmp_path / "x.h5")
    assert done.exit_code == 2
    tables = [line for line in done.stderr.splitlines() if ".file: got" in line]
    assert [line.split("got ")[1].split(",")[0] for line in tables] == [
        "'rows.csv'",
        "'tracks.csv'",
    ]
    unreadable(tmp_path / "bare.toml", kind)
    done = command("check", tmp_path / "bare.toml")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith(f"mcdefense: {tmp_path / 'bare.toml'}: ")
    place = tmp_path / "bare.toml"
    (place.rmdir if kind == "folder" else place.unlink)()
    assert names(tmp_path) == before


def test_a_table_that_the_system_refuses_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rows.csv").write_text("threat\n", encoding="utf-8")
    scenario = tmp_path / "raid.toml"
    text = TABLE.partition("[opportunities]")[0] + '[opportunities]\nfile = "rows.csv"\n'
    scenario.write_text(text, encoding="utf-8")
    opened = Path.open

    def refusing(path: Path, *arguments: str, **options: str) -> object:
        if path.name == "rows.csv":
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refusing)
    done = command("check", scenario)
    assert done.exit_code == 2
    assert "got 'rows.csv', which cannot be read: Permission denied\n" in done.stderr


def test_a_warning_that_is_made_an_error_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def warned(*_: object, **__: object) -> None:
        raise DeprecationWarning("this will go away")

    monkeypatch.setattr("mcdefense.commands.opened", warned)
    done = command("show", "x.h5")
    said = "mcdefense: a warning, which PYTHONWARNINGS makes an error: this will go away\n"
    assert (done.exit_code, done.stderr) == (1, said)


def test_the_package_is_a_program_and_completes_itself() -> None:
    line = [sys.executable, "-m", "mcdefense", "--version"]
    assert subprocess.run(line, capture_output=True, check=True).stdout.startswith(b"mcdefense")
    assert in_a_process("--help").stdout.startswith("Usage: mcdefense [OPTIONS] COMMAND")
    script = Path(sys.executable).with_name("mcdefense")
    known = {**os.environ, "_MCDEFENSE_COMPLETE": "bash_complete"}
    words = {"COMP_WORDS": "mcdefense mer", "COMP_CWORD": "1"}
    done = subprocess.run([script], env={**known, **words}, capture_output=True, check=True)
    assert done.stdout == b"plain,merge\n"
