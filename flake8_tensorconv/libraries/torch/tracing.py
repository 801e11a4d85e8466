"""Functions that `torch.compile` or `torch.compiler.wrap_numpy` traces.

Inside, NumPy's functions are carried out by torch: `.numpy()` of a tensor that requires grad works,
and gradients go through. Measured with torch 2.13, `torch.compile(backend="eager")`. Nothing is
said about what is written in such functions, or in those that only they call.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.events.records import Met
from flake8_tensorconv.index.syntax import FUNCTIONS, FunctionDef, Sign, spelled, walk
from flake8_tensorconv.lattice.values import Function, Grad, Ref, Tensor, Value, value

#: What traces the function that it is given.
TRACING = ("torch.compile", "torch.compiler.compile", "torch.compiler.wrap_numpy",
           "torch._dynamo.optimize")  # fmt: skip

#: `torch.compile(backend="eager")`: what traces the function that it is given later.
TRACER = "decorator that traces"


def trace(run: Run, given: Value, node: ast.AST) -> None:
    """Note that a function, or the forward of a module, is traced."""
    for each in given.alternatives:
        if isinstance(each, Ref):
            each_forward = run.attribute(value(each), "forward", node)
            trace(run, each_forward.of(Function), node)
        elif isinstance(each, Function):
            run.program.traced.add(each.closure.info.node)


def opened(result: Value) -> Value:
    """What a traced function gives: where it goes through NumPy, gradients come through."""
    return result.with_tensors(_opened)


def _opened(tensor: Tensor) -> Tensor:
    if not tensor.cuts:
        return tensor
    return replace(tensor, cuts=frozenset(), grad=tensor.grad | Grad.UNKNOWN, role="")


def not_traced(run: Run) -> list[Met]:
    """What the rules look at: all that is not written in a traced function."""
    if not run.program.traced:
        return run.program.events.met
    traced = set(run.program.traced)
    functions: list[FunctionDef] = []
    mentions: dict[str, list[ast.AST]] = {}
    for node in walk(run.file.tree):
        if isinstance(node, FUNCTIONS):
            functions.append(node)
        for name in spelled(node):
            mentions.setdefault(name, []).append(node)
    while added := [f for f in functions if f not in traced and _only_in(f, mentions, traced)]:
        traced.update(added)
    inside = set(_nodes(traced))
    return [event for event in run.program.events.met if _place(event) not in inside]


def _place(event: Met) -> ast.AST:
    return event.at.node if isinstance(event.at, Sign) else event.at


def _only_in(
    function: FunctionDef, mentions: dict[str, list[ast.AST]], traced: set[ast.AST]
) -> bool:
    """Is the function mentioned in traced functions, and nowhere else?"""
    own = set(walk(function))
    found = [each for each in mentions[function.name] if each not in own]
    inside = set(_nodes(traced))
    return bool(found) and all(each in inside for each in found)


def _nodes(functions: set[ast.AST]) -> Iterator[ast.AST]:
    for function in functions:
        yield from walk(function)
