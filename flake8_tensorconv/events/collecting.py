"""What the rules will look at, as the interpreter comes across it."""

from __future__ import annotations

from dataclasses import dataclass, field

from flake8_tensorconv.events.records import Met


@dataclass
class Events:
    """The events of one analysis.

    Attributes:
        met: those that were kept, in the order in which they were met.
        kept: are they kept at this moment?
        peeking: is an expression being looked at that is not run here?
        picked: is one of several functions being run, which may go with what it is given or not?
    """

    met: list[Met] = field(default_factory=list)
    kept: bool = True
    peeking: bool = False
    picked: bool = False

    def append(self, event: Met) -> None:
        """Keep an event."""
        self.met.append(event)

    def unheard(self, *, peeking: bool = False) -> _Unheard:
        """A stretch of the analysis in which no events are kept."""
        return _Unheard(self, peeking)


class _Unheard:
    """A context in which no events are kept. (`contextlib` would cost three times this.)"""

    __slots__ = ("before", "events", "peeking")

    def __init__(self, events: Events, peeking: bool) -> None:
        self.events = events
        self.peeking = peeking
        self.before = (events.kept, events.peeking)

    def __enter__(self) -> None:
        self.events.kept = False
        self.events.peeking |= self.peeking

    def __exit__(self, *error: object) -> None:
        self.events.kept, self.events.peeking = self.before
