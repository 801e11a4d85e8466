"""Finds and fixes unsafe conversions between PyTorch tensors and NumPy arrays."""

from __future__ import annotations

from typing import TypeVar

from flake8_tensorconv.config import Options
from flake8_tensorconv.source.findings import Finding

__all__ = ["Finding", "Options", "__version__", "check_source", "fix_source"]

__version__ = "0.1.0"

S = TypeVar("S", str, bytes)

_DEFAULTS = Options()


def check_source(source: str | bytes, options: Options = _DEFAULTS) -> list[Finding]:
    """Find the unsafe conversions of a Python source file.

    The findings of all rules are returned, those that are off by default as well. Comments such as
    `# noqa` are not looked at.

    Args:
        source: the file's text, or its bytes in any encoding that it declares.
        options: the project's choices.

    Returns:
        The findings in the order of their positions.

    Raises:
        SyntaxError: the source is not valid Python.
        flake8_tensorconv.source.reading.SourceError: the bytes cannot be decoded.
        flake8_tensorconv.source.parsing.CheckError: it cannot be analysed for another reason.
    """
    from flake8_tensorconv.rewriting.check import check_text

    return check_text(_text(source), options)


def fix_source(source: S, options: Options = _DEFAULTS, *, unsafe: bool = False) -> S:
    """Fix the unsafe conversions of a Python source file.

    Everything that `check_source` reports is fixed as far as there is a fix for it.

    Args:
        source: the file's text, or its bytes in any encoding that it declares.
        options: the project's choices.
        unsafe: apply unsafe fixes as well.

    Returns:
        The fixed source, as text or in the encoding of the given bytes.

    Raises:
        SyntaxError: the source is not valid Python.
        flake8_tensorconv.source.reading.SourceError: the bytes cannot be decoded or encoded again.
        flake8_tensorconv.source.parsing.CheckError: it cannot be analysed for another reason.
    """
    from flake8_tensorconv.rewriting import fix_text

    def keep(_: str, findings: list[Finding]) -> list[Finding]:
        return findings

    if isinstance(source, str):
        return fix_text(source, options, unsafe=unsafe, keep=keep).text
    from flake8_tensorconv.source.reading import decode_source, encode_source

    decoded = decode_source(source)
    fixed = fix_text(decoded.text, options, unsafe=unsafe, keep=keep)
    if fixed.text == decoded.text:
        return source
    return encode_source(decoded, source, fixed.text)


def _text(source: str | bytes) -> str:
    if isinstance(source, str):
        return source
    from flake8_tensorconv.source.reading import decode_source

    return decode_source(source).text
