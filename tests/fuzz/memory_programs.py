"""Random programs about shared memory: arrays, tensors, views, casts, conversions, changes."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

ARRAY, TENSOR = "array", "tensor"
DTYPES = ("float32", "float64", "int64")


@dataclass(frozen=True)
class Variable:
    """A variable of the program: what it holds, its dtype, and its shape."""

    name: str
    kind: str
    dtype: str
    shape: tuple[int, ...]


@dataclass
class Program:
    """A program while it is being written."""

    lines: list[str] = field(default_factory=list)
    variables: list[Variable] = field(default_factory=list)
    lists: dict[str, Variable] = field(default_factory=dict)
    indent: str = ""
    count: int = 0

    def add(self, line: str) -> None:
        self.lines.append(self.indent + line)

    def new_name(self) -> str:
        self.count += 1
        return f"v{self.count}"

    def bind(self, kind: str, dtype: str, shape: tuple[int, ...], source: str) -> Variable:
        made = Variable(self.new_name(), kind, dtype, shape)
        self.add(f"{made.name} = {source}")
        self.variables.append(made)
        return made


HEADER = ["import numpy as np", "import torch", ""]
HELPERS = [
    "def to_tensor(x):",
    "    return torch.from_numpy(x)",
    "",
    "def to_array(x):",
    "    return x.numpy()",
    "",
    "def bump(x):",
    "    x += 1",
    "",
    "def same(x):",
    "    return x",
    "",
    "def late(x):",
    "    try:",
    "        return x",
    "    finally:",
    "        x += 1",
    "",
    "class Top:",
    "    def touch(self, x):",
    "        pass",
    "",
    "class Left(Top):",
    "    def touch(self, x):",
    "        super().touch(x)",
    "",
    "class Right(Top):",
    "    def touch(self, x):",
    "        x += 1",
    "",
    "class Both(Left, Right):",
    "    pass",
    "",
    "class Slot:",
    "    @property",
    "    def value(self):",
    "        return self._value",
    "",
    "    @value.setter",
    "    def value(self, new):",
    "        self._value = new",
    "",
]


def _create(draw: st.DrawFn, program: Program) -> None:
    kind = draw(st.sampled_from((ARRAY, TENSOR)))
    dtype = draw(st.sampled_from(DTYPES))
    shape = draw(st.sampled_from(((6,), (4, 3))))
    size = shape[0] * (shape[1] if len(shape) == 2 else 1)
    start = 1 + 100 * program.count
    library = "np" if kind == ARRAY else "torch"
    source = f"{library}.arange({start}, {start + size}, dtype={library}.{dtype})"
    if len(shape) == 2:
        source += f".reshape({shape[0]}, {shape[1]})"
    program.bind(kind, dtype, shape, source)


def _view(draw: st.DrawFn, program: Program, x: Variable) -> None:
    rows, rest = x.shape[0], x.shape[1:]
    choices = [(f"{x.name}[{i}:]", (rows - i, *rest)) for i in range(1, min(rows, 3))]
    choices += [(f"{x.name}[:{i}]", (i, *rest)) for i in range(1, min(rows, 4))]
    choices += [(f"{x.name}[::2]", ((rows + 1) // 2, *rest)), (f"same({x.name})", x.shape)]
    size = rows * (rest[0] if rest else 1)
    choices.append((f"{x.name}.reshape(-1)", (size,)))
    if rest:
        choices += [(f"{x.name}[{i}]", rest) for i in range(min(rows, 3))]
        choices += [(f"{x.name}.T", (*rest, rows)), (f"{x.name}[:, 1:]", (rows, rest[0] - 1))]
    choices = [(text, shape) for text, shape in choices if min(shape) > 0]
    text, shape = draw(st.sampled_from(choices))
    program.bind(x.kind, x.dtype, shape, text)


def _copy(draw: st.DrawFn, program: Program, x: Variable) -> None:
    _look(draw, program, x)  # what is computed from is seen by the run as well
    fancy = f"{x.name}[[0]]"
    copied = f"{x.name}.copy()" if x.kind == ARRAY else f"{x.name}.clone()"
    text, shape = draw(
        st.sampled_from(((copied, x.shape), (f"{x.name} + 1", x.shape), (fancy, (1, *x.shape[1:]))))
    )
    program.bind(x.kind, x.dtype, shape, text)


def _cast(draw: st.DrawFn, program: Program, x: Variable) -> None:
    _look(draw, program, x)
    to = draw(st.sampled_from(DTYPES))
    if x.kind == ARRAY:
        forms = [f"{x.name}.astype(np.{to})", f"{x.name}.astype(np.{to}, copy=False)",
                 f"np.asarray({x.name}, dtype=np.{to})"]  # fmt: skip
    else:
        short = {"float32": "float", "float64": "double", "int64": "long"}[to]
        forms = [f"{x.name}.to(torch.{to})", f"{x.name}.{short}()"]
    program.bind(x.kind, to, x.shape, draw(st.sampled_from(forms)))


def _convert(draw: st.DrawFn, program: Program, x: Variable) -> None:
    _look(draw, program, x)
    if x.kind == TENSOR:
        forms = ["{}.numpy()", "np.asarray({})", "np.array({})", "to_array({})",
                 "np.from_dlpack({})", "{}.detach().cpu().numpy()",
                 "{}.numpy().copy()"]  # fmt: skip
        program.bind(ARRAY, x.dtype, x.shape, draw(st.sampled_from(forms)).format(x.name))
        return
    forms = ["torch.from_numpy({})", "torch.as_tensor({})", "torch.asarray({})",
             "torch.tensor({})", "to_tensor({})", "torch.from_numpy({}).clone()"]  # fmt: skip
    text = draw(st.sampled_from(forms)).format(x.name)
    if draw(st.integers(0, 4)) == 0:
        to = draw(st.sampled_from(DTYPES))
        program.bind(TENSOR, to, x.shape, f"torch.as_tensor({x.name}, dtype=torch.{to})")
    elif x.dtype == "float32" and draw(st.integers(0, 3)) == 0:
        program.bind(TENSOR, x.dtype, x.shape, f"torch.Tensor({x.name})")
    else:
        program.bind(TENSOR, x.dtype, x.shape, text)


def _change(draw: st.DrawFn, program: Program, x: Variable) -> None:
    value = f"{1000 + 17 * program.count}" + (" + i" if program.indent else "")
    program.count += 1
    forms = ["{} += 1", "{}[0] = {v}", "{}[:] = {v}", "bump({})"]
    forms += ["late({})", "Both().touch({})", "Left().touch({})"]
    if x.shape[0] > 1:
        forms.append("{}[1:] += 1")
    if x.kind == ARRAY:
        forms += ["{}.fill({v})", "np.copyto({}, {v})", "np.add({0}, 1, out={0})", "{} *= 2"]
    else:
        forms += ["{}.add_(1)", "{}.fill_({v})", "{}.mul_(2)"]
    program.add(draw(st.sampled_from(forms)).format(x.name, v=value))


def _rebind(draw: st.DrawFn, program: Program, x: Variable) -> None:
    _look(draw, program, x)
    program.add(f"{x.name} = {x.name} + 1")


def _keep(draw: st.DrawFn, program: Program, x: Variable) -> None:
    name = program.new_name()
    form = draw(st.sampled_from(("list", "dict", "tuple", "slot")))
    if form == "list":
        program.add(f"{name} = []")
        program.add(f"{name}.append({x.name})")
        source = f"{name}[0]"
    elif form == "dict":
        program.add(f'{name} = {{"x": {x.name}}}')
        source = f'{name}["x"]'
    elif form == "slot":
        program.add(f"{name} = Slot()")
        program.add(f"{name}.value = {x.name}")
        source = f"{name}.value"
    else:
        program.add(f"{name} = ({x.name}, 1)")
        source = f"{name}[0]"
    program.bind(x.kind, x.dtype, x.shape, source)


def _look(draw: st.DrawFn, program: Program, x: Variable) -> None:
    program.add(f"print({x.name}.tolist())")


def _idle(draw: st.DrawFn, program: Program, x: Variable) -> None:
    """Changes that never happen."""
    program.add(
        draw(st.sampled_from(("if False:", "while False:", "for i in []:", "for i in range(0):")))
    )
    outer, program.indent = program.indent, program.indent + "    "
    _change(draw, program, x)
    program.indent = outer


_STEPS = (_view, _copy, _cast, _convert, _convert, _change, _change, _rebind, _keep, _look, _idle)


def _loop(draw: st.DrawFn, program: Program) -> None:
    """A buffer is changed in every round, and something made from it is kept."""
    x = draw(st.sampled_from(program.variables))
    kept = program.new_name()
    program.add(f"{kept} = []")
    program.add(f"for i in range({draw(st.integers(2, 4))}):")
    outside = list(program.variables)
    program.indent = "    "
    for _ in range(draw(st.integers(1, 3))):
        step = draw(st.sampled_from((_view, _copy, _cast, _convert, _change)))
        step(draw, program, draw(st.sampled_from([*program.variables[len(outside) :], x])))
    last = draw(st.sampled_from([*program.variables[len(outside) :], x]))
    program.add(f"{kept}.append({last.name})")
    if draw(st.booleans()):
        _change(draw, program, draw(st.sampled_from([x, *program.variables[len(outside) :]])))
    program.indent = ""
    program.variables = outside
    program.add(f"print([each.tolist() for each in {kept}])")


@st.composite
def programs(draw: st.DrawFn) -> str:
    """The text of a program that prints what it looks at."""
    program = Program()
    for _ in range(draw(st.integers(1, 2))):
        _create(draw, program)
    for _ in range(draw(st.integers(2, 9))):
        if draw(st.integers(0, 7)) == 0:
            _loop(draw, program)
            continue
        step = draw(st.sampled_from(_STEPS))
        step(draw, program, draw(st.sampled_from(program.variables)))
    for x in program.variables:
        if draw(st.booleans()):
            _look(draw, program, x)
    return "\n".join([*HEADER, *HELPERS, *program.lines, ""])
