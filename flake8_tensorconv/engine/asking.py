"""Is what happens here told to the rules?"""

from __future__ import annotations

from flake8_tensorconv.engine.run import Run

_ALL = frozenset({"Exception", "BaseException", ""})


def is_caught(run: Run, error: str) -> bool:
    """Does a `try` around the current statement catch the exception?"""
    return bool(run.caught & {error, *_ALL})


def is_told(run: Run) -> bool:
    """Is this a context that counts? Where the file shows callers, only theirs do."""
    return run.program.events.kept and not run.program.callers_known
