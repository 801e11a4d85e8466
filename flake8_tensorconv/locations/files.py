"""What one file of a program is."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from flake8_tensorconv.index.index import Index


@dataclass(eq=False)
class File:
    """A file, and what is known of it as soon as its statements have been run.

    Every scope knows its file, and every node is a node of one file only: so whatever names a
    node or a scope (reasons, addresses, storages, events) names its file.

    Attributes:
        index: what is where in it.
        path: where it lies, absolute; "" of a text that lies nowhere.
        text: its source.
        left_out: its statements that are of no interest.
        asks_for_devices: it asks somewhere whether there is an accelerator.
        asks_for_axes: it asks somewhere how many axes something has.
        torch_name, numpy_name: what it calls torch and NumPy, if it imports them.
        other_frameworks: it imports another library whose arrays have `.numpy()`.
        star_imports: it imports everything of a module.
    """

    index: Index
    path: str = ""
    text: str = ""
    left_out: frozenset[ast.stmt] = frozenset()
    asks_for_devices: bool = False
    asks_for_axes: bool = False
    torch_name: str | None = None
    numpy_name: str | None = None
    other_frameworks: bool = False
    star_imports: bool = False

    @property
    def tree(self) -> ast.Module:
        """The file as parsed."""
        return self.index.tree


@dataclass(frozen=True)
class Imported:
    """A module of the program, or what a name of it stands for, which is found when it is used.

    Attributes:
        file: the file of the module.
        name: the name in it; "" for the module itself.
    """

    file: File
    name: str = ""
