"""One file, from its text to what the rules say about it: selection, interpreter and rules."""

from __future__ import annotations

import ast
import functools
import gc
from typing import TYPE_CHECKING

from flake8_tensorconv.config import Options
from flake8_tensorconv.index.index import index_of
from flake8_tensorconv.selection.focus import focus, gate
from flake8_tensorconv.source.parsing import bounded, guarded, parse

if TYPE_CHECKING:
    from flake8_tensorconv.rules import Judgement


def judge_text(
    text: str, options: Options, tree: ast.Module | None = None, *, whole: bool = False
) -> tuple[ast.Module, list[Judgement]]:
    """What the rules say about a file.

    Args:
        text: its source, with any line endings and without byte order mark.
        options: the user's choices.
        tree: the same text as parsed by `ast`, if it is at hand.
        whole: look at all of the file, not only at what can lead to a finding.

    Returns:
        The tree, and the judgements about its nodes.

    Raises:
        SyntaxError: the text is not valid Python.
        CheckError: it cannot be analysed for another reason.
    """
    bounded(text)
    with guarded():
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
        from flake8_tensorconv.interpreter.entry import analyze
        from flake8_tensorconv.locations.files import File
        from flake8_tensorconv.rules import judge

        file = File(index_of(tree) if focused is None else focused.index)
        judgements = judge(analyze(file, focused), options)
    _settle()
    return tree, judgements


@functools.cache
def _settle() -> None:
    """Keep the garbage collector, once, from ever visiting what the analysis has loaded.

    Its modules and tables are a hundred thousand objects that live as long as the process.
    """
    gc.freeze()
