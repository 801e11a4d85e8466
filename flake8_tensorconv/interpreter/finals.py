"""What `finally` blocks do when a statement leaves them: `return`, `break` or `continue`."""

from __future__ import annotations

from flake8_tensorconv.engine.run import Run


def leave_tries(run: Run, outer: int) -> bool:
    """Run the `finally` blocks around the current statement, the innermost first.

    Args:
        run: the run.
        outer: so many of the outermost ones are not left.

    Returns:
        Whether the statement gets where it wanted; a block that leaves by itself goes first.
    """
    finals = run.activation.finals
    around = list(finals)
    reached = True
    while reached and len(finals) > outer:
        reached = run.execute(finals.pop())
    finals[:] = around
    return reached
