"""Positions are those that libcst's own, much slower providers give, and those of `ast`."""

from __future__ import annotations

import ast
from pathlib import Path

import libcst as cst
import pytest
from hypothesis import given
from hypothesis import strategies as st
from libcst.metadata import (
    CodeRange,
    MetadataWrapper,
    PositionProvider,
    WhitespaceInclusivePositionProvider,
)

from flake8_tensorconv.findings import Span
from flake8_tensorconv.lines import Lines
from flake8_tensorconv.locate import locate

PACKAGE = Path(__file__).parent.parent / "flake8_tensorconv"

SNIPPETS = {
    "parentheses": "y = ( (a) + ((b)) ).c\n",
    "comment in a chain": "y = (a  # x.numpy()\n  .b()\n  # more\n  .numpy())\n",
    "continuation": "y = a \\\n  .numpy()\n",
    "blocks": "if a:\n\tfor b in c: d()\n\telse:\n\t\te\nelif f: g\n# end\n",
    "try": "try:\n  a\nexcept (b, c) as d:\n  e\nelse:\n  f\nfinally:\n  g\n",
    "match": "match a:\n  case [b, *c] if d: e\n  case _:\n    f\n",
    "imports": "from a import (\n  b as c,\n  d,\n)\nfrom . import *\nimport x.y as z; a\n",
    "functions": "@a.b\nasync def f(c: d = e, *, g) -> h:\n  return lambda *i: j\nclass K(l): m\n",
    "no newline at the end": "a.numpy()",
    "nothing": "",
    "only a newline": "\n",
    "carriage returns": "a\r\n(b\r\n .c)\rd\n",
    "not a newline": "a = 'é\u2028ü'; b\n\x0cc = d  # \x0b \x85 \u2029\ne\n",
    "f-string": 'a = f"{b.c():>{d}} {{}}" "e" f"{ g }"\n',
    "wide characters": "é = '😀', ω.numpy()\n",
    "comprehension": "[a for b in c if d for e in f if g]; {h: i for j in k}; {*l}\n",
}


class _AllNodes(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.nodes: list[cst.CSTNode] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        self.nodes.append(node)
        return True


def nodes_of(module: cst.Module) -> list[cst.CSTNode]:
    visitor = _AllNodes()
    module.visit(visitor)
    return visitor.nodes


def as_span(code: CodeRange) -> Span:
    return Span(code.start.line, code.start.column, code.end.line, code.end.column)


def check_all(text: str) -> None:
    wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
    inner = wrapper.resolve(PositionProvider)
    outer = wrapper.resolve(WhitespaceInclusivePositionProvider)
    nodes = nodes_of(wrapper.module)
    together = locate(wrapper.module, nodes)
    for node in nodes:
        place = together[node]
        if text.endswith("\n") or isinstance(node, cst.BaseExpression):
            # For the rest, the providers count a last newline that is not there.
            assert place.inner == as_span(inner[node]), type(node)
            assert place.outer == as_span(outer[node]), type(node)
    if len(nodes) < 200:
        for node in nodes:  # what is found must not hang on what else is asked for
            assert locate(wrapper.module, [node]) == {node: together[node]}


@pytest.mark.parametrize("text", SNIPPETS.values(), ids=SNIPPETS)
def test_agrees_with_the_providers(text: str) -> None:
    check_all(text)


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*.py")), ids=lambda path: path.name)
def test_agrees_with_the_providers_on_real_files(path: Path) -> None:
    check_all(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*.py")), ids=lambda path: path.name)
def test_names_stand_where_ast_finds_them(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    module = cst.parse_module(text)
    names = [node for node in nodes_of(module) if isinstance(node, cst.Name)]
    places = locate(module, names)
    ours = {(place.inner, node.value) for node in names for place in [places[node]]}
    tree = ast.parse(text)
    # Before Python 3.12 `ast` does not know where the parts of an f-string are.
    strings = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    hidden = {id(part) for string in strings for part in ast.walk(string)}
    theirs = {
        (
            Span(node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0),
            node.id,
        )
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and id(node) not in hidden and text.isascii()
    }
    assert theirs <= ours


def test_a_parenthesised_node_has_two_extents() -> None:
    module = cst.parse_module("f( (x\n) )\n")
    (call,) = (node for node in nodes_of(module) if isinstance(node, cst.Call))
    place = locate(module, [call.args[0].value])[call.args[0].value]
    assert place.inner == Span(1, 4, 1, 5)
    assert place.outer == Span(1, 3, 2, 1)


def test_a_node_of_another_tree_is_nowhere() -> None:
    assert locate(cst.parse_module("x\n"), [cst.Name("x")]) == {}


@given(st.text("ab\n\r\x0b\x0c\x85\u2028é"), st.data())
def test_offsets_and_positions_are_inverse(text: str, data: st.DataObject) -> None:
    lines = Lines(text)
    offset = data.draw(st.integers(0, len(text)))
    span = lines.span(offset, offset)
    assert lines.offset(span.line, span.column) == offset
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    if text[offset - 1 : offset + 1] != "\r\n":  # no token ends inside of one
        assert span.line == before.count("\n") + 1
        assert span.column == len(before) - before.rfind("\n") - 1
