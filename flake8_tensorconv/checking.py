"""From source text to findings: the whole way through focus, analysis and rules, for one file."""

from __future__ import annotations

import ast
import functools
import gc
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flake8_tensorconv.bounds import too_large, too_long
from flake8_tensorconv.config import Options
from flake8_tensorconv.findings import Finding
from flake8_tensorconv.focus import focus, gate

# libcst takes a third of a second to import: what needs it is imported once there is a finding.
if TYPE_CHECKING:
    import libcst as cst

    from flake8_tensorconv.rewriting.flagging import Flagged
    from flake8_tensorconv.rules import Judgement


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


def check_text(
    text: str, options: Options, tree: ast.Module | None = None, *, whole: bool = False
) -> list[Finding]:
    """Find the unsafe conversions of a file.

    Args:
        text: its source, with any line endings and without byte order mark.
        options: the user's choices.
        tree: the same text as parsed by `ast`, if it is at hand.
        whole: look at all of the file, not only at what can lead to a finding.

    Returns:
        The findings of all rules, in the order of their positions.

    Raises:
        SyntaxError: the text is not valid Python.
        CheckError: it cannot be analysed for another reason.
    """
    tree, judgements = _judged(text, options, tree, whole=whole)
    return [each.finding for each in _flag(text, tree, judgements)] if judgements else []


def check_module(module: cst.Module, options: Options) -> list[Flagged]:
    """Find the unsafe conversions in a libcst tree, with the changes of it that fix them.

    Raises:
        SyntaxError: its code is not valid Python.
        CheckError: it cannot be analysed for another reason.
    """
    tree, judgements = _judged(module.code, options)
    return _flag(module.code, tree, judgements, module) if judgements else []


def _judged(
    text: str, options: Options, tree: ast.Module | None = None, *, whole: bool = False
) -> tuple[ast.Module, list[Judgement]]:
    """The tree of a file, and what the rules say about it."""
    bounded(text)
    with _guarded():
        if tree is None:
            tree = parse(text)  # even without torch in it: the user wants to hear of syntax errors
        focused = None
        if not whole:
            if not gate(text, options):
                return tree, []
            focused = focus(text, tree, options)
            if focused is None:
                return tree, []
        bounded(text, tree)
        # What is not needed for most files takes a while to import.
        from flake8_tensorconv.analysis import analyze
        from flake8_tensorconv.rules import judge

        judgements = judge(analyze(tree, focused), options)
    _settle()
    return tree, judgements


def _flag(
    text: str,
    tree: ast.Module,
    judgements: Sequence[Judgement],
    module: cst.Module | None = None,
) -> list[Flagged]:
    from flake8_tensorconv.rewriting.flagging import flag

    with _guarded():
        return flag(text, tree, judgements, module)


def parse(text: str) -> ast.Module:
    """Parse with the built-in parser, silently.

    Raises:
        SyntaxError: the text is not valid Python.
        CheckError: the parser refuses it for another reason.
    """
    try:
        with _guarded():
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
def _guarded() -> Iterator[None]:
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


@functools.cache
def _settle() -> None:
    """Keep the garbage collector, once, from ever visiting what the analysis has loaded.

    Its modules and tables are a hundred thousand objects that live as long as the process.
    """
    gc.freeze()
