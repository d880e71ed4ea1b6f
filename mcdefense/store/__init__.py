"""Results on disk: one layout table, an atomic writer, a strict reader."""

from mcdefense.store.atomic import check_writable, replace_file
from mcdefense.store.errors import ONE_POINT, StoreError
from mcdefense.store.labelled import to_xarray
from mcdefense.store.read import read
from mcdefense.store.sole_writer import lock_file, sole_writer
from mcdefense.store.study_file import is_study, read_any, read_study, write_study
from mcdefense.store.write import write

__all__ = [
    "ONE_POINT",
    "StoreError",
    "check_writable",
    "is_study",
    "lock_file",
    "read",
    "read_any",
    "read_study",
    "replace_file",
    "sole_writer",
    "to_xarray",
    "write",
    "write_study",
]
