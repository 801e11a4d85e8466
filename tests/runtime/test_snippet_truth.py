"""The small programs of the tables break where they are said to, and nowhere else."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from snippets import snippets

SNIPPETS = snippets()


def _breaks(name: str) -> bool:
    try:
        exec(compile(SNIPPETS[name].text, name, "exec"), {"__name__": "__main__"})
    except Exception:
        return True
    return False


@pytest.mark.parametrize("name", SNIPPETS)
def test_a_program_breaks_if_it_is_reported(name: str) -> None:
    assert _breaks(name) == bool(SNIPPETS[name].code)
