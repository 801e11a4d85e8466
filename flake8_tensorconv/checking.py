"""One file, from its text to what the rules say about it: selection, interpreter and rules."""

from __future__ import annotations

import ast
import functools
import gc
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_tensorconv.config import Options
from flake8_tensorconv.index.index import index_of
from flake8_tensorconv.locations.files import File
from flake8_tensorconv.project.loading import Project
from flake8_tensorconv.selection.focus import focus, gate
from flake8_tensorconv.source.parsing import bounded, guarded, parse

if TYPE_CHECKING:
    from flake8_tensorconv.rules import Judgement


@dataclass(frozen=True)
class Judged:
    """What the rules say about a file.

    Attributes:
        judgements: about nodes of the first file.
        files: the files that the judgements tell of: the file itself, then others of its project.
    """

    judgements: list[Judgement]
    files: tuple[File, ...]


def judge_text(
    text: str,
    options: Options,
    tree: ast.Module | None = None,
    *,
    path: str = "",
    whole: bool = False,
) -> Judged | None:
    """What the rules say about a file.

    Args:
        text: its source, with any line endings and without byte order mark.
        options: the user's choices.
        tree: the same text as parsed by `ast`, if it is at hand.
        path: where the file lies; "" if it lies nowhere, so that it has no project.
        whole: look at all of the file, not only at what can lead to a finding.

    Returns:
        The judgements; None if nothing in the file can be worth one.

    Raises:
        SyntaxError: the text is not valid Python.
        CheckError: it cannot be analysed for another reason.
    """
    path = path if options.project else ""
    bounded(text)
    with guarded():
        if tree is None:
            tree = parse(text)  # even without torch in it: the user wants to hear of syntax errors
        focused = None
        if not whole:
            if not gate(text, options, alone=not path):
                return None
            focused = focus(text, tree, options)
            if focused is None:
                return None
        bounded(text, tree)
        # What is not needed for most files takes a while to import.
        from flake8_tensorconv.interpreter.entry import analyze
        from flake8_tensorconv.rules import judge

        index = index_of(tree) if focused is None else focused.index
        file = File(index, os.path.abspath(path) if path else "", text)  # noqa: PTH100
        project = Project(file)
        judgements = judge(analyze(file, project, focused), options)
    _settle()
    others = [each for each in project.files.values() if each not in (file, None)]
    return Judged(judgements, (file, *others))


@functools.cache
def _settle() -> None:
    """Keep the garbage collector, once, from ever visiting what the analysis has loaded.

    Its modules and tables are a hundred thousand objects that live as long as the process.
    """
    gc.freeze()
