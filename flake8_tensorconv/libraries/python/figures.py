"""matplotlib's figures and axes, whose methods read what they are given as arrays."""

from __future__ import annotations

import ast

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.hazards.reading import tell_read
from flake8_tensorconv.index.syntax import called_name, last_name
from flake8_tensorconv.knowledge.consumers import consumed
from flake8_tensorconv.knowledge.figures import (
    AXES,
    FIGURE,
    GIVING_AXES,
    GIVING_BOTH,
    GIVING_FIGURES,
    MEMBERS_AXES,
    MEMBERS_FIGURES,
    USUAL_NAMES,
)
from flake8_tensorconv.lattice.arguments import Argument, Arguments
from flake8_tensorconv.lattice.values import (
    OBJECT,
    Method,
    Plain,
    Symbol,
    Tensor,
    Tuple,
    Value,
    value,
)

_AXES, _FIGURE = value(Plain(AXES)), value(Plain(FIGURE))


def call_consumer(run: Run, dotted: str, args: Arguments, node: ast.Call) -> Value | None:
    """What a call into a library that reads (some of) its arguments as arrays gives back.

    Returns:
        None if nothing is known of that.
    """
    tell_consumed(run, dotted, args, node)
    if dotted in GIVING_BOTH:
        return value(Tuple((_FIGURE, _AXES)))
    if dotted in GIVING_AXES:
        return _AXES
    return _FIGURE if dotted in GIVING_FIGURES else None


def tell_consumed(run: Run, dotted: str, args: Arguments, node: ast.Call) -> None:
    """Tell the rules which arguments a function or method of another library reads as arrays."""
    read = consumed(dotted)
    if read is None:
        return
    arguments = [
        *(
            argument
            for position, argument in enumerate(args.positional)
            if read.positional is None or position in read.positional
        ),
        *(argument for name, argument in args.keywords.items() if name in read.keywords),
    ]
    for argument in arguments:
        _tell(run, argument, node, dotted, elements=read.elements)


def _tell(run: Run, argument: Argument, node: ast.Call, via: str, *, elements: bool) -> None:
    if argument.node is not None:
        tell_read(
            run,
            node,
            called_name(node),
            argument.node,
            argument.value,
            via,
            spread=argument.spread,
            elements=elements,
        )


def call_figure_method(run: Run, what: str, name: str, args: Arguments, node: ast.AST) -> Value:
    """What a method of a figure, or of axes, gives back."""
    if isinstance(node, ast.Call):
        tell_consumed(run, f"{what}.{name}", args, node)
    return member(what, name) or OBJECT


def member(what: str, name: str) -> Value | None:
    """The axes or figure that an attribute of a figure or of axes is; None for anything else."""
    if name in MEMBERS_AXES[what]:
        return _AXES
    return _FIGURE if name in MEMBERS_FIGURES[what] else None


def tell_named(run: Run, callee: Value, args: Arguments, node: ast.AST) -> None:
    """`ax.plot(x)` where nothing shows what `ax` is, in a file that imports matplotlib."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return
    name, holder = node.func.attr, node.func.value
    while isinstance(holder, ast.Subscript):
        holder = holder.value
    if last_name(holder) not in USUAL_NAMES:
        return
    receivers = [each.receiver for each in callee.alternatives if isinstance(each, Method)]
    unknown = [each for each in receivers if isinstance(each, Tensor) and not each.sure]
    if unknown and len(unknown) == len(receivers) and _imports_matplotlib(run):
        tell_consumed(run, f"{AXES}.{name}", args, node)


def _imports_matplotlib(run: Run) -> bool:
    for name in ("plt", "matplotlib", "mpl", "pyplot"):
        found = run.lookup(name)
        if found is not None and any(
            isinstance(each, Symbol) and each.dotted.startswith("matplotlib")
            for each in found.alternatives
        ):
            return True
    return False
