"""Python's operators on tensors, arrays, numbers and containers."""

from __future__ import annotations

import ast
from dataclasses import replace

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.engine.shapes import paired_ndim
from flake8_tensorconv.events.records import Route
from flake8_tensorconv.hazards.clashes import tell_clash, tell_device_clash
from flake8_tensorconv.hazards.cuts import ENDING, numbers, useless
from flake8_tensorconv.hazards.misuse import tell_operator
from flake8_tensorconv.index.syntax import Sign
from flake8_tensorconv.knowledge.dtypes import DtypeRule, is_complex, is_floating, promote
from flake8_tensorconv.knowledge.numpy_dtypes import native, without_numbers
from flake8_tensorconv.knowledge.torch_operators import Memory, Operator, Output
from flake8_tensorconv.lattice.array_layout import plain
from flake8_tensorconv.lattice.facts import Moment, operator_result, output_tensor
from flake8_tensorconv.lattice.joins import join, join_all, sequence
from flake8_tensorconv.lattice.objects import Kind
from flake8_tensorconv.lattice.promotion import Typed, typed
from flake8_tensorconv.lattice.scalars import (
    counts_as,
    is_scalar,
    is_some_number,
    is_text,
    number_dtype,
    numpy_scalar,
)
from flake8_tensorconv.lattice.values import (
    ANY_DTYPE,
    NUMBER,
    STRING,
    UNKNOWN,
    Alternative,
    Array,
    Class,
    Constant,
    Device,
    Grad,
    Layout,
    Many,
    Otherwise,
    Plain,
    Ref,
    Symbol,
    Tensor,
    Tuple,
    Value,
    value,
)
from flake8_tensorconv.libraries.python.combining import combined
from flake8_tensorconv.libraries.python.counting import counted
from flake8_tensorconv.locations.provenance import Cut, Reason
from flake8_tensorconv.memory import sharing as memory

_PROMOTED = Operator("operator", (Output(True, Memory.FRESH, DtypeRule.PROMOTE),))
_SCALED = Operator("mul", (Output(True, Memory.FRESH, DtypeRule.PROMOTE),))
_DIVIDED = Operator("div", (Output(True, Memory.FRESH, DtypeRule.FLOAT),))
_MULTIPLIED = Operator("operator", (Output(True, Memory.FRESH, DtypeRule.PROMOTE),), matmul=True)
_NEGATED = Operator("operator", (Output(True, Memory.FRESH, DtypeRule.SAME),))

_SCALING = (ast.Mult, ast.Div)
_ADDING = (ast.Add, ast.Sub)
#: `array / tensor` is computed by torch, which reads the array; the others fail in NumPy.
_OPERATORS: dict[type, Operator] = {
    ast.Mult: _SCALED,
    ast.Div: _DIVIDED,
    ast.MatMult: _MULTIPLIED,
}


def moment(run: Run) -> Moment:
    """The modes torch is in now."""
    return Moment(run.state.grad_mode, run.state.autocast)


def binary(
    run: Run,
    node: ast.BinOp | ast.AugAssign,
    operator: ast.operator,
    left_node: ast.expr,
    left: Value,
    right_node: ast.expr,
    right: Value,
) -> Value:
    """What `left <operator> right` may be."""
    if (number := counted(run, operator, left, right)) is not None:
        return number
    if isinstance(node, ast.BinOp):
        memory.read(run, left, node)
    memory.read(run, right, node)
    result = join_all(
        NUMBER
        if _may_be_neither(left, a, b) or _may_be_neither(right, b, a)
        else pair(run, node, operator, a, b)
        for a in left.alternatives
        for b in right.alternatives
    )
    if any(t.role in ENDING for given in (left, right) for t in given.tensors):
        scaled = len([given for given in (left, right) if given.tensors]) == 1
        linear = isinstance(operator, _ADDING) or (scaled and isinstance(operator, _SCALING))
        result = useless(result, [(left_node, left), (right_node, right)], linear=linear)
    sign = Sign(node)
    _conversion(run, node, sign, left_node, left, right)
    if isinstance(operator, ast.Div):
        _conversion(run, node, sign, right_node, right, left)
    call = node if isinstance(node, ast.expr) else right_node
    given = [(left_node, left), (right_node, right)]
    product = isinstance(operator, ast.MatMult)
    if product:
        tell_clash(run, call, sign, given)
    tell_device_clash(run, call, sign, given, elementwise=not product)
    tell_operator(run, call, sign, left_node, left, right_node, right)
    return result


def _may_be_neither(whole: Value, each: Alternative, other: Alternative) -> bool:
    """Is it the number that something unknown may be instead of an array, with a NumPy scalar?

    Nothing shows that there is such a number, and so nothing that they make another scalar.
    """
    number = isinstance(each, Plain) and each.is_number and not is_scalar(each)
    return number and is_scalar(other) and bool(whole.of(Array))


