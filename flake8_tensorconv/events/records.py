"""What the rules see: the moments of a program at which a value crosses between the libraries."""

from __future__ import annotations

import ast
import enum
from dataclasses import dataclass

from flake8_tensorconv.events.computations import (
    AcceleratorNamed,
    Detour,
    DeviceClash,
    DtypeClash,
    GradientCut,
    IndexDtype,
)
from flake8_tensorconv.index.syntax import At
from flake8_tensorconv.lattice.magnitudes import Magnitude
from flake8_tensorconv.lattice.values import NOTHING, Array, Device, Dtypes, Grad, Tensor, Value
from flake8_tensorconv.locations.provenance import Reason

#: What refuses an array in `tensor[...] = array`.
STORED_IN_TENSOR = "torch.Tensor.__setitem__"


class Route(enum.Enum):
    """The way a tensor's data reaches NumPy; the symptoms and the fixes differ."""

    METHOD = "method"  # x.numpy()
    ARRAY = "array"  # anything that calls Tensor.__array__: np.asarray(x), np.sin(x), plt.plot(x)
    DLPACK = "dlpack"  # np.from_dlpack(x)


@dataclass(frozen=True)
class ToNumpy:
    """A tensor's data is handed to NumPy, or to a library that reads it as an array.

    Attributes:
        call: the whole converting expression.
        at: the name a finding points at (`numpy` in `x.numpy()`, `asarray` in `np.asarray(x)`).
        operand: the expression that holds the tensor; guards are added to it.
        route: how the data gets there.
        via: dotted name of what converts: "Tensor.numpy", "numpy.asarray", "pandas.Series".
        tensors: what the operand may be, as far as it may be a tensor; if it is none, the event is
            only there for those of the same expression in other contexts.
        grad_mode: is gradient recording on at this moment (YES), off (NO), or not known?
        element: the tensors are elements of the operand (a list, a tuple ...), so that no guard
            can be added to the operand itself.
        mixed: the operand (or some of its elements) may also be something that is no tensor, such
            as an array, for which a guard would raise AttributeError; no fix is offered then.
        torch_name: what the file calls torch, for fixes that have to name it; None if it does not.
        caught: names of the exceptions that the program expects here.
        callers_known: it stands in a function that is looked at on its own, though the file shows
            calls of it.
        blind: whatever is not known of the tensors is so because they are from where the file
            shows nothing. Filled in by the judge.
        elsewhere: what the operand may be in the other contexts in which the same expression was
            analysed; a fix has to suit those too. Filled in by the judge, not by the interpreter.
        surely: the operand (or each of its elements) is a tensor, however it turns out, or else
            cannot be converted anyway: a guard may be called on it. Only then a fix is safe.
        meant: where it is mixed, it is so with numbers or None, or only where there was nothing to
            go through: what is to be converted is the tensor.
        function: the name of the function that it stands in.
    """

    call: ast.expr
    at: At
    operand: ast.expr
    route: Route
    via: str
    tensors: tuple[Tensor, ...]
    grad_mode: Grad
    element: bool = False
    mixed: bool = False
    torch_name: str | None = None
    caught: frozenset[str] = frozenset()
    callers_known: bool = False
    blind: bool = False
    elsewhere: tuple[Tensor, ...] = ()
    surely: bool = True
    meant: bool = False
    function: str = ""


@dataclass(frozen=True)
class ToTensor:
    """A tensor is made of data: of an array, a list, a number or another tensor.

    Attributes:
        call, at, operand, torch_name: as in `ToNumpy`.
        via: dotted name of what converts: "torch.from_numpy", "torch.FloatTensor".
        given: what the operand may be, where there was something to go through.
        inside: what its elements may be, as far as it is a list or tuple.
        sequence: it surely is one.
        filled: it is one that surely holds something.
        rows: what the elements of those are, if they surely are lists or tuples themselves.
        dtype, device: what is asked for by name; None if nothing is.
        copies: is a copy asked for?
        followed: the attribute that is taken from the tensor on the spot, as in
            `torch.from_numpy(a).float()`, or the dtype of `.to(torch.float32)`; "" if none is.
        stored: it goes right into a part of another tensor, which keeps its dtype.
        converted: the tensors, if the operand is itself such a conversion to NumPy. Filled in by
            the judge, as is `widened`.
        caught: names of the exceptions that the program expects here.
        rebound: the operand is a variable that is surely a tensor on one of the paths that lead
            here, whatever it is on the others.
        numpy_name: what the file calls NumPy; None if it does not.
        widened: the dtype that it is cast to later, after the constructor has rounded it; "?" for
            one that is known at run time, "" for none.
        elsewhere: what the operand may be in any context in which the same expression was
            analysed; a fix has to suit them all. The interpreter says it of one, the judge of all.
        size: how large the numbers are, as far as the file spells them out.
        default_changes: the file says what torch makes new floating tensors of.
    """

    call: ast.Call
    at: At
    operand: ast.expr
    via: str
    given: Value
    inside: Value
    sequence: bool
    rows: Value
    dtype: Dtypes | None
    device: Device | None
    copies: bool
    followed: str
    stored: bool
    caught: frozenset[str]
    rebound: bool
    torch_name: str | None
    numpy_name: str | None
    converted: tuple[Tensor, ...] = ()
    widened: str = ""
    filled: bool = False
    elsewhere: Value = NOTHING
    size: Magnitude | None = None
    default_changes: bool = False


