"""Places of expressions are those that libcst's own, much slower providers give, and `ast`."""

from __future__ import annotations

import ast
from pathlib import Path

import libcst as cst
import pytest
from libcst.metadata import (
    CodeRange,
    MetadataWrapper,
    PositionProvider,
    WhitespaceInclusivePositionProvider,
)

from flake8_tensorconv.index.spans import Source
from flake8_tensorconv.index.syntax import Sign
from flake8_tensorconv.rewriting.places import PlaceProvider, code_at
from flake8_tensorconv.source.findings import Span
from flake8_tensorconv.source.formfeeds import unfed

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
    "generators": "f(a for b in c); g((a for b in c)); h((1, 2), (3, (4)))\n",
}


def as_span(found: CodeRange) -> Span:
    return Span(found.start.line, found.start.column, found.end.line, found.end.column)


@pytest.mark.parametrize("text", SNIPPETS.values(), ids=SNIPPETS)
def test_snippets(text: str) -> None:
    compare(text)


@pytest.mark.parametrize("path", sorted((PACKAGE / "rewriting").glob("*.py")), ids=lambda p: p.name)
def test_real_files(path: Path) -> None:
    compare(path.read_text())


def compare(text: str) -> None:
    wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
    inner = wrapper.resolve(PositionProvider)
    outer = wrapper.resolve(WhitespaceInclusivePositionProvider)
    places = wrapper.resolve(PlaceProvider)
    expressions = [node for node in inner if isinstance(node, cst.BaseExpression)]
    assert set(places) == set(expressions)
    for node in expressions:
        assert places[node].inner == as_span(inner[node])
        assert places[node].outer == as_span(outer[node])


@pytest.mark.parametrize("text", SNIPPETS.values(), ids=SNIPPETS)
def test_names_stand_where_ast_says(text: str) -> None:
    parsed = unfed(text)
    wrapper = MetadataWrapper(cst.parse_module(parsed.text), unsafe_skip_copy=True)
    places = wrapper.resolve(PlaceProvider)
    named = [node for node in places if isinstance(node, cst.Name | cst.Call)]
    found = {parsed.original(places[node].inner) for node in named}
    source = Source(text)
    wanted = (ast.Name, ast.Call)
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, wanted)]
    assert {source.span(node) for node in nodes} <= found


def test_code_keeps_its_indentation() -> None:
    module = cst.parse_module("if a:\n    x = f(\n        b,\n    )\n")
    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
    places = wrapper.resolve(PlaceProvider)
    (call,) = (node for node in places if isinstance(node, cst.Call))
    assert places[call].indent == "    "
    assert code_at(module, call, "    ") == "f(\n        b,\n    )"


POINTED = {
    "x.a.numpy()": "numpy",
    "(x\n  .numpy)()": "numpy",
    "x.ﬁt()": "ﬁt",
    "f(x)": "f",
    "'é' + x.numpy()": "+",
    "a -(-b)": "-",
    "(a # +\n  * b)": "*",
    "a not  in b": "not  in",
    "a<b": "<",
}


@pytest.mark.parametrize(("text", "name"), POINTED.items())
def test_where_a_finding_points(text: str, name: str) -> None:
    node = ast.parse(text, mode="eval").body
    at: ast.AST | Sign = node
    if isinstance(node, ast.Call):
        at = node.func
    elif isinstance(node, ast.BinOp | ast.Compare):
        at = Sign(node)
    source = Source(text)
    span = source.span_at(at)
    assert span is not None
    start, end = (
        source.lines.offset(line, column)
        for line, column in ((span.line, span.column), (span.end_line, span.end_column))
    )
    assert text[start:end] == name


def test_an_augmented_assignment_points_at_all_of_its_sign() -> None:
    (node,) = ast.parse("a  //= b").body
    assert isinstance(node, ast.AugAssign)
    assert Source("a  //= b").span_at(Sign(node)) == Span(1, 3, 1, 6)


def test_what_is_made_up_stands_nowhere() -> None:
    assert Source("x").span(ast.Name("x")) is None
    assert Source("x").code(ast.Name("x")) == "x"


def test_the_second_sign_of_a_chain() -> None:
    node = ast.parse("a < b <= c", mode="eval").body
    assert isinstance(node, ast.Compare)
    assert Source("a < b <= c").span_at(Sign(node, 1)) == Span(1, 6, 1, 8)
