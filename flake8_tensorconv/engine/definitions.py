"""What comes into being as the files of a program are run."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from flake8_tensorconv.index.syntax import FunctionNode
from flake8_tensorconv.lattice.addresses import Address
from flake8_tensorconv.lattice.answers import Answer
from flake8_tensorconv.lattice.state import Changes, State
from flake8_tensorconv.lattice.values import Value
from flake8_tensorconv.locations.files import File
from flake8_tensorconv.locations.provenance import Link
from flake8_tensorconv.locations.scopes import ClassInfo, Closure, Frame, FunctionInfo

#: Where the interpreter stands.
R = TypeVar("R")


@dataclass(frozen=True)
class Way:
    """One way in which the tests can come out that the methods of a class ask of an object.

    Attributes:
        outcomes: of tests of what its constructor has stored.
        objects: what the objects of the class, and what they hold, are then.
    """

    outcomes: Sequence[Answer]
    objects: Changes


@dataclass
class Definitions(Generic[R]):
    """What comes into being as the files of a program are run.

    Attributes:
        modules: of each file that has been run, the variables of its module.
        infos: the descriptions of functions met so far.
        classes: classes by definition.
        methods: the class that a function is a method of.
        members: the methods of a class.
        called: functions that some call has entered.
        decorated: what a definition bound, after its decorators.
        closures: functions that were defined, with a state in which they can be entered.
        leaving: for the context managers that generators make, what happens behind the `yield`.
        lazies: for generators and lazy maps, what gives their elements when they are asked for.
        captured: frames that a function defined in them can still see.
        foreign: links to memory that the function which made them does not own.
        traced: functions that are compiled, in which NumPy's functions are torch's.
        follows: a name of another file has been bound.
        other_default_dtype: the program makes torch's new tensors something else than float32.
    """

    modules: dict[File, Frame] = field(default_factory=dict)
    infos: dict[FunctionNode, FunctionInfo] = field(default_factory=dict)
    classes: dict[ast.ClassDef, ClassInfo] = field(default_factory=dict)
    methods: dict[FunctionInfo, ClassInfo] = field(default_factory=dict)
    members: dict[ClassInfo, tuple[Closure, ...]] = field(default_factory=dict)
    called: set[FunctionInfo] = field(default_factory=set)
    decorated: dict[Closure, Value] = field(default_factory=dict)
    closures: dict[Closure, State] = field(default_factory=dict)
    leaving: dict[Address, Changes] = field(default_factory=dict)
    lazies: dict[Address, Callable[[R], Value]] = field(default_factory=dict)
    captured: set[Frame] = field(default_factory=set)
    foreign: set[Link] = field(default_factory=set)
    traced: set[ast.AST] = field(default_factory=set)
    follows: bool = False
    other_default_dtype: bool = False

    def add(self, other: Definitions[R], state: State) -> None:
        """Take over what another program has defined.

        Args:
            other: the definitions.
            state: where functions defined inside others can be entered from now on.
        """
        self.modules.update(other.modules)
        self.infos.update(other.infos)
        self.classes.update(other.classes)
        self.methods.update(other.methods)
        self.members.update(other.members)
        self.called |= other.called
        self.decorated.update(other.decorated)
        self.closures.update(dict.fromkeys(other.closures, state))
        self.leaving.update(other.leaving)
        self.lazies.update(other.lazies)
        self.captured |= other.captured
        self.foreign |= other.foreign
        self.traced |= other.traced
        self.follows |= other.follows
        self.other_default_dtype |= other.other_default_dtype

    def beyond(self, others: Iterable[Definitions[R]]) -> Definitions[R]:
        """These definitions without those that were taken over."""
        own: Definitions[R] = Definitions()
        own.add(self, State())
        for other in others:
            for name, theirs in vars(other).items():
                mine = getattr(own, name)
                if isinstance(mine, set):
                    mine -= theirs
                elif isinstance(mine, dict):
                    for key in theirs:
                        mine.pop(key, None)
        return own


@dataclass(frozen=True, eq=False)
class ModuleRun(Generic[R]):
    """What a file does as it is imported where nothing else has been.

    Attributes:
        file: the file.
        frame: its variables.
        changes: what is in the state behind it, other than what the files that it uses have done.
        before: of these entries, what they were when the file began.
        definitions: what it defines, other than those.
        uses: the runs of the files that it uses, each behind those that this one uses itself.
    """

    file: File
    frame: Frame
    changes: Changes
    before: Changes
    definitions: Definitions[R]
    uses: tuple[ModuleRun[R], ...]
