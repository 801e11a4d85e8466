"""How the house is kept: one idea in a file, so none is long."""

from __future__ import annotations

from pathlib import Path

import pytest

import flake8_tensorconv

LONGEST = 400
FOLDERS = [Path(flake8_tensorconv.__file__).parent, Path(__file__).parent]


@pytest.mark.parametrize("folder", FOLDERS, ids=["package", "tests"])
def test_no_module_is_long(folder: Path) -> None:
    lengths = {
        path.relative_to(folder).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in folder.rglob("*.py")
    }
    assert lengths
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}
