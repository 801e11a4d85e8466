"""Where the interpreter stands: the variables, objects and memory of one activation of a body."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from flake8_tensorconv.engine.program import Program
from flake8_tensorconv.events.records import Route, ToNumpy
from flake8_tensorconv.index.syntax import At, FunctionNode, is_path
from flake8_tensorconv.lattice.addresses import Address
from flake8_tensorconv.lattice.answers import Answer
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.joins import join_all
from flake8_tensorconv.lattice.must import Shown
from flake8_tensorconv.lattice.objects import CONTAINER_KINDS, Kind, Object
from flake8_tensorconv.lattice.state import CONVERTED, Changes, State
from flake8_tensorconv.lattice.values import NOTHING, UNKNOWN, Device, Ref, Tensor, Value
from flake8_tensorconv.locations.files import File, Imported
from flake8_tensorconv.locations.provenance import Origin, Reason, Storage
from flake8_tensorconv.locations.scopes import ClassInfo, Frame, FunctionInfo, function_info

#: Calls into the file's own functions, one inside the other.
MAX_DEPTH = 7
#: A function inside itself: enough for containers in containers.
MAX_RECURSION = 4
#: As many rounds of a loop are told apart by what they do to memory.
TOLD_APART = 2
#: Of a loop, containers that are made in one of as many rounds, or in later ones.
_TOLD_LISTS = 3
#: In more loops, one in the other, none are. Python itself nests no more blocks.
MAX_LOOPS = 20
#: In so many loops, one in the other, rounds and elements are gone through one by one: each of them
#: multiplies the work.
MAX_UNFOLDED = 4


@dataclass
class Activation:
    """One run of a function's body (or of the module, or a class body).

    Attributes:
        info: the function; None for the module and class bodies.
        base: the state in which it started.
        returns: value and changes of every `return` reached.
        yields: what a generator hands out.
        breaks, continues: changes at each `break` and `continue` of the innermost loop.
        loop_base: the state in which the innermost loop's body started.
        loop_contexts: how many `with` blocks were open when that loop began.
        finals: the `finally` blocks of the `try` statements around the current statement.
        loop_finals: how many of them are around that loop.
        class_body: the class whose body this is.
        contexts: for each open `with` block, the modes to come back to.
        yielded: the changes at each `yield`.
        raises: for each `try` around the current statement, the changes at every point from
            which an exception may come, and the state in which the `try` started.
        assumed: the outcomes of tests under which the current stretch is being run.
    """

    info: FunctionInfo | None
    base: State
    owner: ClassInfo | None = None
    receiver: Value = NOTHING
    returns: list[tuple[Value, Changes]] = field(default_factory=list)
    yields: Value = NOTHING
    breaks: list[Changes] = field(default_factory=list)
    continues: list[Changes] = field(default_factory=list)
    loop_base: State | None = None
    loop_contexts: int = 0
    finals: list[list[ast.stmt]] = field(default_factory=list)
    loop_finals: int = 0
    contexts: list[Changes] = field(default_factory=list)
    class_body: ClassInfo | None = None
    yielded: list[Changes] = field(default_factory=list)
    raises: list[tuple[State, list[Changes]]] = field(default_factory=list)
    assumed: list[Answer] = field(default_factory=list)


@dataclass
class Run:
    """Where the interpreter stands.

    Attributes:
        program: what is common to the whole analysis.
        frame: the variables in sight.
        state: what they hold.
        activation: the run of the current body.
        stack: the functions being run, outermost first.
        caught: exceptions that a `try` around the current statement catches.
    """

    program: Program[Run]
    frame: Frame
    state: State
    activation: Activation
    stack: tuple[FunctionInfo, ...] = ()
    caught: frozenset[str] = frozenset()

    # The other parts of the interpreter.

    def evaluate(self, node: ast.expr) -> Value:
        """What the expression may be, with all its effects on the state."""
        return self.program.interpreter.evaluate(self, node)

    def execute(self, body: list[ast.stmt]) -> bool:
        """Run statements; tells whether their end can be reached."""
        return self.program.interpreter.execute(self, body)

    def call(self, callee: Value, args: Arguments, node: ast.AST) -> Value:
        """What calling `callee` at `node` may give back."""
        return self.program.interpreter.call(self, callee, args, node)

    def attribute(self, receiver: Value, name: str, node: ast.AST) -> Value:
        """What `receiver.name` may be."""
        return self.program.interpreter.attribute(self, receiver, name, node)

    def peek(self, node: ast.expr) -> Value:
        """What the expression may be, without reporting or changing anything."""
        if isinstance(node, ast.Name):
            return self.evaluate(node)  # reports and changes nothing anyway
        events = self.program.events
        if events.peeking and not is_path(node):
            return UNKNOWN  # tests in tests in tests: each would be evaluated thrice
        with events.unheard(peeking=True), self.at(self.state.fork()):
            return self.evaluate(node)

    # Variables.

    @property
    def file(self) -> File:
        """Where the scope is that is being run."""
        return self.frame.file

    def info(self, node: FunctionNode) -> FunctionInfo:
        """The description of a function of this file, made once."""
        infos = self.program.infos
        found = infos.get(node)
        if found is None:
            found = infos[node] = function_info(node, self.file.index)
        return found

    def home(self, name: str) -> Frame | None:
        """The frame in which `name` lives, seen from here."""
        frame: Frame | None = self.frame
        while frame is not None:
            if name in frame.outer:
                return frame.outer[name]
            if name in frame.names:
                return frame
            frame = frame.parent
        return None

    def lookup(self, name: str) -> Value | None:
        """What the variable holds; None if the file does not bind the name."""
        home = self.home(name)
        if home is None:
            return None
        found = self.state.get((home, name))
        if found is None and home.parent is not None:
            return UNKNOWN
        if found is None:
            return UNKNOWN
        if self.program.follows:
            for each in found.alternatives:
                if type(each) is Imported:
                    return self._resolved(found)
        return found

    def _resolved(self, found: Value) -> Value:
        """The value with what other files say in the place of their names."""
        imported = self.program.interpreter.imported
        return join_all(
            imported(self, each) if isinstance(each, Imported) else Value((each,))
            for each in found.alternatives
        )

    def is_bound(self, name: str) -> bool:
        """May the variable have a value here?"""
        home = self.home(name)
        return home is not None and bool(self.state.get((home, name)))

    def is_local(self, name: str) -> bool:
        """Is it a variable of the body that is being run?"""
        return self.home(name) is self.frame

    def assign(self, name: str, new: Value) -> None:
        """Bind a variable."""
        home = self.home(name)
        if home is not None:
            self.state.set((home, name), new)
            if home.parent is None:
                self.program.version += 1

    # Objects.

    def object(self, ref: Ref) -> Object:
        """What the object holds."""
        found = self.state.get(ref.address)
        return found if found is not None else Object(Kind.INSTANCE)

    def store(self, ref: Ref, new: Object) -> None:
        """Change an object."""
        if new is self.state.get(ref.address):
            return
        self.state.set(ref.address, new)
        if not ref.address.path:
            self.program.version += 1

    def allocate(self, node: ast.AST, new: Object, *, tag: ast.AST | None = None) -> Value:
        """Make an object at `node`; what the same place made before is taken to be like it."""
        path = self.frame.path if tag is None else (*self.frame.path, tag)
        # Methods are called on objects, where one that stands for several is better known.
        rounds: tuple[int, ...] = ()
        if new.kind in CONTAINER_KINDS:
            rounds = tuple(min(number, _TOLD_LISTS) for number in self.program.loops)
        address = Address(node, path, rounds)
        self.state.set(address, new)
        return Value((Ref(address),))

    def some(self, new: Object) -> Value:
        """An object of which only its class is known; what the first one held is kept."""
        assert new.cls is not None
        address = Address(new.cls if isinstance(new.cls, str) else new.cls.node)
        if self.state.get(address) is None:
            self.state.set(address, new)
        return Value((Ref(address),))

    def allocate_lazy(self, node: ast.AST, elements: Callable[[Run], Value]) -> Value:
        """Make an iterator whose elements are computed where it is iterated."""
        made = self.allocate(node, Object(Kind.LAZY))
        for ref in made.alternatives:
            if isinstance(ref, Ref):
                self.program.lazies[ref.address] = elements
        return made

    # Memory.

    @property
    def rounds(self) -> tuple[int, ...] | None:
        """The rounds of the loops around; None where rounds are no longer told apart."""
        loops = self.program.loops
        if len(loops) > MAX_LOOPS or any(number >= TOLD_APART for number in loops):
            return None
        return tuple(loops)

    @property
    def entered_alone(self) -> bool:
        """Is this the body of a function that is looked at on its own?"""
        return self.program.alone and len(self.stack) == 1

    def fresh(self, node: ast.AST) -> frozenset[Storage]:
        """Memory that is made at `node`; nothing where memory is not looked at."""
        rounds = self.rounds
        if rounds is None or not self.program.tracks_memory:
            return frozenset()
        return frozenset({Storage(Origin.FRESH, node, self.frame.path, rounds)})

    # Branches.

    def at(self, state: State) -> _ForAWhile:
        """Go on in another state for a while."""
        return _ForAWhile(self, "state", state)

    def within(self, frame: Frame) -> _ForAWhile:
        """Go on among the variables of another frame for a while."""
        return _ForAWhile(self, "frame", frame)

    def expecting(self, caught: frozenset[str]) -> _ForAWhile:
        """Go on where these exceptions are caught for a while."""
        return _ForAWhile(self, "caught", caught)

    # Events.

    def _on_known_cpu(self, tensor: Tensor) -> Tensor:
        """The tensor, if it is where something lies that was converted before."""
        if (
            tensor.device & Device.UNKNOWN
            and _root(tensor.device_reason) in self.state.get(CONVERTED).roots
        ):
            return replace(tensor, device=tensor.device & ~Device.UNKNOWN | Device.CPU)
        return tensor

    def _learn_from(self, operand: ast.expr, route: Route, tensors: tuple[Tensor, ...]) -> None:
        """Once `x.numpy()` has run, x and what is computed from it are known to be on the CPU."""
        if route is not Route.METHOD or not isinstance(operand, ast.Name):
            return
        roots = {_root(t.device_reason) for t in tensors if t.device & Device.UNKNOWN}
        learnt = frozenset(r for r in roots if isinstance(r, ast.arg))
        if learnt:
            self.state.set(CONVERTED, Shown(self.state.get(CONVERTED).roots | learnt))

    def emit_to_numpy(
        self,
        call: ast.expr,
        at: At,
        operand: ast.expr,
        route: Route,
        via: str,
        tensors: tuple[Tensor, ...],
        *,
        surely: bool,
        element: bool = False,
        mixed: bool = False,
        meant: bool = False,
    ) -> None:
        """Tell the rules that tensors are converted here; the arguments are those of `ToNumpy`."""
        if not self.program.events.kept:
            return
        grad_mode = self.state.grad_mode
        tensors = Value(tensors).on(self.state.machine).tensors
        tensors = tuple(map(self._on_known_cpu, tensors))
        self._learn_from(operand, route, tensors)
        self.program.tell(
            ToNumpy(
                call=call,
                at=at,
                operand=operand,
                route=route,
                via=via,
                tensors=tensors,
                grad_mode=grad_mode,
                element=element,
                mixed=mixed,
                surely=surely,
                meant=meant,
                torch_name=self.file.torch_name,
                function=self.stack[-1].name if self.stack else "",
                caught=self.caught,
                callers_known=self.program.callers_known,
            )
        )


class _ForAWhile:
    """A context in which something of a run is another. (`contextlib` would cost twice this.)"""

    __slots__ = ("name", "new", "old", "run")

    def __init__(self, run: Run, name: str, new: object) -> None:
        self.run = run
        self.name = name
        self.new = new

    def __enter__(self) -> None:
        self.old = getattr(self.run, self.name)
        setattr(self.run, self.name, self.new)

    def __exit__(self, *error: object) -> None:
        setattr(self.run, self.name, self.old)


def new_run(program: Program[Run], file: File, state: State) -> Run:
    """A run at the beginning of a file, in the state in which the program gets there."""
    index = file.index
    frame = Frame(file, None, (), index.bound(file.tree) | index.globals)
    program.modules[file] = frame
    return Run(program, frame, state, Activation(None, state))


def _root(reason: Reason | None) -> ast.AST | None:
    return None if reason is None else reason.root
