"""Narrowing by what a value is an instance of, however that is asked.

`isinstance(x, T)`, `torch.is_tensor(x)`, `np.isscalar(x)`, `type(x) is T`, `type(x) in (T, U)`,
`x.__class__ is T`, `type(x).__name__ == "T"`, `issubclass(type(x), T)`, `hasattr(x, "detach")`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace

from flake8_tensorconv.contents.refining import refine
from flake8_tensorconv.contents.turns import narrowed
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.knowledge.torch_operators import tensor_attributes
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.joins import join_all
from flake8_tensorconv.lattice.must import Test, Twins
from flake8_tensorconv.lattice.values import (
    BOOL,
    Alternative,
    Array,
    Constant,
    Otherwise,
    Plain,
    Symbol,
    Tensor,
    Value,
    value,
)
from flake8_tensorconv.narrowing.classify import (
    classes_in,
    has_attribute,
    instance_of,
    is_exactly,
)
from flake8_tensorconv.narrowing.dispatches import doubt_others
from flake8_tensorconv.narrowing.siblings import narrow_siblings
from flake8_tensorconv.narrowing.tensor_conditions import welcome

#: Questions about one argument, and the classes whose instances the answer is yes for. A number of
#: Python or NumPy is a scalar for NumPy, a tensor or array without axes is none.
ASKED: dict[str, Value] = {
    "torch.is_tensor": value(Symbol("torch.Tensor")),
    "torch._is_tensor": value(Symbol("torch.Tensor")),
    "numpy.isscalar": value(
        Symbol("numbers.Number"),
        Symbol("builtins.str"),
        Symbol("builtins.bytes"),
        Symbol("numpy.generic"),
    ),
    "builtins.callable": value(Symbol("collections.abc.Callable")),
}
#: The classes that `type(x).__name__` tells of.
_BY_NAME = {
    "Tensor": "torch.Tensor",
    "Parameter": "torch.nn.Parameter",
    "ndarray": "numpy.ndarray",
    **{name: f"builtins.{name}" for name in ("int", "float", "bool", "str", "list", "tuple")},
    **{name: f"builtins.{name}" for name in ("dict", "set", "bytes", "complex")},
}


def typed(run: Run, node: ast.expr) -> ast.expr | None:
    """The `x` of `type(x)`, of `x.__class__`, and of a variable that holds one of them."""
    if isinstance(node, ast.Name):
        held = remembered_test(run, node)
        return None if held is None or isinstance(held, ast.Name) else typed(run, held)
    if isinstance(node, ast.Call):
        if len(node.args) != 1 or node.keywords or isinstance(node.args[0], ast.Starred):
            return None
        named = isinstance(node.func, ast.Name) and node.func.id == "type"
        return node.args[0] if named else None
    if isinstance(node, ast.Attribute) and node.attr == "__class__":
        return node.value
    return None


def remembered_test(run: Run, node: ast.Name) -> ast.expr | None:
    """The test whose outcome a variable holds, if it holds one."""
    if (run.frame, node.id) not in run.program.answers:
        return None
    found = run.state.get((run.frame, node.id, Test))
    return None if found is None else found.node


def narrow_by_class(run: Run, node: ast.expr, classes: Value, truth: bool) -> bool:
    """Go on under the assumption that `isinstance(node, classes)` is `truth`."""
    if not _narrow(run, node, classes, truth):
        return False
    twins = run.state.get((run.frame, node.id, Twins)) if type(node) is ast.Name else None
    names = () if twins is None else twins.names
    return all(_narrow(run, ast.Name(twin), classes, truth) for twin in names)


def _narrow(run: Run, node: ast.expr, classes: Value, truth: bool) -> bool:
    tested = run.peek(node)
    kept = join_all(
        Value((each,))
        for alternative in tested.alternatives
        for each in narrowed(alternative, lambda it: instance_of(run, it, classes, truth))
    )
    if not kept.alternatives and tested.alternatives:
        return False
    if truth:
        kept = kept.with_tensors(welcome)
    doubt_others(run, node, tested, kept)
    refine(run, node, kept)
    if isinstance(node, ast.Subscript):
        narrow_siblings(run, node, classes, truth)
    return True


def tie(run: Run, one: ast.expr, other: ast.expr) -> None:
    """`type(one) == type(other)`: what is learnt of one of two variables holds for the other."""
    if isinstance(one, ast.Name) and isinstance(other, ast.Name):
        run.state.set((run.frame, one.id, Twins), Twins(frozenset({other.id})))
        run.state.set((run.frame, other.id, Twins), Twins(frozenset({one.id})))


def narrow_by_type(run: Run, node: ast.expr, classes: Value, truth: bool) -> bool:
    """Go on under the assumption that `type(node) in classes` is `truth`.

    An instance of a subclass is an instance, but not of that type.
    """
    wanted = list(classes_in(run, classes))
    tested = run.peek(node)

    def keep(each: Alternative) -> tuple[Alternative, ...]:
        return (each,) if is_exactly(run, each, wanted) in (None, truth) else ()

    kept = [k for each in tested.alternatives for k in narrowed(each, keep)]
    if not kept and tested.alternatives:
        return False
    if len(kept) < len(tested.alternatives):
        refine(run, node, Value(tuple(kept)))
    if truth or tested.is_unknown:
        return narrow_by_class(run, node, classes, truth)
    return True


def narrow_by_type_name(run: Run, asked: ast.expr, names: Iterable[object], truth: bool) -> bool:
    """Go on under the assumption that `type(x).__name__`, which is asked, is one of these."""
    subject = typed(run, asked.value) if isinstance(asked, ast.Attribute) else None
    if subject is None:
        return True
    dotted = [_BY_NAME.get(name) if isinstance(name, str) else None for name in names]
    known = [each for each in dotted if each is not None]
    if not known or len(known) < len(dotted):
        return True
    return narrow_by_type(run, subject, value(*map(Symbol, known)), truth)


def narrow_by_attribute(run: Run, node: ast.expr, name: Value, truth: bool) -> bool:
    """Go on under the assumption that `hasattr(node, name)` is `truth`."""
    names = {c.value for c in name.constants if isinstance(c.value, str)}
    if len(names) != 1:
        return True
    asked = names.pop()
    tested = run.peek(node)
    kept = [
        k
        for each in tested.alternatives
        for k in narrowed(each, lambda it: _with(run, it, asked, truth))
    ]
    if not kept and tested.alternatives:
        return False
    if kept != list(tested.alternatives):
        refine(run, node, Value(tuple(kept)))
    return True


def _with(run: Run, each: Alternative, name: str, truth: bool) -> tuple[Alternative, ...]:
    """What remains of an alternative that has (or has not) an attribute."""
    if isinstance(each, Tensor) and (not each.sure or each.declared):
        if not truth and name in tensor_attributes() and not each.sure:
            return (Plain("object"),)  # No tensor after all: nothing that is converted later.
        if truth and name in _TENSOR_ONLY:
            return (welcome(replace(each, sure=True, declared=False)),)
        return (each,)
    return (each,) if has_attribute(run, each, name) in (None, truth) else ()


_TENSOR_ONLY = {"detach", "requires_grad", "cpu", "cuda", "is_cuda", "grad_fn"}


def answer(run: Run, dotted: str, args: Arguments) -> Value | None:
    """What one of these questions gives for what it is asked about; None if it is none of them."""
    given, classes = args.value(0), ASKED.get(dotted)
    if dotted == "builtins.isinstance":
        classes = args.value(1)
    if given is None or classes is None:
        return None
    found: set[bool] = set()
    for each in given.alternatives:
        if isinstance(each, Otherwise):
            return BOOL
        if isinstance(each, (Tensor, Array)) and (each.declared or not each.sure):
            return BOOL
        ways = [truth for truth in (True, False) if instance_of(run, each, classes, truth)]
        found.update(ways)
    return value(*map(Constant, sorted(found))) if len(found) == 1 else BOOL
