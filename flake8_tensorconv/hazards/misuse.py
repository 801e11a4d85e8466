"""What belongs to one library is used with the other: methods, functions, operators, dtypes."""

from __future__ import annotations

import ast

from flake8_tensorconv.contents.elements import iterate
from flake8_tensorconv.engine.asking import goes_with, is_caught, is_told
from flake8_tensorconv.engine.placement import dtype_of
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.events.records import (
    ForeignDtype,
    ForeignMember,
    NegativeStep,
    Refused,
)
from flake8_tensorconv.hazards.unsigned import tell_unsigned_operator
from flake8_tensorconv.index.syntax import At, Sign, called_name, subscripts
from flake8_tensorconv.knowledge.dtypes import UNKNOWN as UNKNOWN_DTYPE
from flake8_tensorconv.knowledge.equivalents import NUMPY_ONLY_VALUES, TORCH_ONLY_VALUES
from flake8_tensorconv.knowledge.numpy_dtypes import dtype_named
from flake8_tensorconv.knowledge.numpy_functions import NumpyFunction
from flake8_tensorconv.knowledge.torch_operators import (
    array_only_attributes,
    refuses_array,
    tensor_only_attributes,
)
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.array_layout import steps_backwards
from flake8_tensorconv.lattice.values import (
    OBJECT,
    Alternative,
    Array,
    DtypeObject,
    Method,
    Otherwise,
    Symbol,
    Tensor,
    Value,
)

# Methods and attributes.


def tell_method(run: Run, callee: Value, args: Arguments, node: ast.AST) -> None:
    """`x.copy()`: whatever x may be, where only one library knows the method."""
    if not is_told(run) or not isinstance(node, ast.Call):
        return
    first = next((e for e in callee.alternatives if isinstance(e, Method)), None)
    if first is None or not isinstance(first.node, ast.Attribute):
        return
    name = first.name
    if name not in array_only_attributes() and name not in tensor_only_attributes():
        return
    if is_caught(run, "AttributeError"):
        return
    receivers: list[Alternative] = []
    for each in callee.alternatives:
        other = (each,) if isinstance(each, Otherwise) else OBJECT.alternatives
        receivers += [each.receiver] if isinstance(each, Method) else other
    given = args.value(0, "dtype")
    if not goes_with(run, Value(tuple(receivers))):
        return
    run.program.tell(
        ForeignMember(
            call=node,
            at=first.node,
            operand=first.node.value,
            name=name,
            receiver=Value(tuple(receivers)).expected,
            elsewhere=Value(tuple(receivers)),
            dtype=None if given is None else dtype_of(given),
            torch_name=run.file.torch_name,
            numpy_name=run.file.numpy_name,
        )
    )


def tell_attribute(run: Run, node: ast.Attribute, receiver: Value) -> None:
    """`x.requires_grad`: the same of what is no method."""
    name = node.attr
    if name not in NUMPY_ONLY_VALUES and name not in TORCH_ONLY_VALUES:
        return
    if not is_told(run) or is_caught(run, "AttributeError") or not goes_with(run, receiver):
        return
    run.program.tell(
        ForeignMember(
            call=node,
            at=node,
            operand=node.value,
            name=name,
            receiver=receiver.expected,
            elsewhere=receiver,
            dtype=None,
            torch_name=run.file.torch_name,
            numpy_name=run.file.numpy_name,
        )
    )


# Functions and operators.


def tell_refused(run: Run, record: NumpyFunction, args: Arguments, node: ast.Call) -> None:
    """`np.mean(x)`: NumPy calls the tensor's own method, with arguments that it does not take."""
    error = record.raises_always
    if error is None or not args.positional:
        return
    first = args.positional[0]
    if first.node is None or first.spread or not is_told(run) or is_caught(run, error):
        return
    if not goes_with(run, first.value):
        return
    run.program.tell(_refused(node, called_name(node), first.node, record.name, error, first.value))


def _refused(
    node: ast.expr,
    at: At,
    operand: ast.expr,
    via: str,
    error: str,
    given: Value,
) -> Refused:
    return Refused(node, at, operand, via, error, given.expected, elsewhere=given)


def tell_array(run: Run, dotted: str, args: Arguments, node: ast.Call) -> None:
    """`torch.exp(array)`, `torch.stack([array])`: torch takes tensors there, and nothing else."""
    error = refuses_array(dotted)
    if error is None or not args.positional:
        return
    first = args.positional[0]
    if first.node is None or first.spread or not is_told(run) or is_caught(run, error):
        return
    given, element = first.value, False
    if given.alternatives and not given.of(Array) and not given.tensors:
        given, element = iterate(run, given), True
    if not given.is_array:
        return
    at, name = called_name(node), run.file.torch_name
    run.program.tell(Refused(node, at, first.node, dotted, error, given, element, torch_name=name))


