"""Small helpers over the trees of the built-in `ast`, which the whole analysis reads."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
For = ast.For | ast.AsyncFor
With = ast.With | ast.AsyncWith
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Import = ast.Import | ast.ImportFrom

#: `isinstance` is quicker with tuples than with unions.
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
FUNCTION_NODES = (*FUNCTIONS, ast.Lambda)
DEFINITIONS = (*FUNCTIONS, ast.ClassDef)
LOOPS = (ast.For, ast.AsyncFor)
WITHS = (ast.With, ast.AsyncWith)
TRIES: tuple[type[ast.AST], ...] = (ast.Try,)
if sys.version_info >= (3, 11):
    TRIES = (ast.Try, ast.TryStar)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

#: Fields that hold no node worth a look.
_PLAIN_FIELDS = frozenset(
    {"ctx", "op", "ops", "id", "attr", "arg", "name", "asname", "rest", "type_comment", "kind",
     "level", "module", "names", "kwd_attrs", "conversion", "is_async", "simple", "tag"}
)  # fmt: skip
#: Where the nodes below a node are, last one first, by its type.
BELOW = {
    kind: tuple(name for name in reversed(kind._fields) if name not in _PLAIN_FIELDS)
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
} | {ast.Constant: (), ast.MatchSingleton: ()}


def push(todo: list[ast.AST], node: ast.AST) -> None:
    """Put the nodes below a node on a stack, so that the first comes off first."""
    for name in BELOW[type(node)]:
        below = getattr(node, name, None)
        if type(below) is list:
            todo.extend(filter(None, reversed(below)))
        elif below is not None:
            todo.append(below)


def children(node: ast.AST) -> list[ast.AST]:
    """The child nodes worth a look, in the order of their fields."""
    todo: list[ast.AST] = []
    push(todo, node)
    todo.reverse()
    return todo


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """The node and all below it, a node before those that are in it."""
    todo = [node]
    while todo:
        node = todo.pop()
        yield node
        push(todo, node)


def walk_all(nodes: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """The nodes and all below them."""
    for node in nodes:
        yield from walk(node)


# Calls.


class Arg(NamedTuple):
    """One argument of a call.

    Attributes:
        value: the expression, without the star.
        keyword: the name that it is given under.
        star: "*" or "**" where it is unpacked, else "".
    """

    value: ast.expr
    keyword: str | None = None
    star: str = ""


def call_args(call: ast.Call) -> list[Arg]:
    """The arguments of a call, the positional ones first."""
    found = [
        Arg(each.value, star="*") if type(each) is ast.Starred else Arg(each) for each in call.args
    ]
    for each in call.keywords:
        found.append(Arg(each.value, each.arg, "**" if each.arg is None else ""))
    return found


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """What a call passes under a name."""
    return next((each.value for each in call.keywords if each.arg == name), None)


def called_name(node: ast.Call) -> ast.expr:
    """What names the thing that is called, by its last name: `x.numpy` in `x.numpy()`."""
    func = node.func
    while type(func) is ast.Call:  # getattr(x, "numpy")()
        func = func.func
    return func


def last_name(node: ast.expr) -> str:
    """`c` of the name `c` and of `a.b.c`; "" of anything else."""
    if type(node) is ast.Attribute:
        return node.attr
    return node.id if type(node) is ast.Name else ""


# Functions.


class Parameter(NamedTuple):
    """A parameter of a function.

    Attributes:
        node: its name and annotation.
        default: what it is if nothing is passed, if that is said.
        star: "*" or "**" of one that takes what is left over, else "".
        kind: "positional", "both", "keyword" or "rest": how it is passed.
    """

    node: ast.arg
    default: ast.expr | None = None
    star: str = ""
    kind: str = "both"

    @property
    def name(self) -> str:
        """Its name."""
        return self.node.arg


def parameters(args: ast.arguments) -> list[Parameter]:
    """All parameters in the order of the signature, `*args` and `**kwargs` included."""
    plain = [*args.posonlyargs, *args.args]
    missing = len(plain) - len(args.defaults)
    defaults = [*[None] * missing, *args.defaults]
    only = len(args.posonlyargs)
    found = [
        Parameter(node, default, "", "positional" if place < only else "both")
        for place, (node, default) in enumerate(zip(plain, defaults, strict=True))
    ]
    if args.vararg is not None:
        found.append(Parameter(args.vararg, None, "*", "rest"))
    for node, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        found.append(Parameter(node, default, "", "keyword"))
    if args.kwarg is not None:
        found.append(Parameter(args.kwarg, None, "**", "rest"))
    return found


# Expressions.


def is_path(node: ast.expr) -> bool:
    """Does an expression, or each element of a tuple, lead from a name by attributes and items?"""
    if type(node) is ast.Tuple:
        return all(map(is_path, node.elts))
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return type(node) is ast.Name or type(node) is ast.Constant


def dotted_name(node: ast.expr | None) -> str | None:
    """`a.b.c` as text if the expression is a plain chain of names."""
    parts: list[str] = []
    while type(node) is ast.Attribute:
        parts.append(node.attr)
        node = node.value
    if type(node) is not ast.Name:
        return None
    parts.append(node.id)
    return ".".join(reversed(parts))


def is_constant(node: ast.AST | None, constant: bool | None) -> bool:
    """Is it literally `True`, `False` or `None`?"""
    return type(node) is ast.Constant and node.value is constant


def is_number(node: ast.AST | None) -> bool:
    """Is it a number, spelled out?"""
    return type(node) is ast.Constant and type(node.value) in (int, float, complex)


def string_of(node: ast.AST | None) -> str | None:
    """The text that a string literal stands for; None of anything else."""
    return node.value if type(node) is ast.Constant and type(node.value) is str else None


def subscripts(node: ast.Subscript) -> list[ast.expr]:
    """What stands between the brackets, a tuple taken apart."""
    inside = node.slice
    return inside.elts if type(inside) is ast.Tuple and inside.elts else [inside]


def unstarred(node: ast.expr) -> ast.expr:
    """An element of a display or of a target without its star."""
    return node.value if type(node) is ast.Starred else node


@dataclass(frozen=True)
class Sign:
    """The sign of an operation, which is no node of the tree with a place of its own.

    Attributes:
        node: the operation.
        index: which of the signs it is, in a chain of comparisons.
    """

    node: ast.BinOp | ast.AugAssign | ast.Compare
    index: int = 0


#: Where a finding points: at the last name of an attribute, at a sign, or at a whole expression.
At = ast.AST | Sign

#: How operations are written.
SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.MatMult: "@", ast.Div: "/", ast.FloorDiv: "//",
    ast.Mod: "%", ast.Pow: "**", ast.LShift: "<<", ast.RShift: ">>", ast.BitAnd: "&",
    ast.BitOr: "|", ast.BitXor: "^", ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=",
    ast.Gt: ">", ast.GtE: ">=", ast.Is: "is", ast.IsNot: "is not", ast.In: "in",
    ast.NotIn: "not in",
}  # fmt: skip


def sign_text(sign: Sign) -> str:
    """How the operation is written: "*", "+=", "not in"."""
    node = sign.node
    if isinstance(node, ast.Compare):
        return SIGNS[type(node.ops[sign.index])]
    return SIGNS[type(node.op)] + ("=" if isinstance(node, ast.AugAssign) else "")


def body_of(node: FunctionNode) -> Sequence[ast.AST]:
    """What a function or lambda runs: its statements, or its one expression."""
    return [node.body] if isinstance(node, ast.Lambda) else node.body


def spelled(node: ast.AST) -> Sequence[str]:
    """The names that a node itself spells out: of variables, attributes, keywords, definitions."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
            return (name,)
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return (node.name,)
        case ast.keyword(arg=str() as name) | ast.ExceptHandler(name=str() as name):
            return (name,)
        case ast.Import() | ast.ImportFrom():
            parts = [part for each in node.names for part in each.name.split(".")]
            return parts + [each.asname for each in node.names if each.asname is not None]
        case ast.Global() | ast.Nonlocal():
            return node.names
        case _:
            return ()
