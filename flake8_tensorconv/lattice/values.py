"""The lattice: what an expression may be, as sets of possibilities.

A `Value` is a set of alternatives, one per way the program can run. Each fact of an alternative is
again a set: a branch that gives YES joined with one that gives NO is YES|NO, on some path it does.
UNKNOWN is a possibility of its own: nothing in the file says.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from flake8_tensorconv.lattice.addresses import Address, Owner
from flake8_tensorconv.lattice.flags import Flags
from flake8_tensorconv.lattice.sizes import MAX_SIZE, size_of
from flake8_tensorconv.locations.files import Imported
from flake8_tensorconv.locations.provenance import Cut, Reason, Refusal, Storage

if TYPE_CHECKING:
    from flake8_tensorconv.locations.scopes import ClassInfo, Closure


class Grad(Flags):
    """Does the tensor require grad? Also used for grad mode: is recording on?"""

    NO = 1
    YES = 2
    UNKNOWN = 4


class Device(Flags):
    """Where the tensor's data may live."""

    CPU = 1
    ACCELERATOR = 2
    META = 4
    UNKNOWN = 8


class Layout(Flags):
    """How the data lies in memory, as far as NumPy cares."""

    STRIDED = 1
    SPARSE = 2
    CONJ = 4
    NEG = 8


class ArrayLayout(Flags):
    """How an array lies in memory, as far as torch cares."""

    PLAIN = 1
    REVERSED = 2  # with negative strides
    READ_ONLY = 4
    GAPS = 8  # read-only and with gaps or repetitions, so that `reshape` copies


#: What `Plain` calls the numbers of Python; a "number" may be of any kind.
_NUMBERS = frozenset({"number", "int", "float", "bool", "available", "unavailable"})

#: Names of dtypes ("float32", "bfloat16", ...); "?" is the possibility that nothing is known of.
Dtypes = frozenset[str]
ANY_DTYPE: Dtypes = frozenset({"?"})


@dataclass(frozen=True)
class Tensor:
    """A torch tensor, or (`sure` false) something of which nothing says that it is one.

    The facts of an unsure one are those that hold if it is a tensor after all.

    Attributes:
        sure: known to be a torch tensor.
        grad, device, dtype, layout: the possibilities of each fact.
        scalar: may be 0-d; such a CPU tensor mixes with tensors of any device.
        storages: the memory it may lie in.
        ndim: how many axes it has; None if that is not known.
        role: "parameter" or "buffer" of a module, which moves along with it; "leaf" if made to
            require grad of values whose graph was cut, "unheld" or "even" if computed of it; or "".
        owner: where the parameter of a module is held.
        cuts: where graphs end whose values it was computed from.
        refusals: why its gradients cannot be computed.
        declared: only an annotation says that it is one, and those may be wrong.
        blind: it is from where the file shows nothing, and nothing has told of it since.
        grad_reason, device_reason, dtype_reason, layout_reason: why each fact holds.
    """

    sure: bool = True
    grad: Grad = Grad.UNKNOWN
    device: Device = Device.UNKNOWN
    dtype: Dtypes = ANY_DTYPE
    layout: Layout = Layout.STRIDED
    storages: frozenset[Storage] = frozenset()
    scalar: bool = False
    ndim: int | None = None
    role: str = ""
    owner: Owner | None = None
    cuts: frozenset[Cut] = frozenset()
    refusals: frozenset[Refusal] = frozenset()
    declared: bool = False
    blind: bool = False
    grad_reason: Reason | None = field(default=None, compare=False)
    device_reason: Reason | None = field(default=None, compare=False)
    dtype_reason: Reason | None = field(default=None, compare=False)
    layout_reason: Reason | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Array:
    """A NumPy array.

    Attributes:
        sure: known to be an `ndarray`; what NumPy makes of something unknown may be of the same
            kind as that.
        cuts, declared: as for `Tensor`.
        dtype: its name as in NumPy, with ">" in front where the byte order is a foreign one.
        storages, ndim: as for `Tensor`.
        layout: the possible ways in which it lies in memory.
        reversed_axes: the axes that may be stepped through backwards, counted from the front, or
            (negative) from the back; None is an axis of which nothing more is known.
        dtype_reason, layout_reason: why each fact holds.
    """

    dtype: Dtypes = ANY_DTYPE
    storages: frozenset[Storage] = frozenset()
    ndim: int | None = None
    layout: ArrayLayout = ArrayLayout.PLAIN
    reversed_axes: frozenset[int | None] = frozenset()
    sure: bool = True
    cuts: frozenset[Cut] = frozenset()
    declared: bool = False
    dtype_reason: Reason | None = field(default=None, compare=False)
    layout_reason: Reason | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Constant:
    """A Python constant whose value the program spells out: a string, number, bool or None."""

    value: str | bytes | int | float | complex | bool | None

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Constant)
            and type(self.value) is type(other.value)
            and self.value == other.value
        )

    def __hash__(self) -> int:
        return hash((type(self.value), self.value))


