"""Import statements."""

from __future__ import annotations

import libcst as cst

from flake8_tensorconv.analysis.run import Run
from flake8_tensorconv.analysis.scopes import imported_root
from flake8_tensorconv.analysis.symbols import symbol_value
from flake8_tensorconv.analysis.syntax import dotted_name
from flake8_tensorconv.analysis.values import Symbol, Value, value

#: Libraries whose arrays have a `.numpy()` of their own.
FRAMEWORKS = frozenset(
    {"tensorflow", "jax", "paddle", "cupy", "mxnet", "mindspore", "keras", "tinygrad", "mlx"}
)


def import_names(run: Run, node: cst.Import) -> None:
    """`import torch`, `import numpy as np`, `import matplotlib.pyplot as plt`."""
    for alias in node.names:
        dotted = dotted_name(alias.name)
        if dotted is None:
            continue
        _note(run, dotted)
        if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
            _bind(run, alias.asname.name.value, symbol_value(dotted))
        else:
            root = imported_root(alias)
            _bind(run, root, value(Symbol(root)))


def import_from(run: Run, node: cst.ImportFrom) -> None:
    """`from torch import nn`, `from numpy import asarray as to_array`."""
    module = "." * len(node.relative)
    if node.module is not None:
        module += dotted_name(node.module) or ""
    _note(run, module)
    if isinstance(node.names, cst.ImportStar):
        return
    for alias in node.names:
        name = alias.name.value if isinstance(alias.name, cst.Name) else ""
        bound = name
        if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
            bound = alias.asname.name.value
        _bind(run, bound, symbol_value(f"{module}.{name}"))


def _bind(run: Run, name: str, imported: Value) -> None:
    run.assign(name, imported)
    if run.frame.parent is not None:
        return
    if imported == value(Symbol("torch")):
        run.program.torch_name = name
    elif imported == value(Symbol("numpy")):
        run.program.numpy_name = name


def _note(run: Run, dotted: str) -> None:
    if dotted.split(".", 1)[0] in FRAMEWORKS:
        run.program.other_frameworks = True
