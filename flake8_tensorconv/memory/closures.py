"""What a function of the file keeps alive of the functions around it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.index.syntax import body_of, walk_all
from flake8_tensorconv.lattice.values import Value
from flake8_tensorconv.locations.scopes import Closure


def closed_over(run: Run, closure: Closure) -> Iterator[Value]:
    """What the variables of the enclosing functions hold that the function uses.

    Those of the module are everybody's anyway.
    """
    info = closure.info
    used = {node.id for node in walk_all(body_of(info.node)) if type(node) is ast.Name}
    for name in sorted(used - info.names):
        frame = closure.frame
        while frame.parent is not None:
            if name in frame.names:
                found: Value | None = run.state.get((frame, name))
                if found is not None:
                    yield found
                break
            frame = frame.parent
