"""The small programs of the tables break where they are said to, and nowhere else."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from snippets import snippets

SNIPPETS = snippets()


def _breaks(name: str) -> bool:
    module = ModuleType("snippet_" + name.rpartition("/")[2])
    sys.modules[module.__name__] = module  # where torch.compile looks for what a function uses
    try:
        exec(compile(SNIPPETS[name].text, name, "exec"), module.__dict__)
    except Exception:
        return True
    finally:
        del sys.modules[module.__name__]
    return False


@pytest.mark.parametrize("name", SNIPPETS)
def test_a_program_breaks_if_it_is_reported(name: str) -> None:
    assert _breaks(name) == bool(SNIPPETS[name].code)
