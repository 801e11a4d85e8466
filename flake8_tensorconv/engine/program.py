"""What one analysis knows and collects, of whichever files it comes to."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from flake8_tensorconv.engine.definitions import Definitions, ModuleRun, Way
from flake8_tensorconv.events.collecting import Events
from flake8_tensorconv.events.doubting import doubted
from flake8_tensorconv.events.records import Met
from flake8_tensorconv.index.syntax import For, body_of, walk_all
from flake8_tensorconv.lattice.addresses import Address
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.call_outcomes import Outcome
from flake8_tensorconv.lattice.changes import Change
from flake8_tensorconv.lattice.partitions import Partitions
from flake8_tensorconv.lattice.plans import Rebuilding
from flake8_tensorconv.lattice.state import State
from flake8_tensorconv.lattice.values import Value
from flake8_tensorconv.locations.files import File, Imported
from flake8_tensorconv.locations.provenance import Storage
from flake8_tensorconv.locations.scopes import (
    ClassInfo,
    Closure,
    Frame,
    FunctionInfo,
)

#: Where the interpreter stands; a program only hands it on.
R = TypeVar("R")
R_contra = TypeVar("R_contra", contravariant=True)

#: Expressions evaluated per file before calls are no longer followed: with a spelled-out
#: conversion in it, and without.
BUDGET = 6_000
SMALL_BUDGET = 2_500
#: Expressions evaluated for one function, or a line of it if that gives more, before it is only
#: looked through once more, without going through outcomes of tests, elements and rounds of loops
#: one by one: each loop around multiplies the work. What is met from there on is no more than
#: possible.
UNFOLDING = 3_000
UNFOLDING_OF_LINE = 30


class Interpreter(Protocol[R_contra]):
    """What the parts of the interpreter need of each other."""

    def evaluate(self, run: R_contra, node: ast.expr) -> Value:
        """What an expression may be."""

    def execute(self, run: R_contra, body: list[ast.stmt]) -> bool:
        """Run statements; tells whether their end can be reached."""

    def call(self, run: R_contra, callee: Value, args: Arguments, node: ast.AST) -> Value:
        """What a call may give back."""

    def attribute(self, run: R_contra, receiver: Value, name: str, node: ast.AST) -> Value:
        """What an attribute may be."""

    def imported(self, run: R_contra, name: Imported) -> Value:
        """What a name of another file may stand for."""


class Modules(Protocol):
    """The files of the program that imports lead to."""

    def module(self, importer: File, dotted: str, level: int) -> File | None:
        """The file that an import means; None if it is of another library, or unknown."""

    def submodule(self, package: File, name: str) -> File | None:
        """A module in a package."""

    def importers(self, file: File, names: Set[str]) -> list[File] | None:
        """Files that may use what a file defines under these names; None if nobody knows."""

    def seen(self, file: File) -> File | None:
        """The file that lies where another program has found this one."""

    def for_any(self) -> Modules:
        """The same files as they lie there, whichever of them is judged."""


@dataclass(kw_only=True)
class Program(Definitions[R]):
    """What one analysis knows and collects.

    Attributes:
        file: the file with which the program begins: the one that is judged.
        project: finds the files that it imports.
        running: the files that are being run for any program, around this one.
        taken_over: the files that had been run for all programs, in the order of their use.
        events: everything the rules will look at.
        bodies: the nodes in functions, as far as they have been asked for.
        ways: of classes that ask tests of their objects again, how these can come out.
        changing: of methods, whether they change something that outlives them.
        largest: where arrays are made of data, how large the numbers are that they were made of.
        computing: the addresses of the lazies whose elements are being asked for.
        frames: the frame of each function for each way of calling it.
        outcomes: what calls did that have been followed.
        entered: the calls, as in `outcomes`, that are being followed.
        version: counts the changes of the module's own variables and objects.
        steps, budget: expressions evaluated so far, and at most.
        folding: how many it will be before tests and loops are no longer gone through one by one.
        folded: something has not been gone through one by one.
        callers_known: the function being looked at on its own is also called in the file.
        tracks_memory: something in the file may share memory.
        loops: which round each of the loops around the current statement is in.
        turns: for each loop, the round that it was in last.
        alone: functions are being looked at on their own, with unknown callers.
        changes: the changes of memory made by functions on their own.
        handed_out: what functions on their own give away, and where.
        partitions: where a test is asked more than once.
        tested: by variable, where the outcomes of tests that name it are remembered.
        answers: the variables that have held the outcome of a test.
        paths: the variables of which access paths have been remembered.
        keyed: the variables in the text of elements of which something is remembered.
        asked: the variables of which tests are remembered.
        counted: by loop, the variable that counts its turns, if a test asks about it.
        rebuilt: by loop, where it may put something else in the place of elements.
        plans: what the loops around the current statement do with elements.
        numpy_only: of functions not followed, whether they name NumPy and nothing of torch.
        numbered, numbers: files, and the order of their nodes.
        departed: where what was on the CPU came from, as it is put on an accelerator.
    """

    interpreter: Interpreter[R]
    file: File
    project: Modules
    running: frozenset[File] = frozenset()
    taken_over: list[ModuleRun[R]] = field(default_factory=list)
    events: Events = field(default_factory=Events)
    bodies: dict[FunctionInfo, frozenset[ast.AST]] = field(default_factory=dict)
    ways: dict[ClassInfo, list[Way]] = field(default_factory=dict)
    changing: dict[FunctionInfo, bool] = field(default_factory=dict)
    largest: dict[ast.AST, float] = field(default_factory=dict)
    computing: set[Address] = field(default_factory=set)
    frames: dict[tuple[Closure, tuple[ast.AST, ...]], Frame] = field(default_factory=dict)
    outcomes: dict[object, Outcome] = field(default_factory=dict)
    entered: set[object] = field(default_factory=set)
    version: int = 0
    steps: int = 0
    budget: int = BUDGET
    folding: int = UNFOLDING
    folded: bool = False
    callers_known: bool = False
    tracks_memory: bool = True
    loops: list[int] = field(default_factory=list)
    turns: dict[ast.AST, int] = field(default_factory=dict)
    alone: bool = False
    changes: list[Change] = field(default_factory=list)
    handed_out: list[tuple[Storage, ast.AST]] = field(default_factory=list)
    partitions: Partitions = field(default_factory=Partitions)
    tested: dict[str, set[tuple[Frame, str]]] = field(default_factory=dict)
    answers: set[tuple[Frame, str]] = field(default_factory=set)
    paths: set[tuple[Frame, str]] = field(default_factory=set)
    keyed: set[tuple[Frame, str]] = field(default_factory=set)
    counted: dict[For, str] = field(default_factory=dict)
    rebuilt: dict[For, tuple[ast.Subscript, ...]] = field(default_factory=dict)
    asked: set[tuple[Frame, str]] = field(default_factory=set)
    plans: list[Rebuilding] = field(default_factory=list)
    numpy_only: dict[FunctionInfo, bool] = field(default_factory=dict)
    numbered: set[File] = field(default_factory=set)
    numbers: dict[ast.AST, int] = field(default_factory=dict)
    departed: set[ast.AST] = field(default_factory=set)

    @property
    def order(self) -> Mapping[ast.AST, int]:
        """The nodes of all files that were run, numbered: see `Index.order`."""
        if len(self.modules) == 1:
            return self.file.index.order
        for file in self.modules:
            if file not in self.numbered:
                self.numbered.add(file)
                start = len(self.numbers)
                order = file.index.order.items()
                self.numbers.update((node, start + number) for node, number in order)
        return self.numbers

    def unfolds(self) -> bool:
        """May outcomes of tests, elements and rounds of loops still be gone through one by one?

        Once it says no, nothing is more than possible until the next function.
        """
        self.folded = self.folded or self.steps >= self.folding
        return not self.folded

    def tell(self, event: Met) -> None:
        """Keep an event for the rules."""
        self.events.append(doubted(event) if self.folded else event)

    def unfold(self, body: Sequence[ast.stmt] | ast.expr) -> None:
        """Begin with a module or function, whose tests and loops are gone through one by one."""
        parts = [body] if isinstance(body, ast.expr) else body
        lines = (parts[-1].end_lineno or 0) - parts[0].lineno if parts else 0
        self.folded = False
        self.folding = self.steps + max(UNFOLDING, lines * UNFOLDING_OF_LINE)

    def inside(self, info: FunctionInfo) -> frozenset[ast.AST]:
        """The nodes in the body of a function, gathered once."""
        found = self.bodies.get(info)
        if found is None:
            found = self.bodies[info] = frozenset(walk_all(body_of(info.node)))
        return found

    def define(self, closure: Closure, state: State) -> None:
        """Note that a function has come into being."""
        self.closures.setdefault(closure, state)
        frame: Frame | None = closure.frame
        while frame is not None and frame not in self.captured:
            self.captured.add(frame)
            frame = frame.parent

    def is_forward(self, info: FunctionInfo) -> bool:
        """Is it the `forward` of a class?"""
        return info.name == "forward" and info in self.methods

    def owner_of(self, info: FunctionInfo) -> ClassInfo | None:
        """The class whose method it is."""
        return self.methods.get(info)