@dataclass(frozen=True)
class Collated:
    """A DataLoader puts arrays together to a batch, which makes tensors of them.

    Attributes:
        call, at, operand: what goes through the loader.
        array: what its dataset gives.
    """

    call: ast.expr
    at: At
    operand: ast.expr
    array: Array


@dataclass(frozen=True)
class UnsignedDtype:
    """A tensor of uint16, uint32 or uint64 is given to what torch has no kernel for.

    Attributes:
        call, at, operand: as in `ToNumpy`.
        via: the function below `torch`; "operator" for an operator of Python.
        tensor: the operand.
        fixable: another tensor may stand in its place.
    """

    call: ast.expr
    at: At
    operand: ast.expr
    via: str
    tensor: Tensor
    fixable: bool


@dataclass(frozen=True)
class Widened:
    """A tensor is cast to what may be wider than the constructor that has rounded it.

    Attributes:
        call, at: where it was made.
        dtype: what it is cast to: "float64", or "?" for one that is known at run time.
    """

    call: ast.AST
    at: At
    dtype: str


class Trouble(enum.Enum):
    """What comes of shared memory."""

    CHANGED = "changed"  # one name changes it, another one is used afterwards
    FOREIGN = "foreign"  # memory that belongs to somebody else is changed through the new name
    ESCAPES = "escapes"  # a new name of memory that belongs to somebody else is given away


@dataclass(frozen=True)
class SharedMemory:
    """A conversion shares memory, and something comes of it.

    Attributes:
        call, at, operand, via: the conversion, as in `ToNumpy`.
        trouble: what comes of it.
        story: where the memory was made, shared, changed and used.
        torch_name: what the file calls torch, for fixes that have to name it; None if it does not.
        outside: nothing in the file uses one name after a change through the other; callers to
            whom it is given may.
        perhaps: it shares the memory that is changed only if a move before it, such as `.cpu()`,
            had nothing to do, or if the part that is changed happens to be that part.
    """

    call: ast.expr
    at: At
    operand: ast.expr
    via: str
    trouble: Trouble
    story: Reason
    torch_name: str | None = None
    outside: bool = False
    perhaps: bool = False


@dataclass(frozen=True)
class ForeignMember:
    """A method or attribute is asked for that only the arrays of the other library have.

    Attributes:
        call: the call of the method, or the attribute.
        at, operand: the name that is asked for, and the expression that it is asked of.
        name: that name.
        receiver: what the operand may be.
        dtype: what a dtype among the arguments means; None if there is none.
        torch_name, numpy_name: what the file calls the libraries; None if it does not.
        elsewhere: as in `ToTensor`.
    """

    call: ast.expr
    at: At
    operand: ast.expr
    name: str
    receiver: Value
    dtype: Dtypes | None
    torch_name: str | None
    numpy_name: str | None
    elsewhere: Value = NOTHING
    size: Magnitude | None = None
    default_changes: bool = False


@dataclass(frozen=True)
class Refused:
    """A function or operator of one library is given an array of the other, and refuses every one.

    Attributes:
        call, at, operand: as in `ToNumpy`.
        via: dotted name of the function: "numpy.mean", "torch.exp"; "operator" for an operator.
        error: the type of the exception.
        given: what the operand, or an element of it, may be.
        element: it is the elements of the operand that are refused.
        torch_name: what the file calls torch; None if it does not.
        elsewhere: as in `ToTensor`.
    """

    call: ast.expr
    at: At
    operand: ast.expr
    via: str
    error: str
    given: Value
    element: bool = False
    torch_name: str | None = None
    elsewhere: Value = NOTHING
    size: Magnitude | None = None
    default_changes: bool = False


@dataclass(frozen=True)
class ForeignDtype:
    """A function or method of one library is given a dtype of the other.

    Attributes:
        call, at: the call, and the name of what is called.
        operand: the expression that names the dtype.
        library: whose function it is, "torch" or "numpy".
        dtype: the dtypes that the argument may name.
        torch_name, numpy_name: what the file calls the libraries; None if it does not.
    """

    call: ast.expr
    at: At
    operand: ast.expr
    library: str
    dtype: Dtypes
    torch_name: str | None
    numpy_name: str | None


@dataclass(frozen=True)
class NegativeStep:
    """A slice with a negative step is taken, or assigned to.

    Attributes:
        call, at, operand: the subscript, the slice in it, and what is sliced.
        given: what that may be.
        stored: it is assigned to.
        elsewhere: as in `ToTensor`.
    """

    call: ast.Subscript
    at: ast.Slice
    operand: ast.expr
    given: Value
    stored: bool
    elsewhere: Value = NOTHING
    size: Magnitude | None = None
    default_changes: bool = False


#: What rules see.
Event = (
    ToNumpy
    | ToTensor
    | Collated
    | UnsignedDtype
    | SharedMemory
    | ForeignMember
    | Refused
    | ForeignDtype
    | NegativeStep
    | DtypeClash
    | IndexDtype
    | DeviceClash
    | Detour
    | GradientCut
    | AcceleratorNamed
)

#: What the interpreter meets: what rules see, and what the judge tells them with it.
Met = Event | Widened