#: `array / tensor`, `array == tensor` and `array != tensor` do not raise.
_REFUSING = frozenset({
    ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod, ast.Pow,
    ast.MatMult, ast.BitAnd, ast.BitOr, ast.BitXor, ast.LShift, ast.RShift,
})  # fmt: skip
_ORDERING = frozenset({ast.Lt, ast.LtE, ast.Gt, ast.GtE})


def tell_operator(
    run: Run,
    call: ast.expr,
    sign: Sign,
    left_node: ast.expr,
    left: Value,
    right_node: ast.expr,
    right: Value,
) -> None:
    """`array * tensor`: NumPy leaves it to the tensor, which does not know arrays."""
    node = sign.node
    kind = type(node.ops[sign.index] if isinstance(node, ast.Compare) else node.op)
    tell_unsigned_operator(run, call, sign, kind, ((left_node, left), (right_node, right)))
    if kind in _REFUSING:
        sides = [(left, right, right_node)]
    elif kind in _ORDERING:
        sides = [(left, right, right_node), (right, left, left_node)]
    else:
        return
    for array, tensor, tensor_node in sides:
        if not array.expected.is_array or not any(t.sure for t in tensor.tensors):
            continue
        if is_told(run) and not is_caught(run, "TypeError"):
            run.program.tell(_refused(call, sign, tensor_node, "operator", "TypeError", tensor))


# Slices.


def tell_negative_step(
    run: Run, node: ast.Subscript, receiver: Value, *, assigned: bool = False
) -> None:
    """`x[::-1]`, which tensors do not know."""
    for index in subscripts(node):
        if not isinstance(index, ast.Slice) or not steps_backwards(index):
            continue
        if is_told(run) and not is_caught(run, "ValueError"):
            tensors = bool(receiver.tensors) and not receiver.is_unknown
            stored = assigned or (tensors and _is_changed(run, node))
            run.program.tell(
                NegativeStep(node, index, node.value, receiver.expected, stored, receiver)
            )
        return


def _is_changed(run: Run, node: ast.Subscript) -> bool:
    """Is it the target of `x[...] += y`?"""
    changing = run.file.index.nodes.get(ast.AugAssign, ())
    return any(isinstance(each, ast.AugAssign) and each.target is node for each, _ in changing)


# Dtypes.


def tell_dtype(
    run: Run, library: str, args: Arguments, node: ast.AST, *positions: int, error: str
) -> None:
    """A dtype is given to a function or method of a library.

    Args:
        run: the run.
        library: whose function it is, "torch" or "numpy".
        args: the arguments.
        node: the call.
        positions: where a dtype may stand, besides the keyword.
        error: the type of the exception that a wrong one raises.
    """
    other = "numpy" if library == "torch" else "torch"
    if not isinstance(node, ast.Call):
        return
    for given in (args.get(None, "dtype"), *(args.get(position) for position in positions)):
        if given is None or given.node is None or given.spread:
            continue
        each = given.value.alternatives
        if not each or any(_library_of(one) != other for one in each):
            continue
        if not is_told(run) or is_caught(run, error):
            continue
        run.program.tell(
            ForeignDtype(
                call=node,
                at=called_name(node),
                operand=given.node,
                library=library,
                dtype=dtype_of(given.value) or frozenset(),
                torch_name=run.file.torch_name,
                numpy_name=run.file.numpy_name,
            )
        )


def _library_of(each: Alternative) -> str:
    """The library whose dtype it surely is."""
    if isinstance(each, DtypeObject):
        return each.library
    if isinstance(each, Symbol) and each.dotted.startswith("numpy."):
        bare = each.dotted.removeprefix("numpy.")
        known = bare not in _PYTHONS and dtype_named(bare) != UNKNOWN_DTYPE
        return "numpy" if known else ""
    return ""


#: Names in NumPy that were Python's own types, which torch takes as well; NumPy 1.24 dropped them.
_PYTHONS = {"float", "int", "complex", "object", "str", "unicode"}


def is_foreign(each: Alternative, name: str) -> bool:
    """Does it surely lack the attribute, which the other library's arrays have?"""
    if isinstance(each, Tensor):
        return each.sure and name in array_only_attributes()
    if isinstance(each, Array):
        numbers = each.sure and "object" not in each.dtype
        return numbers and name in tensor_only_attributes()
    return False
