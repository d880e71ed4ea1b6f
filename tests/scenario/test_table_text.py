"""Tables in text files: what spreadsheets and scripts leave is read, or told apart in one line."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from mcdefense.errors import InputError
from tests.support.table_files import HEADER, history, opportunities, tracks

NAN = math.nan
ROW = "r,b,i,0,10,0.9\n"
SEMICOLONS = HEADER.replace(",", ";")
TABS = HEADER.replace(",", "\t")


def written(folder: Path, content: str | bytes, name: str = "rows.csv") -> str:
    data = content if isinstance(content, bytes) else content.encode()
    (folder / name).write_bytes(data)
    return name


@pytest.mark.parametrize(
    ("content", "numbers"),
    {
        "empty rows": (f"\n\n{HEADER}\n{ROW}\n\n", (0, 10, 0.9)),
        "rows of commas": (f",,,,,\n{HEADER},,,,,\n{ROW},,,,,\n , ,,,,\n", (0, 10, 0.9)),
        "a last comma": (HEADER.replace("\n", ",\n") + "r,b,i,0,10,0.9,\n", (0, 10, 0.9)),
        "a last comma in the rows": (f"{HEADER}r,b,i,0,10,0.9,\n", (0, 10, 0.9)),
        "a last comma in the header": (HEADER.replace("\n", ",,\n") + ROW, (0, 10, 0.9)),
        "semicolons": (f"{SEMICOLONS}r;b;i;0;10;0.9\n", (0, 10, 0.9)),
        "decimal commas": (f"{SEMICOLONS}r;b;i;0,5;10,25;0,9\n", (0.5, 10.25, 0.9)),
        "decimal commas, tabs": (f"{TABS}r\tb\ti\t0,5\t10\t0,9\n", (0.5, 10, 0.9)),
        "tabs": (f"{TABS}r\tb\ti\t0\t10\t0.9\n", (0, 10, 0.9)),
        "bars": (f"{HEADER}{ROW}".replace(",", "|"), (0, 10, 0.9)),
        "quoted": (
            '"threat","battery","interceptor","launch_s","intercept_s"\n"r","b","i","0","10"',
            (0, 10, NAN),
        ),
        "sep=;": (f"sep=;\r\n{SEMICOLONS}r;b;i;0;10;0,9\r\n", (0, 10, 0.9)),
        "SEP=, in quotes": (f'"SEP=,"\n{HEADER}{ROW}', (0, 10, 0.9)),
        "sep=tab": (f"sep=\t\n{TABS}r\tb\ti\t0\t10\t0.9\n", (0, 10, 0.9)),
        "UTF-8 with a mark": (b"\xef\xbb\xbf" + (HEADER + ROW).encode(), (0, 10, 0.9)),
        "mark and sep=": ("\ufeffsep=;\n" + f"{SEMICOLONS}r;b;i;0;10;1", (0, 10, 1)),
        "UTF-16": ((HEADER + ROW).encode("utf-16"), (0, 10, 0.9)),
        "UTF-16, big end first": (b"\xfe\xff" + (HEADER + ROW).encode("utf-16-be"), (0, 10, 0.9)),
        "UTF-32": ((HEADER + ROW).encode("utf-32"), (0, 10, 0.9)),
        "carriage returns": ((HEADER + ROW).replace("\n", "\r"), (0, 10, 0.9)),
        "spaces": ("threat , battery,interceptor, launch_s,intercept_s,sspk\n r,b ,i, 0,10 , .9\n",
                   (0, 10, 0.9)),
        "other order": ("sspk,intercept_s,launch_s,interceptor,battery,threat\n.9,10,0,i,b,r\n",
                        (0, 10, 0.9)),
        "exponents": (f"{HEADER}r,b,i,0.0e0,1.0E+1,9e-1\n", (0, 10, 0.9)),
        "proof elsewhere": (f"{SEMICOLONS}r;b;i;1,500;2,25;1\n", (1.5, 2.25, 1)),
        "thousandths": (f"{SEMICOLONS}r;b;i;0.125;2.375;1\n", (0.125, 2.375, 1)),
    }.values(),
)  # fmt: skip
def test_what_programs_leave_is_read(
    tmp_path: Path, content: str | bytes, numbers: tuple[float, ...]
) -> None:
    found = opportunities(tmp_path, written(tmp_path, content))
    assert (found.threat, found.battery, found.interceptor) == (("r",), ("b",), ("i",))
    values = (found.launch_s[0], found.intercept_s[0], found.sspk[0])
    assert values == pytest.approx(numbers, rel=0, abs=0, nan_ok=True)


@pytest.mark.parametrize(
    "word", ["", " ", "NaN", "nan", "NA", "N/A", "n/a", "#N/A", "null", "NULL", "None", "<NA>", "-"]
)
def test_an_optional_cell_without_a_value_is_the_default(tmp_path: Path, word: str) -> None:
    found = opportunities(tmp_path, written(tmp_path, f"{HEADER}r,b,i,0,10,{word}\n"))
    assert math.isnan(found.sspk[0])
    seen = tracks(tmp_path, written(tmp_path, HEADERS_OF_TRACKS + f"eye,r,0,0.5,{word}\n"))
    assert math.isnan(seen.cued_probability[0])
    with pytest.raises(InputError, match=r"rows\.csv:2: launch_s: got"):
        opportunities(tmp_path, written(tmp_path, f"{HEADER}r,b,i,{word},10,1\n"))


HEADERS_OF_TRACKS = "sensor,threat,time_s,probability,cued_probability\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        # columns
        (HEADER.replace("\n", ",launch_s\n") + "r,b,i,0,10,0.9,5\n", "1: launch_s: got this col"),
        (HEADER.replace("\n", ", sspk \n") + "r,b,i,0,10,0.9,\n", "1: sspk: got this column 2 ti"),
        (HEADER.replace("battery", "threat") + ROW, "1: threat: got this column 2 times (co"),
        (HEADER.replace("sspk", "SSPK") + ROW, "1: SSPK: unknown column; did you mean 'sspk'?"),
        ("," + HEADER + "0," + ROW, "1: got column 1 without a name, expected threat, battery"),
        (HEADER.replace("\n", ",note\n") + "r,b,i,0,10,1,x\n", "1: note: unknown column"),
        (f"# {HEADER}{ROW}", "1: # threat: unknown column; did you mean 'threat'?"),
        (f"{HEADER}{ROW}{HEADER}{ROW.replace('0,10', '20,30')}", "3: got the header again"),
        # what parts the cells
        (HEADER.replace(",", " ") + "r b i 0 10 0.9\n", "1: got cells set apart by spaces"),
        (HEADER.replace(",", ";", 2) + ROW, "1: got ',' and ';' in the header, expected one"),
        (f"sep=:\n{HEADER}{ROW}", "1: got 'sep=:', expected one of"),
        (f"sep=\x1b\n{HEADER}{ROW}", "1: got 'sep=\\x1b', expected one of"),
        (f"{HEADER}r;b;i;0;10;0.9\n", "2: got 1 columns, expected 6 as in the header"),
        (f"{HEADER}r,b,i,1,5;2,1\n", "2: intercept_s: got '5;2', expected a number"),
        (f"{HEADER}r,b,i,0,10,0,9\n", "2: got 7 columns, expected 6"),
        (f"{HEADER}r,b,i,0,10\n", "2: got 5 columns, expected 6"),
        # numbers
        (f"{SEMICOLONS}r;b;i;0;1,500;1\n", "2: intercept_s: got '1,500', which may mean 1.5 or 15"),
        (f"{SEMICOLONS}r;b;i;0;1.500;1\n", "2: intercept_s: got '1.500', which may mean 1.5 or 15"),
        (f"{TABS}r\tb\ti\t0\t12.125\t1\n", "2: intercept_s: got '12.125', which may mean 12.1"),
        (f"{SEMICOLONS}r;b;i;0,5;10.5;1\n", "2: launch_s: got '0,5', but '10.5' in line 2, expe"),
        (f"{SEMICOLONS}r;b;i;0;1.500,5;1\n", "2: intercept_s: got '1.500,5', expected a number"),
        (f"{SEMICOLONS}r;b;i;0;1,2,3;1\n", "2: intercept_s: got '1,2,3', expected a number"),
        (f'{HEADER}r,b,i,0,"1,500",1\n', "2: intercept_s: got '1,500', expected a number"),
        (f"{HEADER}r,b,i,0,1_0,1\n", "2: intercept_s: got '1_0', expected a number"),
        (f"{HEADER}r,b,i,0,0x1F,1\n", "2: intercept_s: got '0x1F', expected a number"),
        (f"{HEADER}r,b,i,0,\u0661\u0660,1\n", "2: intercept_s: got '\u0661\u0660', expected"),
        (f"{HEADER}r,b,i,0,10 s,1\n", "2: intercept_s: got '10 s', expected a number"),
        (f"{HEADER}r,b,i,0,10,90%\n", "2: sspk: got '90%', expected a probability"),
        (f"{HEADER}r,b,i,0,inf,1\n", "2: intercept_s: got 'inf', expected a number"),
        # text
        ((HEADER + ROW).encode() + "r,b,\u00ef,0,9,1".encode("latin-1"), "3: got byte 0xef, expec"),
        ((HEADER + ROW).encode("utf-16-le"), "1: got NUL characters, expected UTF-8 text"),
        ((HEADER + ROW).encode("utf-16")[:-1], ": got text that is not UTF-16, as it begins"),
        (b"PK\x03\x04 and so on", ": got a spreadsheet or another ZIP archive, expected CSV"),
        (b"CDF\x01 and so on", ": got a netCDF file of the classic format, expected CSV"),
        (b"\x1f\x8b and so on", ": got a compressed file (gzip), expected CSV"),
        (",,,\n;;\n", ": got an empty file, expected a header and rows"),
        (f"{HEADER},,,,,\n", ": got no rows, expected at least one"),
    ],
)  # fmt: skip
def test_what_may_mean_two_things_is_told_in_one_line(
    tmp_path: Path, content: str | bytes, said: str
) -> None:
    with pytest.raises(InputError) as caught:
        opportunities(tmp_path, written(tmp_path, content))
    (line,) = str(caught.value).splitlines()
    assert line.startswith(f"{tmp_path}/rows.csv{'' if said[0] == ':' else ':'}{said}")


def test_a_file_is_read_by_what_it_holds_not_by_its_name(tmp_path: Path) -> None:
    for name in ("rows.h5", "rows.nc", "rows.txt", "rows"):
        assert opportunities(tmp_path, written(tmp_path, HEADER + ROW, name)).sspk[0] == 0.9


@pytest.mark.parametrize(
    ("index", "same"),
    [("r.03", True), ("r.3", True), ("r.000000003", True), ("r.4", False), ("r.30", False),
     ("r.-3", False), ("r.3.0", False), ("r.", False), ("r. 3", False), ("r.+3", False),
     ("r.3e0", False), ("r.\u0663", False)],
)  # fmt: skip
def test_an_index_is_a_number(tmp_path: Path, index: str, same: bool) -> None:
    """Whatever names object 3 gives a second row of its launch; another object's row does not, and
    what is no index of ten objects is refused as such."""
    rows = f"{HEADER}r.3,b,i,0,10,0.9\n{index},b,i,0,10,0.8\n"
    file = written(tmp_path, rows)
    if index == "r.4":
        assert opportunities(tmp_path, file).threat == ("r.3", "r.4")
        return
    with pytest.raises(InputError) as caught:
        opportunities(tmp_path, file)
    (line,) = str(caught.value).splitlines()
    assert "as in line 2" in line if same else "expected an index from 0 to 9" in line


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("r,b,i,0,10,0.9", "r,b,i,0,12,0.9", "got 0 as in line 2, which differs in the rest"),
        ("r,b,i,0,10,0.9", "r,b,i,0,10,", "got 0 as in line 2, which differs in the rest"),
        ("r,b,i,0,10,0.9", "r,b,i,0,10,0.9", "got 0 and all the rest as in line 2"),
        ("r,b,i,0,10,", "r,b,i,0.0,10,nan", "got 0 and all the rest as in line 2"),
        ("r,b,i,1.0001,9,1", "r,b,i,1.0004,9,1", "got 1.0004, within a millisecond of the launch"),
        ("r,b,i,1.0014,9,1", "r,b,i,1.0006,9,1", "got 1.0006, within a millisecond of the launch"),
        ("r,b,i,1.001,9,1", "r,b,i,1.002,9,1", ""),
        ("r,b,i,0,10,0.9", "r.3,b,i,0,10,0.1", ""),
    ],
)
def test_a_launch_stands_once(tmp_path: Path, first: str, second: str, said: str) -> None:
    file = written(tmp_path, f"{HEADER}{first}\n{second}\n")
    if not said:
        assert len(opportunities(tmp_path, file).threat) == 2
        return
    with pytest.raises(InputError) as caught:
        opportunities(tmp_path, file)
    (line,) = str(caught.value).splitlines()
    assert line.startswith(f"{tmp_path}/rows.csv:3: launch_s: {said}")
    assert line.endswith("expected one row for each launch")


@pytest.mark.parametrize(
    ("content", "nights"),
    [
        ("date,drones,other\n1,5.0,x\n2,3,y\n", [5, 3]),
        ("date;drones;note\n1;5,0;a,b\n2;3;\n", [5, 3]),
        ("date,drones,\n1,5e0,\n2,3.,\n,,\n", [5, 3]),
        ('"date","drones, all","drones"\n1,9,5\n2,9,3\n', [5, 3]),
        ("date,drones (a;b),drones\n1,9,5\n2,9,3\n", [5, 3]),
        ("date,drones\n1,1.000\n2,2.0\n", [1, 2]),
        ("drones\n5\n3\n", [5, 3]),
    ],
)
def test_counts_of_a_history(tmp_path: Path, content: str, nights: list[int]) -> None:
    assert history(tmp_path, written(tmp_path, content)).count["drones"].tolist() == nights


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("date,drones,drones\n1,5,6\n", "1: drones: got this column 2 times (columns 2, 3)"),
        ("date,x,x,drones\n1,5,6,7\n", "1: x: got this column 2 times (columns 2, 3)"),
        ("date,drone\n1,5\n", "1: drones: got no such column, expected it; did you mean 'drone'"),
        ("date,drones\n1,5.5\n", "2: drones: got '5.5', expected a whole number, 0 or more"),
        ("date,drones\n1,NA\n", "2: drones: got 'NA', expected a whole number, 0 or more"),
        ("date,drones\n1,-1\n", "2: drones: got '-1', expected a whole number, 0 or more"),
        ("date,drones\n1,1.000\n", "2: drones: got '1.000', which may mean 1 or 1000, expected"),
        ("date;drones\n1;1,000\n", "2: drones: got '1,000', which may mean 1 or 1000, expected"),
        ("drones,a;drones\n1,5;5\n", "1: got ',' and ';' in the header, expected one of them"),
    ],
)
def test_a_history_in_doubt_is_refused(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        history(tmp_path, written(tmp_path, content))
    (line,) = str(caught.value).splitlines()
    assert line.startswith(f"{tmp_path}/rows.csv:{said}")


def test_tracks_are_read_by_the_same_reader(tmp_path: Path) -> None:
    header = HEADERS_OF_TRACKS.replace(",", ";")
    file = written(tmp_path, f"sep=;\n{header}eye;r.03;0,5;0,25;\n\neye;r;1;0,5;0,75\n;;;;\n")
    found = tracks(tmp_path, file)
    assert (found.sensor, found.threat) == (("eye", "eye"), ("r.03", "r"))
    assert (found.time_s.tolist(), found.probability.tolist()) == ([0.5, 1], [0.25, 0.5])
    assert found.line.tolist() == [3, 5]
    twice = f"{HEADERS_OF_TRACKS}eye,r.3,5,0.5,\neye,r.03,5,0.6,\n"
    with pytest.raises(InputError, match=r"rows\.csv:3: time_s: got 5 twice for one sensor"):
        tracks(tmp_path, written(tmp_path, twice))
