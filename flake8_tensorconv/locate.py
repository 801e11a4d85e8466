"""Where nodes of a libcst tree stand in the text, without libcst's metadata providers.

A provider computes line and column of every node of a file. A finding needs a handful, so one code
generation notes only which tokens belong to the wanted nodes; arithmetic on the token lengths does
the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from itertools import accumulate

import libcst as cst
from libcst._nodes.internal import CodegenState

from flake8_tensorconv.findings import Span
from flake8_tensorconv.lines import Lines


@dataclass(frozen=True)
class Place:
    """Where a node stands.

    Attributes:
        inner: the node itself, without parentheses around it.
        outer: the same with the parentheses that belong to it; what a replacement must cover.
        indent: the indentation of the block that it stands in.
    """

    inner: Span
    outer: Span
    indent: str

    def moved(self, move: Callable[[Span], Span]) -> Place:
        """The place with its spans moved."""
        return replace(self, inner=move(self.inner), outer=move(self.outer))


def locate(module: cst.Module, nodes: Collection[cst.CSTNode]) -> dict[cst.CSTNode, Place]:
    """Find where `nodes` stand in the code of `module`.

    Args:
        module: the tree.
        nodes: nodes of that tree, by identity.

    Returns:
        The place of each node that is in the tree and generates code.

    Raises:
        RecursionError: the tree is too deep.
    """
    state = _Recorder(module, nodes)
    module._codegen(state)
    ends = [0, *accumulate(map(len, state.tokens))]
    lines = Lines("".join(state.tokens))

    def span(tokens: tuple[int, int]) -> Span:
        # The final newline of a file without one is generated and taken back again.
        start, end = (ends[min(index, len(ends) - 1)] for index in tokens)
        return lines.span(start, end)

    places = {}
    for node in nodes:
        outer = state.outer.get(node)
        if outer is not None:
            inner = state.inner.get(node, outer)
            places[node] = Place(span(inner), span(outer), state.indents[node])
    return places


def code_at(module: cst.Module, node: cst.CSTNode, place: Place) -> str:
    """The code of a node that stands, or shall stand, at `place` in `module`."""
    state = CodegenState(module.default_indent, module.default_newline)
    state.increase_indent(place.indent)
    node._codegen(state)
    return "".join(state.tokens)


_UNWANTED = nullcontext()


class _Recorder(CodegenState):
    """Notes, as pairs of token indices, the extent of the wanted nodes."""

    def __init__(self, module: cst.Module, nodes: Collection[cst.CSTNode]) -> None:
        super().__init__(module.default_indent, module.default_newline)
        self.wanted = {id(node) for node in nodes}
        self.begun: list[int] = []
        self.outer: dict[cst.CSTNode, tuple[int, int]] = {}
        self.inner: dict[cst.CSTNode, tuple[int, int]] = {}
        self.indents: dict[cst.CSTNode, str] = {}

    def before_codegen(self, node: cst.CSTNode) -> None:
        if id(node) in self.wanted:
            self.begun.append(len(self.tokens))

    def after_codegen(self, node: cst.CSTNode) -> None:
        if id(node) in self.wanted:
            self.outer[node] = (self.begun.pop(), len(self.tokens))
            self.indents[node] = "".join(self.indent_tokens)

    # libcst declares the type that `contextmanager` gives, and asks for any context.
    def record_syntactic_position(  # type: ignore[override]
        self,
        node: cst.CSTNode,
        *,
        start_node: cst.CSTNode | None = None,
        end_node: cst.CSTNode | None = None,
    ) -> AbstractContextManager[None]:
        if id(node) not in self.wanted:
            return _UNWANTED
        return self._record(node, start_node, end_node)

    @contextmanager
    def _record(
        self, node: cst.CSTNode, start_node: cst.CSTNode | None, end_node: cst.CSTNode | None
    ) -> Iterator[None]:
        # A statement begins and ends with parts of it that are generated inside this block, except
        # for a list of names or of parentheses, which libcst may hand over as it is.
        self.wanted.update(id(part) for part in (start_node, end_node) if part is not None)
        start = len(self.tokens)
        yield
        end = len(self.tokens)
        if start_node is not None:
            start = self._extent(start_node)[0]
        if end_node is not None:
            end = self._extent(end_node)[1]
        self.inner[node] = (start, end)

    def _extent(self, node: cst.CSTNode) -> tuple[int, int]:
        return self.inner.get(node) or self.outer[node]
