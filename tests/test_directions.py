"""Imports lead in one direction: no file imports one that imports it, by whatever way."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import flake8_tensorconv

ROOT = Path(flake8_tensorconv.__file__).parent


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {module_of(path): path for path in ROOT.rglob("*.py")}


def imported(path: Path) -> Iterator[str]:
    """The files of the package that a file imports, wherever in it, also for its types alone."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in FILES)
        elif isinstance(node, ast.ImportFrom) and node.module in FILES:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in FILES else node.module


def test_no_file_imports_one_that_imports_it() -> None:
    left = {name: {*imported(path)} - {name} for name, path in FILES.items()}
    while done := [name for name, needed in left.items() if not needed & left.keys()]:
        for name in done:
            del left[name]
    assert not left, f"these import each other, or something that does: {sorted(left)}"
