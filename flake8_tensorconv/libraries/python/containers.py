"""Methods of lists, dicts, sets, strings and tuples."""

from __future__ import annotations

import ast
from dataclasses import replace

from flake8_tensorconv.contents.elements import iterate
from flake8_tensorconv.contents.turns import or_else
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.joins import join, join_all
from flake8_tensorconv.lattice.keys import is_one_of_classes, key_value, known_key
from flake8_tensorconv.lattice.objects import Kind, Object
from flake8_tensorconv.lattice.values import (
    BOOL,
    NONE,
    NUMBER,
    STRING,
    UNKNOWN,
    Class,
    Constant,
    Many,
    Otherwise,
    Plain,
    Ref,
    Symbol,
    Tuple,
    Value,
    value,
)


def call_container_method(run: Run, ref: Ref, name: str, args: Arguments, node: ast.AST) -> Value:
    """What a method of a list, dict, set or deque gives back, and what it does to it."""
    held = run.object(ref)
    if held.kind is Kind.DICT:
        return _dict_method(run, ref, held, name, args, node)
    first = args.value(0) or UNKNOWN
    if name == "append" and _is_in_order(held):
        run.store(ref, held.with_item(len(held.items), first))
    elif name in ("append", "add", "appendleft"):
        run.store(ref, held.in_any_order().with_rest(first))
    elif name == "insert":
        run.store(ref, held.in_any_order().with_rest(args.value(1) or UNKNOWN))
    elif name in ("extend", "update", "extendleft", "union"):
        run.store(ref, held.in_any_order().with_rest(iterate(run, first)))
    elif name in ("pop", "popleft"):
        if name == "pop" and not args.positional and _is_in_order(held) and held.items:
            *kept, last = held.items.items()
            run.store(ref, replace(held, items=dict(kept)))
            return last[1]
        run.store(ref, held.in_any_order())
        return held.elements() or UNKNOWN
    elif name in ("sort", "reverse", "remove"):
        run.store(ref, held.in_any_order())
    elif name == "clear":
        if held.single:
            run.store(ref, Object(held.kind))
    elif name == "copy":
        return run.allocate(node, replace(held, single=True))
    elif name in ("index", "count"):
        return NUMBER
    elif name in ("issubset", "issuperset", "isdisjoint"):
        return BOOL
    elif name in ("intersection", "difference", "symmetric_difference"):
        return value(ref)
    return NONE


#: Longer lists are not told apart by element.
_MAX_ITEMS = 8


def _is_in_order(held: Object) -> bool:
    """Is every element of a list known by its place?

    Where a branch or another round of a loop has made it longer, joining the two has seen to it
    that none is.
    """
    plain = held.kind is Kind.LIST and held.single and not held.rest
    return plain and len(held.items) < _MAX_ITEMS and list(held.items) == [*range(len(held.items))]


def _dict_method(
    run: Run, ref: Ref, held: Object, name: str, args: Arguments, node: ast.AST
) -> Value:
    everything = held.elements()
    exact = held.single and not held.rest and bool(held.items)
    fewer = (Otherwise(),) if held.fewer else ()
    if name == "values":
        if exact:
            return value(Tuple(tuple(held.items.values())), *fewer)
        return value(Many(everything or UNKNOWN))
    if name == "items":
        # Pairs keep key and value together where both are known.
        pairs = [value(Tuple((key_value(k), v))) for k, v in held.items.items()]
        if exact:
            return value(Tuple(tuple(pairs)), *fewer)
        if held.rest or not pairs:
            pairs.append(value(Tuple((STRING, held.rest or UNKNOWN))))
        return value(Many(join_all(pairs)))
    if name == "keys":
        if exact:
            return value(Tuple(tuple(map(key_value, held.items))), *fewer)
        return value(Many(STRING))
    if name in ("get", "pop", "setdefault"):
        return _get(run, ref, held, name, args)
    if name == "update":
        given = args.value(0)
        for each in given.alternatives if given is not None else ():
            if isinstance(each, Ref) and run.object(each).kind is Kind.DICT:
                other = run.object(each)
                for key, item in other.items.items():
                    held = held.with_item(key, item)
                held = held.with_rest(other.rest)
            else:
                held = held.with_rest(UNKNOWN)
        for key, argument in args.keywords.items():
            held = held.with_item(key, argument.value)
        run.store(ref, held)
        return NONE
    if name == "popitem":
        run.store(ref, replace(held, fewer=True))
        return value(Tuple((STRING, everything or UNKNOWN)))
    if name == "copy":
        return run.allocate(node, replace(held, single=True))
    if name == "clear":
        if held.single:
            run.store(ref, Object(Kind.DICT))
        return NONE
    return UNKNOWN


