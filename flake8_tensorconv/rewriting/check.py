"""From the text of a file to its findings."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_tensorconv.checking import Judged, judge_text
from flake8_tensorconv.config import Options
from flake8_tensorconv.source.findings import Finding
from flake8_tensorconv.source.parsing import guarded

# libcst takes a third of a second to import: what needs it is imported once there is a finding.
if TYPE_CHECKING:
    import libcst as cst

    from flake8_tensorconv.rewriting.flagging import Flagged


def check_text(
    text: str,
    options: Options,
    tree: ast.Module | None = None,
    *,
    path: str = "",
    whole: bool = False,
) -> list[Finding]:
    """Find the unsafe conversions of a file.

    Args:
        text: its source, with any line endings and without byte order mark.
        options: the user's choices.
        tree: the same text as parsed by `ast`, if it is at hand.
        path: where the file lies; "" if it lies nowhere, so that it has no project.
        whole: look at all of the file, not only at what can lead to a finding.

    Returns:
        The findings of all rules, in the order of their positions.

    Raises:
        SyntaxError: the text is not valid Python.
        CheckError: it cannot be analysed for another reason.
    """
    judged = judge_text(text, options, tree, path=path, whole=whole)
    return [each.finding for each in _flag(judged)]


def check_module(module: cst.Module, options: Options, path: str = "") -> list[Flagged]:
    """Find the unsafe conversions in a libcst tree, with the changes of it that fix them.

    `path` is where the file lies; "" if it lies nowhere.

    Raises:
        SyntaxError: its code is not valid Python.
        CheckError: it cannot be analysed for another reason.
    """
    return _flag(judge_text(module.code, options, path=path), module)


def _flag(judged: Judged | None, module: cst.Module | None = None) -> list[Flagged]:
    if judged is None or not judged.judgements:
        return []
    from flake8_tensorconv.rewriting.flagging import flag

    with guarded():
        return flag(judged.files, judged.judgements, module)
