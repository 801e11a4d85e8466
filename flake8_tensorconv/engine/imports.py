"""Import statements."""

from __future__ import annotations

import ast

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.engine.symbols import symbol_value
from flake8_tensorconv.index.exports import exported
from flake8_tensorconv.index.scopes import imported_root
from flake8_tensorconv.knowledge.importing import BY_STAR
from flake8_tensorconv.lattice.values import Symbol, Value, value
from flake8_tensorconv.locations.files import File, Imported

#: Libraries whose arrays have a `.numpy()` of their own.
FRAMEWORKS = frozenset(
    {"tensorflow", "jax", "paddle", "cupy", "mxnet", "mindspore", "keras", "tinygrad", "mlx"}
)
#: Libraries that run models: their values, which may have a `.numpy()`, are none of torch's.
RUNTIMES = frozenset({"onnxruntime", "openvino"})


def star_imported(run: Run, name: str) -> Symbol | None:
    """What a name stands for that nothing in the file binds; None if that is not known."""
    dotted = BY_STAR.get(name) if run.file.star_imports else None
    return None if dotted is None else Symbol(dotted)


def is_other_numpy(dotted: str) -> bool:
    """Is it of a module `numpy` of another library, such as `jax.numpy` or `pennylane.numpy`?"""
    return ".numpy" in dotted and "numpy" in dotted.split(".")[1:]


def import_names(run: Run, node: ast.Import) -> None:
    """`import torch`, `import numpy as np`, `import matplotlib.pyplot as plt`."""
    for alias in node.names:
        note_framework(run, alias.name)
        dotted = alias.name if alias.asname else imported_root(alias)
        file = run.program.project.module(run.file, dotted, 0)
        if file is not None:
            _bind_name(run, alias.asname or dotted, Imported(file))
            continue
        if alias.asname is not None:
            _bind(run, alias.asname, symbol_value(alias.name))
        else:
            root = imported_root(alias)
            _bind(run, root, value(Symbol(root)))


def import_from(run: Run, node: ast.ImportFrom) -> None:
    """`from torch import nn`, `from numpy import asarray as to_array`."""
    file = run.program.project.module(run.file, node.module or "", node.level)
    if file is not None:
        for alias in node.names:
            if alias.name == "*":
                _bind_all(run, file)
            else:
                _bind_name(run, alias.asname or alias.name, Imported(file, alias.name))
        return
    module = "." * node.level + (node.module or "")
    note_framework(run, module)
    for alias in node.names:
        if alias.name == "*":
            run.file.star_imports = run.file.star_imports or not _is_of_framework(module)
            return
        dotted = f"{module}.{alias.name}"
        note_framework(run, dotted)
        _bind(run, alias.asname or alias.name, symbol_value(dotted))


def _bind_all(run: Run, file: File) -> None:
    """`from m import *`: all that the file lists in `__all__`, or else what has no underscore."""
    for name in exported(file.index):
        run.frame.outer[name] = run.frame
        _bind_name(run, name, Imported(file, name))


def _bind_name(run: Run, name: str, imported: Imported) -> None:
    run.program.follows = True
    run.assign(name, value(imported))


def _bind(run: Run, name: str, imported: Value) -> None:
    run.assign(name, imported)
    if run.frame.parent is not None:
        return
    if imported == value(Symbol("torch")):
        run.file.torch_name = name
    elif imported == value(Symbol("numpy")):
        run.file.numpy_name = name


def note_framework(run: Run, dotted: str) -> None:
    """Note that the file imports a module, which may be one of a library with arrays of its own."""
    if _is_of_framework(dotted) or (dotted[:1] != "." and is_other_numpy(dotted)):
        run.file.other_frameworks = True


def _is_of_framework(dotted: str) -> bool:
    return dotted.split(".", 1)[0] in FRAMEWORKS
