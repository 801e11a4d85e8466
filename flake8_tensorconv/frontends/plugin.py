"""The flake8 plugin: a thin adapter. Nothing heavy is imported until a file is looked at."""

from __future__ import annotations

import ast
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from flake8_tensorconv import __version__
from flake8_tensorconv.config import Options
from flake8_tensorconv.settings.codes import OFF_BY_DEFAULT, opted_in, user_selectors
from flake8_tensorconv.settings.options import add_options, options_from

if TYPE_CHECKING:
    from flake8.options.manager import OptionManager


#: What flake8 calls standard input.
_NOWHERE = ("stdin", "-")


class TensorConversions:
    """Reports unsafe conversions between PyTorch tensors and NumPy arrays."""

    name = "flake8-tensorconv"
    version = __version__
    options: ClassVar[Options] = Options()
    selectors: ClassVar[tuple[str, ...]] = ()

    def __init__(self, tree: ast.Module, lines: Sequence[str], filename: str) -> None:
        """Take what flake8 has of a file: its syntax tree, its lines and its name."""
        self._tree = tree
        self._lines = lines
        self._filename = filename

    def run(self) -> Iterator[tuple[int, int, str, type[TensorConversions]]]:
        """Yield (line, 0-based column, "CODE message", plugin class) for every finding.

        A file that cannot be analysed is named on stderr and has no findings: an exception
        would end flake8 for all files.
        """
        try:
            from flake8_tensorconv.rewriting.check import check_text

            path = "" if self._filename in _NOWHERE else self._filename
            findings = check_text("".join(self._lines), self.options, self._tree, path=path)
        except SyntaxError:
            return  # flake8 reports it as E999
        except Exception as error:
            from flake8_tensorconv.reporting.failures import as_file_error

            print(as_file_error(error).at(self._filename), file=sys.stderr)
            return
        for finding in findings:
            if opted_in(finding.code, self.selectors):
                text = f"{finding.code} {finding.message}"
                yield finding.span.line, finding.span.column, text, type(self)

    @classmethod
    def add_options(cls, manager: OptionManager) -> None:
        """Register the options, which flake8 also reads from its configuration files."""
        add_options(manager)

    @classmethod
    def parse_options(cls, namespace: Namespace) -> None:
        """Take over flake8's merged options.

        Raises:
            flake8.exceptions.ExecutionError: a value is wrong; flake8 ends with its message.
        """
        try:
            cls.options = options_from(namespace)
        except ValueError as error:
            from flake8.exceptions import ExecutionError

            raise ExecutionError(f"tensorconv: {error}") from None
        cls.selectors = user_selectors(namespace)
        unwanted = (code for code in OFF_BY_DEFAULT if not opted_in(code, cls.selectors))
        cls.options = replace(cls.options, unwanted=frozenset(unwanted))
