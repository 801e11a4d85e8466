"""Form feeds change neither what is found, nor where it is, nor how it is fixed."""

from __future__ import annotations

import ast
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flake8_tensorconv.config import Options
from flake8_tensorconv.rewriting import fix_text
from flake8_tensorconv.rewriting.check import check_text

PROGRAM = """\
import torch

x = torch.ones(3, requires_grad=True)


class Box:
    def show(self):
        if x.sum() > 0:
            a = x.numpy()
            b = torch.tensor(
                x,
                dtype=torch.float64,
            )
        else:
            a = b = x.numpy(); c = torch.tensor(x)
        return a, b

    @property
    def é(self): return "é", x.numpy()


y = (x
  .numpy())
text = '''
  x.numpy()
'''
for z in [x.numpy()]:
    print(z, text)
"""
#: The lines in which a statement or clause begins.
BEGINNINGS = [1, 3, 6, 7, 8, 9, 10, 14, 15, 16, 18, 19, 22, 24, 27, 28]
#: Those inside brackets, where a form feed is a space like any other.
INSIDE = [11, 12, 23]


def fixed(text: str) -> str:
    return fix_text(text, Options(), unsafe=True, keep=lambda _, findings: findings).text


feeds = st.dictionaries(
    st.sampled_from(BEGINNINGS), st.sampled_from(["\f", " \f", "\t\f", "\f\f", "        \f"])
)


@settings(deadline=None, max_examples=60)
@given(feeds)
def test_form_feeds_before_statements(before: dict[int, str]) -> None:
    lines = PROGRAM.splitlines(keepends=True)
    text = "".join(before.get(number, "") + line for number, line in enumerate(lines, 1))
    assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(PROGRAM))
    found, expected = (check_text(each, Options()) for each in (text, PROGRAM))
    assert [(f.code, f.span.line, f.span.column) for f in found] == [
        (f.code, f.span.line, f.span.column + len(before.get(f.span.line, ""))) for f in expected
    ]
    after = re.findall(r"[^\n]*\n", fixed(text))
    for number, feed in before.items():
        assert after[number - 1].startswith(feed)
        after[number - 1] = after[number - 1][len(feed) :]
    assert "".join(after) == fixed(PROGRAM)


@pytest.mark.parametrize("line", INSIDE)
def test_form_feeds_inside_brackets(line: int) -> None:
    lines = PROGRAM.splitlines(keepends=True)
    lines[line - 1] = "\f" + lines[line - 1]
    assert fixed("".join(lines)).replace("\f", "") == fixed(PROGRAM)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_form_feeds_alone_and_at_the_end(newline: str) -> None:
    text = "import torch\nx = torch.ones(3, requires_grad=True)\n\f\n  \f\ny = x.numpy() \f\n\f"
    text = text.replace("\n", newline)
    assert fixed(text) == text.replace("x.numpy", "x.detach().numpy")
