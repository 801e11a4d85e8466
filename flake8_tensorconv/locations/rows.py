"""Which part of a stretch of memory a name reaches."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flake8_tensorconv.locations.regions import Meeting, Step, meet

#: More steps than this are not told apart.
_MAX_STEPS = 6


@dataclass(frozen=True)
class Rows:
    """A part of the first axis of memory.

    Attributes:
        start, stop: the first row, and the one behind the last; None: to the end.
        aligned: the first axis of the name is that of the memory, so that slices can be followed.
        exact: the name reaches all of these rows.
        steps: the indices and views that led from the memory to this part.
    """

    start: int = 0
    stop: int | None = None
    aligned: bool = True
    exact: bool = True
    steps: tuple[Step | None, ...] = ()

    def overlaps(self, other: Rows) -> bool:
        """Can the two have a row in common?"""
        return (other.stop is None or self.start < other.stop) and (
            self.stop is None or other.start < self.stop
        )

    def meets(self, other: Rows) -> Meeting:
        """Are there elements that both reach?"""
        return meet(self.steps, other.steps) if self.overlaps(other) else Meeting.APART

    def without(self, other: Rows) -> tuple[Rows, ...]:
        """What is left of it once all rows of the other have been overwritten."""
        if not other.exact or not self.overlaps(other):
            return (self,)
        left = []
        if self.start < other.start:
            left.append(replace(self, stop=other.start))
        if other.stop is not None and (self.stop is None or other.stop < self.stop):
            left.append(replace(self, start=other.stop))
        return tuple(left)

    def lies_in(self, steps: tuple[Step | None, ...]) -> bool:
        """Is it, or a part of it, what these steps lead to?"""
        return self.steps[: len(steps)] == steps

    def taken(self, index: slice | int | None) -> Rows:
        """The rows that are left after indexing the name; None: an index that is not known."""
        if not self.aligned or index is None:
            return replace(self, aligned=False, exact=False)
        if isinstance(index, int):
            start = self.start + index
            return replace(self, start=start, stop=start + 1, aligned=False)
        start = self.start + (index.start or 0)
        stop = self.stop if index.stop is None else self.start + index.stop
        if self.stop is not None and stop is not None:
            stop = min(stop, self.stop)
        whole = index.step is None
        return replace(self, start=start, stop=stop, aligned=whole, exact=whole and self.exact)

    def after(self, step: Step | None) -> Rows:
        """The same rows, one step further from the memory."""
        if len(self.steps) < _MAX_STEPS:
            return replace(self, steps=(*self.steps, step))
        return self if len(self.steps) > _MAX_STEPS else replace(self, steps=(*self.steps, None))


ALL_ROWS = Rows()
