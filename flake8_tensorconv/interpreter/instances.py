"""Making instances of the file's own classes."""

from __future__ import annotations

import ast

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.interpreter.attributes import class_attribute
from flake8_tensorconv.interpreter.functions import admitting_any
from flake8_tensorconv.lattice.arguments import Arguments, pass_values
from flake8_tensorconv.lattice.objects import Kind, Object
from flake8_tensorconv.lattice.values import UNKNOWN, Function, Ref, Value
from flake8_tensorconv.libraries.python.annotations import from_annotation
from flake8_tensorconv.locations.scopes import ClassInfo, Frame


def instantiate(run: Run, info: ClassInfo, args: Arguments, node: ast.AST) -> Value:
    """Make an instance of a class of this file."""
    maker = class_attribute(run, info, "__new__", None, node)
    made = run.allocate(node, Object(Kind.INSTANCE, info))
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
        for each in cls.node.body:
            if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
                fields.append((each.target.id, each, cls))
    for position, (name, field, cls) in enumerate(fields):
        given = args.value(position, name)
        if given is None and field.value is not None:
            given = _field_default(run, cls, name, field.value, node)
        if given is None:
            with run.within(cls.frame):
                declared = from_annotation(run, field.annotation)
            given = admitting_any(declared, field, f"field `{name}`")
        run.store(ref, run.object(ref).with_item(name, given))


def _after_fields(run: Run, info: ClassInfo, ref: Ref, node: ast.AST) -> None:
    post = class_attribute(run, info, "__post_init__", ref, node)
    if any(isinstance(each, Function) for each in post.alternatives):
        run.call(post, pass_values(), node)


def _field_default(run: Run, cls: ClassInfo, name: str, default: ast.expr, node: ast.AST) -> Value:
    """The default of a field; `field(default_factory=list)` makes a new one."""
    if isinstance(default, ast.Call):
        for given in default.keywords:
            if given.arg in ("default_factory", "factory"):
                frame = Frame(cls.frame.file, cls.frame, (*run.frame.path, node), frozenset())
                with run.within(frame):
                    return run.call(run.evaluate(given.value), pass_values(), default)
            if given.arg == "default":
                return run.evaluate(given.value)
    found: Value | None = run.state.get((cls.namespace, name))
    return found if found is not None else UNKNOWN
