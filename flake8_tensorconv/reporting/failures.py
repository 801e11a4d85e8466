"""Why a file could not be worked on, in one line."""

from __future__ import annotations

from dataclasses import dataclass

from flake8_tensorconv.reporting.names import is_control, quoted
from flake8_tensorconv.source.parsing import CheckError
from flake8_tensorconv.source.reading import SourceError


@dataclass(frozen=True)
class FileError:
    """Why a file could not be worked on: one line, and the 1-based position where there is one."""

    message: str
    line: int | None = None
    column: int | None = None

    def at(self, path: str) -> str:
        """Write the error as `path:line:column: message`."""
        position = "" if self.line is None else f":{self.line}"
        if self.column is not None:
            position += f":{self.column}"
        return f"{quoted(path)}{position}: {self.message}"


def as_file_error(error: Exception) -> FileError:
    """Say in one line why a file could not be worked on."""
    if isinstance(error, SourceError):
        return FileError(error.message, error.line, error.column)
    if isinstance(error, SyntaxError):
        column = max(error.offset or 1, 1) if error.lineno else None
        return FileError(f"syntax error: {error.msg}", error.lineno or None, column)
    if isinstance(error, CheckError):
        return FileError(
            error.message, error.line, None if error.column is None else error.column + 1
        )
    if isinstance(error, RecursionError | MemoryError):
        return FileError("nested too deeply to be analysed")
    shown = "".join(" " if is_control(char) else char for char in str(error))
    detail = " ".join(shown.split())
    return FileError(f"internal error: {type(error).__name__}: {detail}")
