"""Is what happens here told to the rules?"""

from __future__ import annotations

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.lattice.values import Value

_ALL = frozenset({"Exception", "BaseException", ""})


def is_caught(run: Run, error: str) -> bool:
    """Does a `try` around the current statement catch the exception?"""
    return bool(run.caught & {error, *_ALL})


def goes_with(run: Run, given: Value) -> bool:
    """Is it given to what is being run for certain, and not to another function in its place?"""
    return not run.program.events.picked or len(given.expected.alternatives) < 2


def is_told(run: Run) -> bool:
    """Is this a context that counts? Where the file shows callers, only theirs do."""
    return run.program.events.kept and not run.program.callers_known
