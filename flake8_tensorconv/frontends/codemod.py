"""The fixes as a libcst codemod.

    python -m libcst.tool codemod --no-format -x flake8_tensorconv.codemod.FixTensorConversions PATH

It reads the same configuration as the `tensorconv` command and changes files in the same way.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import libcst as cst
from libcst.codemod import CodemodCommand, CodemodContext, SkipFile

from flake8_tensorconv.config import DevicePolicy, FixStyle, Options
from flake8_tensorconv.rewriting.check import check_module
from flake8_tensorconv.rewriting.fixpoint import fix_all
from flake8_tensorconv.rewriting.flagging import Flagged
from flake8_tensorconv.rewriting.nodes import ReplaceNodes
from flake8_tensorconv.selection.focus import focus, gate
from flake8_tensorconv.settings.codes import Selection
from flake8_tensorconv.settings.loading import SettingsError, load_settings
from flake8_tensorconv.settings.noqa import unsilenced
from flake8_tensorconv.source.findings import Finding
from flake8_tensorconv.source.parsing import CheckError, bounded, parse


class FixTensorConversions(CodemodCommand):
    """Inserts what is missing where a tensor is converted to a NumPy array."""

    DESCRIPTION = "Fix unsafe conversions between PyTorch tensors and NumPy arrays."

    def __init__(
        self,
        context: CodemodContext,
        unsafe_fixes: bool = False,
        fix_style: str | None = None,
        min_torch: str | None = None,
        device: str | None = None,
    ) -> None:
        """Take the arguments of the command line; None leaves the choice to the configuration."""
        super().__init__(context)
        self._unsafe = unsafe_fixes
        choices = {"fix-style": fix_style, "min-torch": min_torch, "device": device}
        self._chosen = {key: value for key, value in choices.items() if value is not None}

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        """Describe the arguments that the constructor takes."""
        arg_parser.add_argument(
            "--unsafe-fixes", action="store_true", help="Apply unsafe fixes as well."
        )
        arg_parser.add_argument(
            "--fix-style",
            choices=[style.value for style in FixStyle],
            help="How missing guards are written.",
        )
        arg_parser.add_argument(
            "--min-torch", metavar="VERSION", help="The oldest torch that the project supports."
        )
        arg_parser.add_argument(
            "--device",
            choices=[policy.value for policy in DevicePolicy],
            help="Where tensors may live.",
        )

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        """Fix a module.

        Raises:
            SkipFile: it cannot be analysed, or the configuration is wrong.
        """
        try:
            text = tree.code
            bounded(text)
            if not gate(text, Options()) or focus(text, parse(text), Options()) is None:
                return tree
            return self._fixed(tree)
        except SyntaxError as error:
            raise SkipFile(f"syntax error in line {error.lineno}: {error.msg}") from None
        except (CheckError, SettingsError) as error:
            raise SkipFile(str(error)) from None
        except RecursionError:
            raise SkipFile("nested too deeply to be analysed") from None

    def _fixed(self, tree: cst.Module) -> cst.Module:
        settings = load_settings(self._chosen)
        selection = Selection(settings.flake8)
        path = self.context.filename or "stdin"
        known: dict[Finding, Flagged] = {}

        def check(module: cst.Module) -> list[Finding]:
            code = module.code
            known.clear()
            known.update(
                (each.finding, each)
                for each in check_module(module, settings.options, self.context.filename or "")
            )
            chosen = [finding for finding in known if selection.reports(path, finding.code)]
            return unsilenced(path, code, chosen, settings.flake8)

        def apply(module: cst.Module, findings: Sequence[Finding]) -> cst.Module:
            changes = (change for finding in findings for change in known[finding].changes)
            return module.visit(ReplaceNodes(changes))

        return fix_all(
            tree, code=lambda module: module.code, check=check, apply=apply, unsafe=self._unsafe
        ).program
