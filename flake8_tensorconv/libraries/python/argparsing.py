"""argparse: what `args.device` is, from the options that a parser is given."""

from __future__ import annotations

import ast

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.joins import join
from flake8_tensorconv.lattice.objects import Kind, Object
from flake8_tensorconv.lattice.truth import truth_of
from flake8_tensorconv.lattice.values import (
    BOOL,
    NONE,
    NUMBER,
    STRING,
    UNKNOWN,
    Constant,
    Ref,
    Symbol,
    Tuple,
    Value,
    value,
)

PARSER = "argparse.ArgumentParser"
_NAMESPACE = "argparse.Namespace"
_TYPES = {"builtins.int": NUMBER, "builtins.float": NUMBER, "builtins.str": STRING}


def call_parser_method(run: Run, ref: Ref, name: str, args: Arguments, node: ast.AST) -> Value:
    """What a method of an `ArgumentParser` (or of one of its groups) gives back."""
    held = run.object(ref)
    if name == "add_argument":
        option = _option_name(args)
        if option is not None:
            run.store(ref, held.with_item(option, _option_value(args)))
        return NONE
    if name in ("add_argument_group", "add_mutually_exclusive_group"):
        return value(ref)
    if name in ("parse_args", "parse_known_args"):
        parsed = run.allocate(node, Object(Kind.INSTANCE, _NAMESPACE, dict(held.items)))
        return parsed if name == "parse_args" else value(Tuple((parsed, UNKNOWN)))
    return UNKNOWN


def _option_name(args: Arguments) -> str | None:
    given = args.value(None, "dest")
    names = [c.value for c in given.constants] if given is not None else []
    if not names:
        names = [c.value for a in args.positional for c in a.value.constants]
    spelled = [name for name in names if isinstance(name, str)]
    if not spelled:
        return None
    long = next((name for name in spelled if name.startswith("--")), spelled[0])
    return long.lstrip("-").replace("-", "_")


def _option_value(args: Arguments) -> Value:
    """The default, or whatever else the user of the program types."""
    action = args.value(None, "action")
    if action is not None and any(
        isinstance(c.value, str) and c.value.startswith("store_") for c in action.constants
    ):
        return BOOL
    kind = args.value(None, "type")
    typed = STRING
    if kind is not None:
        symbols = [e.dotted for e in kind.alternatives if isinstance(e, Symbol)]
        typed = _TYPES.get(symbols[0], UNKNOWN) if symbols else UNKNOWN
    default = args.value(None, "default")
    if default is None:
        required = args.value(None, "required")
        return typed if required is not None and truth_of(required) else join(typed, NONE)
    return join(default, typed) if default != value(Constant(None)) else join(typed, NONE)
