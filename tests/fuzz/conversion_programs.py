"""Random programs in which tensors of all sorts are converted to NumPy.

Every conversion is a statement of its own, `array = x.numpy()  # 3`. The truth of a branch is
drawn when the program runs: `flags[0]` is unknown to the analysis.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from hypothesis import strategies as st
from language_programs import (
    EMPTY,
    GUARDS,
    IDLE,
    IMPORTS,
    MIXED,
    SETTING,
    Definitions,
    definitions,
)

FLAGS = 2
HEADER = f"""\
{IMPORTS}import sys

import numpy as np
import torch
from torch import nn

flags = [each == "1" for each in sys.argv[1:]]
{SETTING}

def same(x):
    return x


def doubled(x):
    return x * 2


def host(x):
    return x.cpu()


def frozen(x):
    with torch.no_grad():
        return x * 1


class Holder:
    def __init__(self, held):
        self.held = held
        self.more = []

    def keep(self, x):
        self.more.append(x)
        return self

    def first(self):
        return self.more[0]


"""
SOURCES = (
    "torch.ones(3)",
    "torch.ones(3, requires_grad=True)",
    'torch.ones(3, device="cuda")',
    'torch.ones(3, device="cuda", requires_grad=True)',
    "torch.arange(3)",
    "torch.ones(3, dtype=torch.bfloat16)",
    "torch.ones(3, dtype=torch.complex64)",
    "nn.Linear(3, 3)(torch.ones(3))",
    'nn.Linear(3, 3).to("cuda")(torch.ones(3).to("cuda"))',
    "nn.Linear(3, 3).weight[0]",
    "nn.Parameter(torch.ones(3))",
    "torch.from_numpy(np.ones(3))",
    "torch.tensor([1.0, 2.0, 3.0])",
    "torch.zeros_like(nn.Parameter(torch.ones(3)))",
)
#: What makes one tensor of one.
UNARY = (
    "{}.detach()", "{}.cpu()", '{}.to("cuda")', "{}.clone()", "{} * 2", "{} + 1", "{}.abs()",
    "{}[0:2]", "{}.sum()", "{} > 0", "{}.float()", "{}.double()", "{}.to(torch.bfloat16)",
    "{}.data", "{}.detach().cpu()", "{}.conj()", "{}.resolve_conj()", "{}.real", "-{}", "{}.T",
    "torch.zeros_like({})", "torch.stack([{0}, {0}])", "torch.cat([{0}, {0}])", "same({})",
    "doubled({})", "host({})", "frozen({})", "{}.reshape(-1)", "{}.unsqueeze(0)", "{}.long()",
    "{}.contiguous()", "{}.to_sparse()", "{}.to_dense()", "{}.int()", "{}.pow(2)", "{}.max()",
    "{}.argmax()", "{}.detach().clone().requires_grad_()", "{}.flatten()", "torch.relu({})",
    "{}.exp()",
    "{}.cuda()", "{0}.to({1})", "{}.softmax(-1)", "{}.round()", "(lambda t: t)({})",
)  # fmt: skip
BINARY = (
    "{} + {}", "{} * {}", "torch.where({} > 0, {}, {})", "torch.maximum({}, {})", "{} == {}",
    "{}.to({})", "{}.type_as({})", "{} if flags[0] else {}", "[{}, {}][0]", "({}, {})[1]",
    'dict(a={}, b={})["b"]', "{}.detach() + {}", "Holder({}).keep({}).first()",
    "Holder({}).keep({}).held",
)  # fmt: skip
CONVERSIONS = (
    "{}.numpy()", "{}.numpy()", "np.asarray({})", "np.array({})", "{}.cpu().numpy()",
    "{}.detach().numpy()", "{}.detach().cpu().numpy()", "{}.__array__()", "np.sqrt({})",
    "{}.numpy(force=True)", "np.stack([{0}, {0}])", "np.asarray([{0}, {0}])",
)  # fmt: skip
BLOCKS = (
    "with torch.no_grad():",
    "with torch.enable_grad():",
    "with torch.inference_mode():",
    "with torch.set_grad_enabled(flags[1]):",
    "if flags[0]:",
    "if not flags[1]:",
    "for _ in range(2):",
    "try:",
)


@dataclass
class Program:
    """A program while it is being written."""

    lines: list[str] = field(default_factory=list)
    variables: list[str] = field(default_factory=list)
    defined: Definitions = field(default_factory=Definitions)
    conversions: int = 0
    count: int = 0
    indent: str = ""

    def add(self, line: str) -> None:
        self.lines.append(self.indent + line)

    def new(self, source: str) -> None:
        self.count += 1
        self.add(f"x{self.count} = {source}")
        self.variables.append(f"x{self.count}")

    @contextmanager
    def inside(self, head: str) -> Iterator[None]:
        """A block; what it binds may not be there behind it."""
        outer = list(self.variables)
        self.add(head)
        self.indent += "    "
        yield
        self.add("pass")
        self.indent = self.indent[4:]
        if head == "try:":
            self.add("finally:")
            self.add("    pass")
        if head.startswith(("if", "for", "while")):
            self.variables = outer


def _one(draw: st.DrawFn, program: Program) -> str:
    return draw(st.sampled_from(program.variables))


_STEPS = (
    *("source", "unary", "unary", "unary", "binary", "rebind", "list"),
    *("total", "own", "empty", "mixed"),
)


def _step(draw: st.DrawFn, program: Program) -> None:
    what = draw(st.sampled_from(_STEPS))
    if what == "source":
        program.new(draw(st.sampled_from(SOURCES)))
        return
    x = _one(draw, program)
    if what == "own" and program.defined.slots:
        program.add("slot = Slot()")
        program.add(f"slot.value = {x}")
        program.new("slot.value")
    elif what in ("empty", "mixed"):
        program.new(draw(st.sampled_from(EMPTY if what == "empty" else MIXED)).format(x))
    elif what == "total":
        start = draw(st.sampled_from(("0", "None", "[]", x)))
        program.new(start)
        program.add(f"for _ in {draw(st.sampled_from(('turns', 'range(2)', '[]')))}:")
        program.add(f"    {program.variables[-1]} = {draw(st.sampled_from(UNARY[:20])).format(x)}")
    elif what in ("unary", "own"):
        own = program.defined.forms if what == "own" else ()
        form = draw(st.sampled_from(own or UNARY))
        program.new(form.format(x, _one(draw, program)))
    elif what == "binary":
        form = draw(st.sampled_from(BINARY))
        program.new(form.format(x, _one(draw, program), _one(draw, program)))
    elif what == "rebind":
        program.add(f"{_one(draw, program)} = {draw(st.sampled_from(UNARY[:20])).format(x)}")
    else:
        program.add("several = []")
        program.add(f"several.append({x})")
        program.add(f"several.append({_one(draw, program)})")
        program.new(draw(st.sampled_from(("several[0]", "several[1]"))))


def _convert(draw: st.DrawFn, program: Program, x: str = "") -> None:
    form = draw(st.sampled_from(CONVERSIONS))
    program.conversions += 1
    program.add(f"array = {form.format(x or _one(draw, program))}  # {program.conversions}")


def _block(draw: st.DrawFn, program: Program) -> None:
    head = draw(st.sampled_from((*BLOCKS, *IDLE, "guard", "guard", "guard", "guard")))
    if head == "guard":
        x = _one(draw, program)
        with program.inside(f"if {draw(st.sampled_from(GUARDS)).format(x)}:"):
            _convert(draw, program, x)
        return
    with program.inside(head):
        for _ in range(draw(st.integers(1, 3))):
            if "inference" in head:  # what is made there is of a kind of its own
                program.new(draw(st.sampled_from(UNARY[4:12])).format(_one(draw, program)))
            else:
                _step(draw, program)
        if draw(st.booleans()):
            _convert(draw, program)


@st.composite
def programs(draw: st.DrawFn) -> str:
    """The text of a program."""
    program = Program(defined=draw(definitions()))
    program.new(draw(st.sampled_from(SOURCES)))
    for _ in range(draw(st.integers(1, 7))):
        kind = draw(st.integers(0, 5))
        (_block if kind == 0 else _convert if kind == 1 else _step)(draw, program)
    _convert(draw, program)
    return HEADER + "\n".join([*program.defined.lines, *program.lines, ""])