def _conversion(
    run: Run,
    node: ast.BinOp | ast.AugAssign,
    sign: Sign,
    tensor_node: ast.expr,
    given: Value,
    other: Value,
) -> None:
    """`tensor * array` is computed by NumPy, which reads the tensor as an array.

    So is `tensor *= array`, where no guard can be put in.
    """
    others = other.expected
    tensors = tuple(t for t in given.tensors if t.sure)
    if tensors and others.is_array:
        target = isinstance(node, ast.AugAssign) and tensor_node is node.target
        run.emit_to_numpy(
            node if isinstance(node, ast.expr) else tensor_node,
            sign,
            tensor_node,
            Route.ARRAY,
            "operator",
            tensors,
            surely=given.is_tensor,
            mixed=target or len(tensors) < len(given.alternatives),
            meant=len(tensors) == len(given.expected.alternatives),
        )


def pair(
    run: Run,
    node: ast.AST,
    operator: ast.operator,
    a: Alternative,
    b: Alternative,
) -> Value:
    """What an operator makes of one alternative of either operand."""
    rule = _OPERATORS.get(type(operator), _PROMOTED)
    if isinstance(a, Otherwise) or isinstance(b, Otherwise):
        return _with_otherwise(run, node, operator, a, b)
    tensors = [t for t in (a, b) if isinstance(t, Tensor)]
    if tensors:
        return _with_tensor(run, node, operator, rule, a, b)
    if isinstance(a, Array) or isinstance(b, Array):
        result = _array_result(run, node, operator, rule, a, b)
        if Plain("object") in (a, b):  # which may know how to compute with an array itself
            result = replace(result, sure=False)
        return _multiplied(result, a, b) if rule is _MULTIPLIED else value(result)
    if is_text(a):
        return STRING
    if (
        isinstance(operator, ast.BitOr)
        and isinstance(b, _TYPES)
        and isinstance(a, (*_TYPES, Tuple))
    ):
        return value(Tuple((value(a), value(b))))  # `int | str`, which `isinstance` takes
    if isinstance(a, Ref) or isinstance(b, Ref):
        return combined(run, node, a, b)
    if isinstance(a, Tuple) and isinstance(b, Tuple):
        return value(sequence(a.items + b.items))
    if isinstance(a, (Tuple, Many)):
        inside = a.element if isinstance(a, Many) else join_all(a.items)
        if isinstance(b, (Tuple, Many)):
            inside = join(inside, b.element if isinstance(b, Many) else join_all(b.items))
        return value(Many(inside))
    if number_dtype(a) is not None and number_dtype(b) is not None:
        if is_scalar(a) or is_scalar(b):
            scalar = numpy_scalar(frozenset({_promoted(operator, rule, a, b)}))
            return numbers(scalar, _behind(a, b))
        floats = isinstance(operator, ast.Div) or any(
            (isinstance(n, Constant) and isinstance(n.value, float))
            or (isinstance(n, Plain) and n.what == "float" and not n.dtype)
            for n in (a, b)
        )
        return numbers(value(Plain("float")) if floats else NUMBER, _behind(a, b))
    if number_dtype(b) is not None or number_dtype(a) is not None:
        return NUMBER
    return value(Plain("object"))


def _behind(*operands: Alternative) -> frozenset[Cut]:
    """The cuts behind numbers."""
    found = [each.cuts for each in operands if isinstance(each, Plain) and each.cuts]
    return frozenset().union(*found) if found else frozenset()


#: What stands for a type in `int | str`.
_TYPES = (Symbol, Class)


def _with_otherwise(
    run: Run,
    node: ast.AST,
    operator: ast.operator,
    a: Alternative,
    b: Alternative,
) -> Value:
    """Only a tensor makes a tensor of it, whatever it is."""
    a, b = (Plain("number") if isinstance(each, Otherwise) else each for each in (a, b))
    if not isinstance(a, Tensor) and not isinstance(b, Tensor):
        return value(Otherwise())
    made = pair(run, node, operator, a, b)
    return made if made.is_tensor else join(made, value(Otherwise()))


