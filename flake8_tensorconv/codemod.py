"""The codemod, under the name by which libcst's command is told of it."""

from flake8_tensorconv.frontends.codemod import FixTensorConversions

__all__ = ["FixTensorConversions"]
