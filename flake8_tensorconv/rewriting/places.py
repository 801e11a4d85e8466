"""Where the expressions of a libcst tree stand, as metadata of libcst."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from itertools import accumulate

import libcst as cst
from libcst._nodes.internal import CodegenState
from libcst.metadata import BaseMetadataProvider

from flake8_tensorconv.source.findings import Span
from flake8_tensorconv.source.lines import Lines


@dataclass(frozen=True)
class Place:
    """Where an expression stands.

    Attributes:
        inner: its own extent, which is also that of `ast`.
        outer: the same with the parentheses around it; what a replacement must cover.
        indent: the indentation of the block that it stands in.
    """

    inner: Span
    outer: Span
    indent: str


class PlaceProvider(BaseMetadataProvider[Place]):
    """The place of every expression, from one walk; libcst's own providers take one for each."""

    def _gen_impl(self, module: cst.Module) -> None:
        state = _Recorder(module.default_indent, module.default_newline)
        module._codegen(state)
        ends = [0, *accumulate(map(len, state.tokens))]
        lines = Lines("".join(state.tokens))

        def span(tokens: tuple[int, int]) -> Span:
            # The final newline of a file without one is generated and taken back again.
            start, end = (ends[min(index, len(ends) - 1)] for index in tokens)
            return lines.span(start, end)

        for node, (outer, indent) in state.outer.items():
            inner = state.inner.get(node, outer)
            self.set_metadata(node, Place(span(inner), span(outer), indent))


def code_at(module: cst.Module, node: cst.CSTNode, indent: str) -> str:
    """The code of a node in a block of that indentation in `module`."""
    state = CodegenState(module.default_indent, module.default_newline)
    state.increase_indent(indent)
    node._codegen(state)
    return "".join(state.tokens)


_UNWANTED = nullcontext()


class _Recorder(CodegenState):
    """Notes, as pairs of token indices, the extents of all expressions."""

    def __init__(self, default_indent: str, default_newline: str) -> None:
        super().__init__(default_indent, default_newline)
        self.begun: list[int] = []
        self.outer: dict[cst.CSTNode, tuple[tuple[int, int], str]] = {}
        self.inner: dict[cst.CSTNode, tuple[int, int]] = {}

    def before_codegen(self, node: cst.CSTNode) -> None:
        if isinstance(node, cst.BaseExpression):
            self.begun.append(len(self.tokens))

    def after_codegen(self, node: cst.CSTNode) -> None:
        if isinstance(node, cst.BaseExpression):
            extent = (self.begun.pop(), len(self.tokens))
            self.outer[node] = extent, "".join(self.indent_tokens)

    # libcst declares the type that `contextmanager` gives, and asks for any context.
    def record_syntactic_position(  # type: ignore[override]
        self,
        node: cst.CSTNode,
        *,
        start_node: cst.CSTNode | None = None,
        end_node: cst.CSTNode | None = None,
    ) -> AbstractContextManager[None]:
        return self._record(node) if isinstance(node, cst.BaseExpression) else _UNWANTED

    @contextmanager
    def _record(self, node: cst.CSTNode) -> Iterator[None]:
        start = len(self.tokens)
        yield
        self.inner[node] = (start, len(self.tokens))