def _get(run: Run, ref: Ref, held: Object, name: str, args: Arguments) -> Value:
    key = args.value(0)
    default = args.value(1) or NONE
    if key is not None and is_one_of_classes(key):
        return UNKNOWN
    only = None if key is None else known_key(key)
    if isinstance(only, (Symbol, Class)) and only not in held.items:
        return UNKNOWN if held.rest else default
    keys: list[object] = [c.value for c in key.constants] if key is not None else []
    if only is not None:
        keys = [only]
    known = key is not None and len(keys) == len(key.alternatives)
    if known and all(k in held.items for k in keys):
        # On some path the key may be missing all the same.
        found = or_else(join_all(held.items[k] for k in keys), default)
        if name == "pop" and held.single and len(keys) == 1:
            left = {k: v for k, v in held.items.items() if k != keys[0]}
            run.store(ref, replace(held, items=left))
    else:
        found = held.rest if known and not any(k in held.items for k in keys) else held.elements()
        found = join(found, default) if found or held.items else join(UNKNOWN, default)
    if name == "setdefault" and args.value(1) is not None:
        run.store(ref, held.with_rest(default))
    return found


def _asked_of_text(name: str, text: str | bytes | None, args: Arguments) -> Value:
    """What a method of a text gives; None stands for a text that is not known."""
    if name in _STRING_LISTS:
        return value(Many(STRING)) if text is None else _parts_of_text(name, text, args)
    if name in ("startswith", "endswith", "isdigit", "isalpha"):
        told = _begins(name, text, args)
        return BOOL if told is None else value(Constant(told))
    return NUMBER if name in ("find", "index", "count") else STRING


def _begins(name: str, text: str | bytes | None, args: Arguments) -> bool | None:
    """Does a text that is known begin (or end) so? None if that is not known, or not asked."""
    given = args.value(0)
    if name not in ("startswith", "endswith") or given is None or len(list(args.all())) != 1:
        return None
    only = given.alternatives[0] if len(given.alternatives) == 1 else None
    parts = [value(only)] if isinstance(only, Constant) else getattr(only, "items", ())
    words = [c.value for part in parts for c in part.constants if isinstance(c.value, str)]
    if not words or len(words) < len(parts) or not isinstance(text, str):
        return None
    return getattr(text, name)(tuple(words)) is True


#: Texts of more parts are not taken apart.
_PARTS = 8


def _parts_of_text(name: str, text: str | bytes, args: Arguments) -> Value:
    """What `text.split(".")` and its kin give."""
    given = [each.value for each in args.positional]
    separators = [c.value for each in given for c in each.constants]
    plain = name in ("split", "rsplit", "partition", "rpartition") and not args.keywords
    if plain and len(separators) == len(given) <= 1 and args.more is None and text:
        try:
            parts = getattr(text, name)(*separators)
        except (TypeError, ValueError):
            parts = ()
        if 0 < len(parts) <= _PARTS:
            items = tuple(value(Constant(part)) for part in parts)
            return value(Many(STRING, plain=True, items=items))
    return value(Many(STRING))


_STRING_LISTS = {"split", "rsplit", "splitlines", "partition", "rpartition"}


def call_plain_method(run: Run, name: str, holder: object, args: Arguments) -> Value:
    """What a method of a string, number, tuple or foreign object gives back."""
    if holder == Plain("str") or isinstance(getattr(holder, "value", None), (str, bytes)):
        return _asked_of_text(name, getattr(holder, "value", None), args)
    if isinstance(holder, (Tuple, Many)):
        if name in ("index", "count"):
            return NUMBER
        return UNKNOWN
    return UNKNOWN
