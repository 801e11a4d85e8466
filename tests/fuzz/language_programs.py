"""What Python itself adds to a program: what never runs, what is empty, classes, `finally`, guards.

`turns` is empty in half of the runs, and nothing tells the analysis in which.
"""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

IMPORTS = "import numbers\n"
SETTING = "turns = [1] * flags[0]\n"

#: What a method, a setter or a `finally` makes of a tensor.
BODIES = (
    "{}", "{}.detach()", "{}.cpu()", '{}.to("cuda")', "{} * 2", "{}.clone()", "{}.to_sparse()",
    "{}.detach().requires_grad_()", "{}.to(torch.bfloat16)", "{}.detach().cpu()",
)  # fmt: skip
#: A test that never comes true, as nothing in the program tells.
UNTAKEN = "len(sys.argv) > 9"
#: Blocks that never run, and one that may not.
IDLE = (
    f"if {UNTAKEN}:", "if False:", "while False:", "for _ in []:", "for _ in range(0):",
    "for _ in ():", "for _ in turns:", "for _ in turns:",
)  # fmt: skip
#: What is something else where there is nothing to go through.
EMPTY = (
    "sum([{} for _ in turns])", "max([{}.sum() for _ in turns], default=0)", "turns and {}",
    "next(iter([{} for _ in turns]), None)", "[] or {}", "max([], default={})", "sum([], {})",
    "sum({0} for _ in range(0)) + {0}", "[{} for _ in turns] or None",
)  # fmt: skip
#: What may be no tensor.
MIXED = (
    "{} if flags[0] else None", "{} if flags[0] else 1.0", "{} if flags[1] else np.ones(3)",
    "{} if flags[0] else [1.0]", "np.float32(1) if flags[1] else {}",
)  # fmt: skip
GUARDS = (
    "torch.is_tensor({}) == False", "torch.is_tensor({}) is not True", "torch.is_tensor({}) != 0",
    "torch.is_tensor({}) == True", "type({}) is torch.Tensor", "type({}) is not torch.Tensor",
    "type({}) in (int, float)", "np.isscalar({})", "not np.isscalar({})", "{} is None",
    "not (np.isscalar({0}) or {0} is None)", "isinstance({}, numbers.Number)",
    "not isinstance({}, numbers.Number)", "isinstance({}, (np.ndarray, list))",
    "isinstance({0}, list) or torch.is_tensor({0}) == True", "not isinstance({}, torch.Tensor)",
)  # fmt: skip

#: Functions that leave a `try` while its `finally` still has something to say.
_ENDINGS = (
    ("x = {a}", "return x", "x = {b}", "ended({})"),
    ("pass", "return {a}", "return {b}", "ended({})"),
    ("held = Holder({a})", "return held", "held.held = {b_held}", "ended({}).held"),
    ("kept = [{a}]", "return kept", "kept[0] = {b_kept}", "ended({})[0]"),
)
_LOOPS = ("break", "continue", "if flags[0]: break", "if flags[1]: return x", "pass")


@dataclass(frozen=True)
class Definitions:
    """Definitions of a program, and how an expression uses them.

    Attributes:
        lines: their text.
        forms: what makes one tensor of one.
        slots: there is a class `Slot` with a property that can be set.
    """

    lines: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    slots: bool = False


@st.composite
def definitions(draw: st.DrawFn) -> Definitions:
    """Nothing; or classes that inherit, a property, or a function that ends in `finally`."""
    return draw(st.sampled_from((nothing, nothing, diamonds, properties, endings, loops)))(draw)


def nothing(draw: st.DrawFn) -> Definitions:
    """No definitions."""
    return Definitions()


def diamonds(draw: st.DrawFn) -> Definitions:
    """Two classes with one base, and one that inherits both: methods in the order of C3."""
    lines = []
    for name, bases in ("Top", ""), ("Left", "Top"), ("Right", "Top"), ("Both", "Left, Right"):
        lines.append(f"class {name}({bases}):")
        if name != "Top" and draw(st.booleans()):
            lines += ["    pass", ""]
            continue
        above = "super().change(x)" if bases and draw(st.booleans()) else "x"
        lines += ["    def change(self, x):", f"        return {_body(draw, above)}", ""]
    return Definitions(tuple(lines), ("Both().change({})", "Left().change({})"))


def properties(draw: st.DrawFn) -> Definitions:
    """A class whose property makes something of what it is given."""
    lines = [
        "class Slot:",
        "    @property",
        "    def value(self):",
        f"        return {_body(draw, 'self._value')}",
        "",
        "    @value.setter",
        "    def value(self, new):",
        f"        self._value = {_body(draw, 'new')}",
        "",
    ]
    return Definitions(tuple(lines), slots=True)


def endings(draw: st.DrawFn) -> Definitions:
    """A function that returns out of a `try`."""
    body, leaving, ending, form = draw(st.sampled_from(_ENDINGS))
    given = {
        "a": _body(draw, "x"),
        "b": _body(draw, "x"),
        "b_held": _body(draw, "held.held"),
        "b_kept": _body(draw, "kept[0]"),
    }
    lines = ["def ended(x):", "    try:", f"        {body}", f"        {leaving}"]
    lines += ["    finally:", f"        {ending}", ""]
    return Definitions(tuple(line.format(**given) for line in lines), (form,))


def loops(draw: st.DrawFn) -> Definitions:
    """A function whose loop is left, or goes on, out of a `try`."""
    turns = draw(st.sampled_from(("range(2)", "turns", "[1]", "()")))
    lines = [
        "def ended(x):",
        f"    for _ in {turns}:",
        "        try:",
        f"            x = {_body(draw, 'x')}",
        f"            {draw(st.sampled_from(_LOOPS))}",
        "        finally:",
        f"            x = {_body(draw, 'x')}",
        "    return x",
        "",
    ]
    return Definitions(tuple(lines), ("ended({})",))


def _body(draw: st.DrawFn, x: str) -> str:
    return draw(st.sampled_from(BODIES)).format(x)
