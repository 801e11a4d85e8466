"""Making instances of the file's own classes."""

from __future__ import annotations

import ast

from flake8_tensorconv.analysis.annotations import from_annotation
from flake8_tensorconv.analysis.arguments import Arguments, pass_values
from flake8_tensorconv.analysis.attributes import class_attribute
from flake8_tensorconv.analysis.functions import admitting_any
from flake8_tensorconv.analysis.run import Run
from flake8_tensorconv.analysis.scopes import ClassInfo, Frame
from flake8_tensorconv.analysis.state import Object
from flake8_tensorconv.analysis.values import UNKNOWN, Function, Ref, Value


def instantiate(run: Run, info: ClassInfo, args: Arguments, node: ast.AST) -> Value:
    """Make an instance of a class of this file."""
    maker = class_attribute(run, info, "__new__", None, node)
    made = run.allocate(node, Object("instance", info))
    ref = made.alternatives[0]
    assert isinstance(ref, Ref)
    init = class_attribute(run, info, "__init__", ref, node)
    if any(isinstance(each, Function) for each in init.alternatives):
        run.call(init, args, node)
    elif not any(isinstance(each, Function) for each in maker.alternatives):
        set_fields(run, info, ref, args, node)
        _after_fields(run, info, ref, node)
    return made


def set_fields(run: Run, info: ClassInfo, ref: Ref, args: Arguments, node: ast.AST) -> None:
    """What the generated `__init__` of a dataclass, NamedTuple or the like stores."""
    fields: list[tuple[str, ast.AnnAssign, ClassInfo]] = []
    for cls in reversed(list(info.mro)):
        for line in cls.node.body.body:
            if isinstance(line, cst.SimpleStatementLine):
                for small in line.body:
                    if isinstance(small, ast.AnnAssign) and isinstance(small.target, ast.Name):
                        fields.append((small.target.value, small, cls))
    for position, (name, small, cls) in enumerate(fields):
        given = args.value(position, name)
        if given is None and small.value is not None:
            given = _field_default(run, cls, name, small.value, node)
        if given is None:
            saved, run.frame = run.frame, cls.frame
            given = admitting_any(
                from_annotation(run, small.annotation.annotation), small, f"field `{name}`"
            )
            run.frame = saved
        run.store(ref, run.object(ref).with_item(name, given))


def _after_fields(run: Run, info: ClassInfo, ref: Ref, node: ast.AST) -> None:
    post = class_attribute(run, info, "__post_init__", ref, node)
    if any(isinstance(each, Function) for each in post.alternatives):
        run.call(post, pass_values(), node)


def _field_default(
    run: Run, cls: ClassInfo, name: str, default: ast.expr, node: ast.AST
) -> Value:
    """The default of a field; `field(default_factory=list)` makes a new one."""
    if isinstance(default, ast.Call):
        for arg in default.args:
            if arg.keyword is not None and arg.keyword.value in ("default_factory", "factory"):
                saved = run.frame
                run.frame = Frame(cls.frame, (*saved.path, node), frozenset())
                made = run.call(run.evaluate(arg.value), pass_values(), default)
                run.frame = saved
                return made
            if arg.keyword is not None and arg.keyword.value == "default":
                return run.evaluate(arg.value)
    found: Value | None = run.state.get((cls.namespace, name))
    return found if found is not None else UNKNOWN
