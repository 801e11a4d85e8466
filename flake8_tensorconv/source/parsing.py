"""From text to tree: what cannot be parsed, or is too much of it, is named."""

from __future__ import annotations

import ast
import gc
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from flake8_tensorconv.source.bounds import too_large, too_long


class CheckError(Exception):
    """A file cannot be analysed although Python may accept it.

    Attributes:
        message: why, in one line.
        line: 1-based line, or None if the reason lies nowhere in particular.
        column: 0-based column in characters, or None.
    """

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column

    def __reduce__(self) -> tuple[type[CheckError], tuple[str, int | None, int | None]]:
        return type(self), (self.message, self.line, self.column)


class Unparsable(CheckError):
    """The text is no Python source, for a reason that is not a SyntaxError."""


class TooDeep(CheckError):
    """An expression or block is nested more deeply than the parser or the analysis can follow."""


class TooLarge(CheckError):
    """There is more text than fits into a sensible amount of memory."""


def parse(text: str) -> ast.Module:
    """Parse with the built-in parser, silently.

    Raises:
        SyntaxError: the text is not valid Python.
        CheckError: the parser refuses it for another reason.
    """
    try:
        with guarded():
            return ast.parse(text)
    except ValueError as error:
        at = text.find("\0")
        if at < 0:
            raise Unparsable(str(error)) from None
        start = text.rfind("\n", 0, at) + 1
        line = text.count("\n", 0, at) + 1
        raise Unparsable("source code contains a NUL character", line, at - start) from None
    except MemoryError:  # the parser's own stack is full
        raise TooDeep("nested too deeply to be parsed") from None


def bounded(text: str, tree: ast.Module | None = None) -> None:
    """See to it that neither the memory nor the stack of the process overflows.

    Args:
        text: the source.
        tree: the same as parsed by `ast`, once it is.

    Raises:
        TooLarge: there is too much of it.
        TooDeep: libcst's parser would descend too deeply into it.
    """
    message = too_large(len(text))
    if message is not None:
        raise TooLarge(message)
    line = None if tree is None else too_long(text, tree)
    if line is not None:
        raise TooDeep("nested too deeply to be analysed", line)


#: Frames that the analysis may need: it enters the file's functions as the program would.
_FRAMES = 5_000


@contextmanager
def guarded() -> Iterator[None]:
    """Swallow the parser's warnings about the user's string literals; name what is too deep."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _FRAMES))
    collecting = gc.isenabled()
    gc.disable()  # trees are large and free of cycles: looking for some costs and finds nothing
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except RecursionError:
        raise TooDeep("nested too deeply to be analysed") from None
    finally:
        sys.setrecursionlimit(before)
        if collecting:
            gc.enable()
