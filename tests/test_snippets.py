"""What is said about small programs whose truth is known by running them."""

from __future__ import annotations

import pytest
from snippets import snippets

from flake8_tensorconv.config import Options
from flake8_tensorconv.rewriting.check import check_text
from flake8_tensorconv.settings.codes import OFF_BY_DEFAULT

SNIPPETS = snippets()


@pytest.mark.parametrize("name", SNIPPETS)
def test_a_program_is_reported_if_it_breaks(name: str) -> None:
    text, code = SNIPPETS[name]
    found = {f.code for f in check_text(text, Options()) if f.code not in OFF_BY_DEFAULT}
    assert code in found if code else not found
