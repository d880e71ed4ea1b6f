"""Which compiled programs a run loads, and where it keeps its own."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from mcdefense.engine import CannotMakeError, keep_compiled, own_folder, user_has_cache
from mcdefense.errors import InputError
from mcdefense.run.options import RunOptions


@contextmanager
def programs_kept(options: RunOptions, logger: logging.Logger) -> Iterator[None]:
    """While a run computes: compiled programs in the folder that it names, or in the user's own.

    Raises InputError if the folder that it names cannot be used. Where the user's own one cannot, a
    line says why and nothing is kept.
    """
    folder = options.compile_cache
    if folder is None and not options.no_compile_cache and not user_has_cache():
        folder = own_folder()
    if folder is None:
        yield
        return
    with ExitStack() as kept:
        try:
            kept.enter_context(keep_compiled(folder))
        except InputError as error:
            if options.compile_cache is not None:
                raise
            reason = "; ".join(fault.message for fault in error.faults)
            # A home that cannot be written is no danger, and is told to whoever reads the log.
            level = logging.DEBUG if isinstance(error, CannotMakeError) else logging.WARNING
            told = f"compiled programs are not kept: {reason}; or use `no_compile_cache`"
            logger.log(level, told)
        yield
