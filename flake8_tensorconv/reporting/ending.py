"""How a command ends where it cannot end as it meant to: in one line, with an honest exit code."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import click

#: What shells say of a process that an interrupt has ended.
INTERRUPTED = 130
#: Standard output or standard error could not be written.
UNWRITTEN = 2


class Group(click.Group):
    """A group of commands of which none ends in a traceback for want of a reader or of patience."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read the arguments; `--help` and `--version` write here."""
        with _plainly():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was chosen."""
        with _plainly():
            return super().invoke(ctx)


@contextmanager
def _plainly() -> Iterator[None]:
    """Turn Ctrl-C and streams that cannot be written (full, closed) into exit codes."""
    try:
        yield
        sys.stdout.flush()
    except KeyboardInterrupt:
        _forget_streams()
        sys.exit(INTERRUPTED)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        with suppress(OSError):
            click.echo(f"Error: the output cannot be written: {reason}", err=True)
        _forget_streams()
        sys.exit(UNWRITTEN)


def _forget_streams() -> None:
    """Let what is left in buffers go nowhere: Python would try once more, and complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, io.UnsupportedOperation):
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
