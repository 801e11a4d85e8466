"""Accelerators that are asked for by name."""

from __future__ import annotations

import ast

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.events.computations import AcceleratorNamed
from flake8_tensorconv.index.syntax import last_name
from flake8_tensorconv.knowledge.devices import ACCELERATORS, MOVING
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.values import Constant, Method, Symbol, Tensor, Value


def tell_accelerator(run: Run, callee: Value, args: Arguments, node: ast.AST) -> None:
    """`x.cuda()`, `x.to("cuda")`, `torch.ones(3, device="cuda")`, `torch.device("cuda")`."""
    if not run.program.events.kept or run.file.asks_for_devices:
        return
    if not isinstance(node, ast.Call):
        return
    if not isinstance(node.func, (ast.Name, ast.Attribute)):
        return
    name = last_name(node.func)
    device = _named(args, name)
    if device is None and name in MOVING and _is_of_torch(callee):
        device = name
    if device is None or run.caught & {"RuntimeError", "AssertionError", "Exception", ""}:
        return
    operand = node.func.value if isinstance(node.func, ast.Attribute) else node.func
    run.program.tell(AcceleratorNamed(node, node.func, operand, device))


def _named(args: Arguments, method: str) -> str | None:
    """The accelerator that is spelled out among the arguments."""
    given = args.value(0 if method in ("to", "device") else None, "device")
    if given is None or len(given.alternatives) != 1:
        return None
    only = given.alternatives[0]
    if not isinstance(only, Constant) or not isinstance(only.value, str):
        return None
    return only.value if only.value.split(":", 1)[0] in ACCELERATORS else None


def _is_of_torch(callee: Value) -> bool:
    """Is it a method of a tensor or module, as far as one can tell?"""
    methods = [each for each in callee.alternatives if isinstance(each, Method)]
    if any(isinstance(each.receiver, Tensor) for each in methods):
        return True
    return not any(isinstance(each, Symbol) for each in callee.alternatives)
