"""The two sides of a clash in one trace."""

from __future__ import annotations

from dataclasses import replace

from flake8_tensorconv.locations.provenance import Reason


def both_sides(one: Reason | None, what: str, other: Reason | None) -> Reason | None:
    """Where both things come from that do not go together.

    Args:
        one: where the first comes from.
        what: what it is, to be told with it: "on the CPU".
        other: where the second comes from, which the trace ends with.
    """
    if one is None or other is None:
        return other
    told = [other]
    while told[-1].cause is not None:
        told.append(told[-1].cause)
    chain = Reason(one.node, f"{what}: {one.text}")
    for reason in reversed(told):
        chain = replace(reason, cause=chain, depth=chain.depth + 1)
    return chain
