"""What kind of file a table is, by how it begins: a file's name may say anything."""

from __future__ import annotations

from pathlib import Path

_HDF5 = b"\x89HDF\r\n\x1a\n"
_HDF5_PLACES = (0, 512, 1024, 2048, 4096, 8192)
"""Where the signature may stand: MATLAB puts 512 bytes of its own before it."""
_OTHERS = (
    (b"PK\x03\x04", "a spreadsheet or another ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "a spreadsheet of an old format"),
    (b"CDF\x01", "a netCDF file of the classic format"),
    (b"CDF\x02", "a netCDF file of the classic format"),
    (b"CDF\x05", "a netCDF file of the classic format"),
    (b"MATLAB 5.0", "a MATLAB file older than version 7.3"),
    (b"PAR1", "a Parquet file"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"\x28\xb5\x2f\xfd", "a compressed file (zstd)"),
    (b"BZh", "a compressed file (bzip2)"),
    (b"\xfd7zXZ", "a compressed file (xz)"),
    (b"%PDF", "a PDF file"),
)


def is_hdf5(path: Path) -> bool:
    """Whether the file is HDF5 by its signature."""
    with path.open("rb") as file:
        for place in _HDF5_PLACES:
            file.seek(place)
            if file.read(len(_HDF5)) == _HDF5:
                return True
    return False


def other_format(path: Path) -> str | None:
    """What a file is that cannot be read as a table but is often taken for one; else None."""
    with path.open("rb") as file:
        start = file.read(16)
    return next((kind for mark, kind in _OTHERS if start.startswith(mark)), None)