@dataclass(frozen=True)
class Plain:
    """Surely neither tensor nor array: "number", "int", "str", or the name of a foreign class.

    Attributes:
        what: what it is.
        dtype: the dtypes that a NumPy scalar may have; nothing where it is no such scalar.
        widened, cuts: it stands for more constants than are told apart; as for `Tensor`.
    """

    what: str
    dtype: Dtypes = frozenset()
    widened: bool = False
    cuts: frozenset[Cut] = frozenset()

    @property
    def is_number(self) -> bool:
        """Is it a number? (It is one of NumPy's if it has a dtype.)"""
        return self.what in _NUMBERS


@dataclass(frozen=True)
class Tuple:
    """A tuple of known length; `names` are those of a named tuple's fields."""

    items: tuple[Value, ...]
    names: tuple[str, ...] = ()
    size: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        size = 1 + size_of(self.items)
        if size > MAX_SIZE and size > 1 + len(self.items):
            object.__setattr__(self, "items", (OBJECT,) * len(self.items))
            size = 1 + len(self.items)
        object.__setattr__(self, "size", size)


@dataclass(frozen=True)
class Many:
    """An immutable sequence of unknown length, or anything else that is only iterated.

    Attributes:
        element: what each of its elements may be.
        plain: it is surely a list or tuple of Python.
        items: the elements one by one, in order, where they are known; else empty.
    """

    element: Value
    plain: bool = False
    items: tuple[Value, ...] = ()
    size: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        size = 1 + size_of((self.element, *self.items))
        if size > MAX_SIZE:
            object.__setattr__(self, "element", OBJECT)
            object.__setattr__(self, "items", ())
        object.__setattr__(self, "size", min(size, MAX_SIZE))


@dataclass(frozen=True)
class Symbol:
    """A name of another library, by its dotted path: "torch.nn.Linear"."""

    dotted: str


@dataclass(frozen=True)
class DtypeObject:
    """A dtype used as a value; `library` is the one it belongs to, if that is known."""

    dtype: Dtypes
    library: str = ""


@dataclass(frozen=True)
class DeviceObject:
    """A device used as a value."""

    device: Device
    reason: Reason | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Ref:
    """A mutable object; what it holds is in the state, under its address."""

    address: Address


@dataclass(frozen=True)
class Function:
    """A function of this file.

    Attributes:
        closure: the function and where it was defined.
        receiver: what it is bound to, if it is a method taken from an object.
        role: "property", "static" or "class" as the decorators say, else "".
        grad_mode: the grad mode that a decorator runs it in, if any.
        setter: of a property, what assigning to it calls.
        overloads: the classes and functions that `singledispatch` chooses from; None if it is an
            ordinary function.
    """

    closure: Closure
    receiver: Value | None = None
    role: str = ""
    grad_mode: Grad | None = None
    setter: Function | None = None
    overloads: tuple[tuple[Alternative, Function], ...] | None = None


@dataclass(frozen=True)
class Class:
    """A class of this file."""

    info: ClassInfo


