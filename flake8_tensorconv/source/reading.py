"""Bytes to text and back: encoding, byte order mark and line endings survive."""

from __future__ import annotations

import io
import stat
import sys
import tokenize
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from flake8_tensorconv.source.bounds import MAX_BYTES, too_large


class SourceError(Exception):
    """A file cannot be read or written as Python source.

    Attributes:
        message: one line without the path.
        line, column: 1-based position in the file, where there is one.
    """

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


@dataclass(frozen=True)
class Source:
    """A decoded file.

    Attributes:
        text: the text with its own line endings and without byte order mark.
        encoding: the codec that turns `text` back into the file's bytes.
    """

    text: str
    encoding: str


def split_lines(text: str) -> list[str]:
    r"""Split `text` where Python's tokenizer does; every line ends in "\n" as flake8's do."""
    return list(io.StringIO(text, newline=None))


def decode_source(data: bytes) -> Source:
    """Decode a file by its byte order mark or coding comment, else as UTF-8.

    Raises:
        SourceError: unknown encoding, undecodable bytes, or NUL bytes.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError as error:
        if error.msg.startswith("encoding problem"):
            raise SourceError("byte order mark and coding comment disagree") from None
        if not error.msg.startswith("invalid"):
            raise SourceError(error.msg) from None
        encoding = "utf-8"  # which the first lines are not: decoding all says where
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        byte = f"0x{data[error.start]:02x}"
        raise SourceError(f"byte {byte} cannot be decoded as {encoding}", line, column) from None
    except (LookupError, ValueError):
        raise SourceError(f"{encoding} is not an encoding for source text") from None
    if "\0" in text:
        before = text[: text.index("\0")]
        column = len(before) - (before.rfind("\n") + 1) + 1
        raise SourceError("source code cannot contain NUL bytes", before.count("\n") + 1, column)
    return Source(text, encoding)


def read_bytes(path: str) -> bytes:
    """Read a file.

    Raises:
        SourceError: it cannot be read, is no regular file, or is too large.
    """
    try:
        status = Path(path).stat()
        # Opening a pipe would wait for a writer, and a device may give without end.
        if not stat.S_ISREG(status.st_mode):
            raise SourceError("not a regular file")
        _refuse_large(status.st_size)
        with Path(path).open("rb") as file:
            return _read_bounded(file)
    except (OSError, ValueError) as error:
        raise SourceError(reason_of(error)) from None


def read_stdin() -> bytes:
    """Read standard input.

    Raises:
        SourceError: it is too large.
    """
    return _read_bounded(sys.stdin.buffer)


def _read_bounded(file: IO[bytes]) -> bytes:
    data = file.read(MAX_BYTES + 1)  # its size may have changed, or lie, as in /proc
    _refuse_large(len(data))
    return data


def _refuse_large(size: int) -> None:
    message = too_large(size)
    if message is not None:
        raise SourceError(message)


def encode_source(source: Source, original: bytes, new_text: str) -> bytes:
    """Encode `new_text` as the file it came from was encoded.

    Args:
        source: what `original` was decoded to.
        original: the bytes of the file.
        new_text: what the file shall hold.

    Raises:
        SourceError: the encoding cannot express the text, or would not give back the very bytes
            of the lines that did not change.
    """
    try:
        faithful = source.text.encode(source.encoding) == original
        data = new_text.encode(source.encoding)
        faithful = faithful and decode_source(data).text == new_text
    except (UnicodeError, SourceError):
        faithful = False
    if not faithful:
        raise SourceError(f"not fixed: {source.encoding} does not give back the same bytes")
    return data


def reason_of(error: Exception) -> str:
    """Say in lower case why the operating system refused."""
    strerror = getattr(error, "strerror", None)
    return (str(strerror) if strerror else str(error)).lower()