def _with_tensor(
    run: Run,
    node: ast.AST,
    operator: ast.operator,
    rule: Operator,
    a: Alternative,
    b: Alternative,
) -> Value:
    """A tensor and something else. What may be a plain number adds nothing to a sure tensor."""
    tensors = [t for t in (a, b) if isinstance(t, Tensor)]
    sure = [t for t in tensors if t.sure]
    if not sure and any(isinstance(x, Array) for x in (a, b)):
        fresh = run.fresh(node)
        return value(Array(storages=fresh), replace(tensors[0], storages=fresh))
    if sure and len(sure) < len(tensors):
        unsure = next(t for t in tensors if not t.sure)
        informed = unsure.grad != Grad.UNKNOWN or unsure.device != Device.UNKNOWN
        operands = tensors if informed and unsure.grad & Grad.YES else sure
    else:
        operands = tensors
    dtypes = [
        typed(each) if isinstance(each, (Tensor, Array)) else Typed(counts_as(each))
        for each in (a, b)
    ]
    if not sure and any(isinstance(x, Plain) and number_dtype(x) is None for x in (a, b)):
        return value(Plain("object"))
    if isinstance(a, (Ref, Tuple, Many, Constant)) and not sure and number_dtype(a) is None:
        return UNKNOWN
    repeats = isinstance(operator, ast.Mult)
    if repeats and sure and (repeated := _repeated(run, a, b)) is not None:
        return repeated
    if isinstance(operator, _ADDING) and len(tensors) == 1:
        # A number cannot be added to a sparse tensor: whatever goes on is dense.
        dense = [t.layout & ~Layout.SPARSE or Layout.STRIDED for t in operands]
        operands = [replace(t, layout=layout) for t, layout in zip(operands, dense)]
    result = operator_result(
        rule,
        operands,
        dtypes,
        moment(run),
        run.fresh(node),
        sure=bool(sure),
    )
    return result if rule is _MULTIPLIED else with_axes(result, a, b)


def with_axes(result: Value, *operands: Alternative) -> Value:
    """The result of something that is computed element by element."""
    ndim = paired_ndim(operands)
    if ndim is None:
        return result
    return result.with_tensors(lambda t: replace(t, ndim=ndim))


def _repeated(run: Run, a: Alternative, b: Alternative) -> Value | None:
    """`[0] * count`: a tensor that counts repeats a list or text as an integer does."""
    for each in (a, b):
        if isinstance(each, (Tuple, Many)):
            return value(Many(join_all(each.items) if isinstance(each, Tuple) else each.element))
        if isinstance(each, Ref) and run.object(each).kind is Kind.LIST:
            return value(Many(run.object(each).elements(), plain=True))
        if is_text(each):
            return STRING
    return None


def _array_result(
    run: Run,
    node: ast.AST,
    operator: ast.operator,
    rule: Operator,
    a: Alternative,
    b: Alternative,
) -> Array:
    dtype = frozenset({_promoted(operator, rule, a, b)})
    ndim = None if rule is _MULTIPLIED else paired_ndim((a, b))
    reason = next((e.dtype_reason for e in (a, b) if isinstance(e, Array)), None)
    if rule is _DIVIDED or any("python float" in (number_dtype(e) or ()) for e in (a, b)):
        reason = Reason(node, "computed by `{code}`", reason)
    sure = all(e.sure for e in (a, b) if isinstance(e, Array))
    cuts = frozenset(cut for e in (a, b) if isinstance(e, Array) for cut in e.cuts)
    declared = all(e.declared for e in (a, b) if isinstance(e, Array))
    return Array(
        dtype,
        run.fresh(node),
        ndim,
        sure=sure,
        cuts=cuts,
        declared=declared,
        dtype_reason=reason,
    )


def _multiplied(result: Array, a: Alternative, b: Alternative) -> Value:
    """`a @ b`: of two vectors it is a number, which is not known where their axes are not."""
    axes = [each.ndim if isinstance(each, Array) else None for each in (a, b)]
    most = max((ndim for ndim in axes if ndim is not None), default=None)
    if most is not None and most > 1:
        return value(result)
    return numpy_scalar(result.dtype) if axes == [1, 1] else value(result, Plain("number"))


def _promoted(operator: ast.operator, rule: Operator, a: Alternative, b: Alternative) -> str:
    """The dtype that NumPy gives to the result of an operator."""
    names: list[str] = []
    for each in (a, b):
        dtypes = each.dtype if isinstance(each, Array) else number_dtype(each) or ANY_DTYPE
        names.append(native(next(iter(dtypes))) if len(dtypes) == 1 else "?")
    own = without_numbers(names, type(operator).__name__)
    if own is not None:
        return own
    if any(map(is_some_number, (a, b))) and not any(map(is_floating, names)):
        return "?"  # it may be a float as well
    dtype = promote(names, "numpy")
    if rule is _DIVIDED and dtype != "?" and not (is_floating(dtype) or is_complex(dtype)):
        return "float64"
    return dtype


def unary(run: Run, node: ast.UnaryOp, operand: Value) -> Value:
    """What `-x`, `+x` or `~x` may be."""
    memory.read(run, operand, node)
    results = []
    for each in operand.alternatives:
        if isinstance(each, Tensor):
            negated = output_tensor(
                _NEGATED.outputs[0],
                [each],
                [typed(each)],
                moment(run),
                run.fresh(node),
                sure=each.sure,
            )
            results.append(value(replace(negated, ndim=each.ndim)))
        elif isinstance(each, Array):
            results.append(value(replace(plain(each), storages=run.fresh(node))))
        elif isinstance(each, Constant) and isinstance(each.value, (int, float)):
            negative = isinstance(node.op, ast.USub)
            results.append(value(Constant(-each.value)) if negative else NUMBER)
        else:
            results.append(value(each) if isinstance(each, (Plain, Otherwise)) else UNKNOWN)
    return join_all(results)
