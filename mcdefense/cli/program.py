"""The program `mcdefense`: its commands, and how a user's mistake or an interrupt ends one.

Each command parses, makes one call and prints. It imports large libraries when it is called.
"""

from __future__ import annotations

import errno
import os
import re
import sys
from collections import Counter
from dataclasses import replace
from typing import Any, NoReturn

import click

from mcdefense.cli.algebra import on_one_core
from mcdefense.cli.bench import bench
from mcdefense.cli.brief import brief
from mcdefense.cli.check import check
from mcdefense.cli.compare import compare
from mcdefense.cli.drivers import drivers
from mcdefense.cli.explain import explain
from mcdefense.cli.init import init
from mcdefense.cli.log import finish_stderr, say, usable_streams
from mcdefense.cli.merge import merge
from mcdefense.cli.plot import plot
from mcdefense.cli.run import run
from mcdefense.cli.scenario import scenario
from mcdefense.cli.schema import schema
from mcdefense.cli.show import show
from mcdefense.cli.slurm import slurm
from mcdefense.cli.sweep import sweep
from mcdefense.cli.withstand import withstand
from mcdefense.cli.worth import worth
from mcdefense.errors import Fault, InputError, McdefenseError

_INTERRUPTED = 130
"""Exit code that shells give for SIGINT: 128 + 2."""


class _Commands(click.Group):
    """A group whose commands report a user's mistake, or an interrupt, without a traceback."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        usable_streams()
        try:
            with on_one_core():
                return super().main(*args, **kwargs)
        finally:
            finish_stderr()

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except McdefenseError as error:
            _fail(error, self.commands.get(ctx.invoked_subcommand or ""))
        except MemoryError:
            command = self.commands.get(ctx.invoked_subcommand or "")
            simulates = command is not None and any(one.name == "batch" for one in command.params)
            advice = ": use a smaller --batch, fewer --devices or --worlds" if simulates else ""
            say(f"out of memory{advice}", wait=True)
            sys.exit(McdefenseError.exit_code)
        except KeyboardInterrupt:
            say("interrupted", wait=True)
            sys.exit(_INTERRUPTED)
        except OSError as error:
            if error.errno == errno.EPIPE:  # such as `| head`: click ends quietly
                raise
            say(f"{_place(error)}cannot go on: {error.strerror or error}", wait=True)
            sys.exit(McdefenseError.exit_code)
        except Warning as error:
            say(f"a warning, which PYTHONWARNINGS makes an error: {error}", wait=True)
            sys.exit(McdefenseError.exit_code)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        if command is not None:
            _once(click.Context(command, parent=ctx, resilient_parsing=True), rest)
        return name, command, rest


def _once(ctx: click.Context, words: list[str]) -> None:
    """Raise InputError for an option of one value that is given more often: click would take the
    last, and say nothing of the others."""
    _, _, order = ctx.command.make_parser(ctx).parse_args(list(words))
    faults = [
        Fault(str(one.name), "", f"given {times} times, expected once", option=True)
        for one, times in Counter(order).items()
        if times > 1 and isinstance(one, click.Option) and not (one.multiple or one.is_flag)
    ]
    if faults:
        raise InputError(faults)


def _place(error: OSError) -> str:
    """What a refusal of the system is about, as far as it is known."""
    if error.filename is not None:
        return f"{os.fsdecode(error.filename)}: "
    try:
        os.getcwd()
    except OSError:
        return "the current folder, which has been removed: "
    return ""


def _fail(error: McdefenseError, command: click.Command | None) -> NoReturn:
    text = str(error)
    typed = _typed(command)
    if isinstance(error, InputError):
        faults = [
            replace(fault, where=typed.get(fault.where, fault.where)) if fault.option else fault
            for fault in error.faults
        ]
        text = "\n".join(map(str, faults))
    text = re.sub(r"`(\w+)`", lambda found: typed.get(found[1], found[0]), text)
    for line in text.splitlines():
        say(line, wait=True)
    sys.exit(error.exit_code)


def _typed(command: click.Command | None) -> dict[str, str]:
    """What is typed for each option of this command, or else of another, by its name in Python."""
    commands = [*main.commands.values(), *([] if command is None else [command])]
    return {
        str(parameter.name): max(parameter.opts, key=len)
        if isinstance(parameter, click.Option)
        else parameter.human_readable_name
        for one in commands
        for parameter in one.params
    }


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="All figures are NOTIONAL: for comparing defences, predicting none.",
)
@click.version_option(package_name="mcdefense")
def main() -> None:
    """Compare joined and separate air and missile defences by Monte Carlo (NOTIONAL)."""


for _command in (
    init,
    check,
    run,
    sweep,
    withstand,
    worth,
    show,
    compare,
    drivers,
    plot,
    brief,
    scenario,
    merge,
    slurm,
    bench,
    schema,
    explain,
):
    main.add_command(_command)