@dataclass(frozen=True)
class Method:
    """A bound method of a tensor, array, container or module that is not of this file.

    `node` is the attribute expression, so that `f = x.numpy` and `f()` can be told apart.
    """

    receiver: Alternative
    name: str
    node: ast.AST = field(compare=False)


@dataclass(frozen=True)
class Otherwise:
    """What it is only where there is nothing to go through: no rule speaks of it, fixes suit it.

    Attributes:
        what: what it is then, as far as tests can tell; None if it may be anything.
    """

    what: Alternative | None = None


Alternative = (
    Tensor | Array | Constant | Plain | Tuple | Many | Symbol | DtypeObject | DeviceObject
    | Ref | Function | Class | Method | Otherwise | Imported
)  # fmt: skip


@dataclass(frozen=True)
class Value:
    """What an expression may be: one alternative for each way it can turn out."""

    alternatives: tuple[Alternative, ...]

    def __bool__(self) -> bool:
        """Is there anything that it may be?"""
        return bool(self.alternatives)

    def of(self, *types: type) -> Value:
        """Only the alternatives of these types."""
        return Value(tuple(a for a in self.alternatives if isinstance(a, types)))

    def without(self, *types: type) -> Value:
        """All but the alternatives of these types."""
        return Value(tuple(a for a in self.alternatives if not isinstance(a, types)))

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        """The alternatives that are, or may be, tensors."""
        return tuple(a for a in self.alternatives if isinstance(a, Tensor))

    @property
    def arrays(self) -> tuple[Array, ...]:
        """The alternatives that are, or may be, arrays."""
        return tuple(a for a in self.alternatives if isinstance(a, Array))

    def with_tensors(self, change: Callable[[Tensor], Tensor]) -> Value:
        """The same, with every alternative that is, or may be, a tensor changed."""
        return Value(tuple(change(a) if isinstance(a, Tensor) else a for a in self.alternatives))

    def on(self, devices: Device) -> Value:
        """The same, where no tensor can be anywhere but on these devices."""
        if devices == _ANYWHERE:
            return self
        placed = tuple(_on(each, devices) for each in self.alternatives)
        return self if placed == self.alternatives else Value(placed)

    @property
    def is_unknown(self) -> bool:
        """Does nothing say what it is?"""
        return any(isinstance(a, Tensor) and not a.sure for a in self.alternatives)

    @property
    def expected(self) -> Value:
        """What it is where there is something to go through; findings are about that."""
        return self.without(Otherwise)

    @property
    def is_tensor(self) -> bool:
        """Is it surely a tensor, however it turns out? The methods of one can be called on it."""
        return bool(self.alternatives) and all(
            isinstance(a, Tensor) and a.sure for a in self.alternatives
        )

    @property
    def is_array(self) -> bool:
        """Is it surely an array, however it turns out?"""
        return bool(self.alternatives) and all(
            isinstance(a, Array) and a.sure for a in self.alternatives
        )

    @property
    def constants(self) -> tuple[Constant, ...]:
        """The alternatives that are spelled-out constants."""
        return tuple(a for a in self.alternatives if isinstance(a, Constant))


NOTHING = Value(())
UNKNOWN = Value((Tensor(sure=False, blind=True),))
NONE = Value((Constant(None),))
NUMBER = Value((Plain("number"),))
INTEGER = Value((Plain("int"),))
BOOL = Value((Plain("bool"),))
#: Whether the machine has an accelerator, and whether it has none.
AVAILABLE, UNAVAILABLE = Plain("available"), Plain("unavailable")
STRING = Value((Plain("str"),))
OBJECT = Value((Plain("object"),))


def value(*alternatives: Alternative) -> Value:
    """A value of these alternatives."""
    return Value(alternatives)


_ANYWHERE = Device.CPU | Device.ACCELERATOR | Device.META | Device.UNKNOWN


def _on(each: Alternative, devices: Device) -> Alternative:
    match each:
        case Tensor(device=device) if device & ~devices:
            return replace(each, device=device & devices or Device.CPU)
        case Tuple(items=items):
            return replace(each, items=tuple(item.on(devices) for item in items))
        case _:
            return each
