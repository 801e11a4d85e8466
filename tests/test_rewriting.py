"""What fixing changes, and what it leaves alone."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import libcst as cst
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flake8_tensorconv import fix_source
from flake8_tensorconv.config import FixStyle, Options
from flake8_tensorconv.rewriting import fix_text
from flake8_tensorconv.rewriting.check import check_text
from flake8_tensorconv.rewriting.edits import apply, choose, edits_between, keeps_comments
from flake8_tensorconv.rewriting.fixpoint import MAX_PASSES, fix_all
from flake8_tensorconv.source.findings import Applicability, Certainty, Edit, Finding, Fix, Span
from flake8_tensorconv.source.lines import Lines

HEAD = "import numpy as np\nimport torch\nx = torch.ones(3, requires_grad=True)\n"


def keep_all(_: str, findings: list[Finding]) -> list[Finding]:
    return findings


FIXED = {
    "plain": ("x.numpy()\n", "x.detach().numpy()\n"),
    "no newline at the end": ("x.numpy()", "x.detach().numpy()"),
    "non-ASCII before": ("é = '😀', x.numpy()\n", "é = '😀', x.detach().numpy()\n"),
    "call": ("torch.exp(x).numpy()\n", "torch.exp(x).detach().numpy()\n"),
    "operator": ("(x + 1).numpy()\n", "(x + 1).detach().numpy()\n"),
    "spaces": ("( x ) . numpy ( )\n", "( x ).detach() . numpy ( )\n"),
    "before the move": ("x.cpu().numpy()\n", "x.detach().cpu().numpy()\n"),
    "comment in a chain": ("(x  # why\n .numpy())\n", "(x.detach()  # why\n .numpy())\n"),
    "comment before the name": ("(x.  # why\n numpy())\n", "(x.detach().  # why\n numpy())\n"),
    "comment in the receiver": (
        "(x *  # twice\n 2  # here\n ).numpy()  # end\n",
        "(x *  # twice\n 2  # here\n ).detach().numpy()  # end\n",
    ),
    "comment that looks like code": (
        "(x  # x.numpy()\n .numpy())\n",
        "(x.detach()  # x.numpy()\n .numpy())\n",
    ),
    "continuation": ("y = x \\\n  .numpy()\n", "y = x.detach() \\\n  .numpy()\n"),
    "two in a line": (
        "a = x.numpy(); b = x.numpy()\n",
        "a = x.detach().numpy(); b = x.detach().numpy()\n",
    ),
    "in an f-string": ("f'{x.numpy()!r:>9}'\n", "f'{x.detach().numpy()!r:>9}'\n"),
    "tabs and form feeds": (
        "if x is x:\n\tx.numpy()\n\x0c\nx.numpy() \x0c\n",
        "if x is x:\n\tx.detach().numpy()\n\x0c\nx.detach().numpy() \x0c\n",
    ),
    "blocks": (
        "class C:\n  def f(self):\n    y = torch.exp(\n        x,  # why\n    ).numpy()\n",
        "class C:\n  def f(self):\n    y = torch.exp(\n        x,  # why\n    ).detach().numpy()\n",
    ),
    "nested": (
        "(x * torch.as_tensor(x.numpy())).numpy()\n",
        "(x * torch.as_tensor(x.detach().numpy())).detach().numpy()\n",
    ),
    "a negative step": ("x[::-1], (x + 1)[:, ::-1, :]\n", "x.flip(0), (x + 1).flip(1)\n"),
    "several": ("x[::-1, :, ::-1], x[:, ..., ::-1, :]\n", "x.flip(0, 2), x.flip(-2)\n"),
    "no whole axis": (
        "x[::-2], x[1::-1], x[0, ::-1], x[None, ::-1], x[1:, ::-1]\nx[::-1] += 1\n",
        "x[::-2], x[1::-1], x[0, ::-1], x[None, ::-1], x[1:, ::-1]\nx[::-1] += 1\n",
    ),
    "argument": ("np.asarray(x)\n", "np.asarray(x.detach())\n"),
    "argument with an operator": ("np.asarray(x + 1)\n", "np.asarray((x + 1).detach())\n"),
    "commented argument": (
        "np.asarray(\n  x  # why\n)\n",
        "np.asarray(\n  x.detach()  # why\n)\n",
    ),
    "elements": (
        "np.stack([x, # one\n  x * 2])\n",
        "np.stack([x.detach(), # one\n  (x * 2).detach()])\n",
    ),
}


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize(("before", "after"), FIXED.values(), ids=FIXED)
def test_fixed(before: str, after: str, newline: str) -> None:
    old, new = ((HEAD + text).replace("\n", newline) for text in (before, after))
    assert fix_source(old) == new
    assert fix_source(new) == new


def test_force_style() -> None:
    options = Options(fix_style=FixStyle.FORCE)
    fixed = fix_source(HEAD + "(x  # why\n .numpy( ))\n", options)
    assert fixed.startswith(HEAD + "(x  # why\n .numpy(")
    assert ast.dump(ast.parse(fixed)) == ast.dump(ast.parse(HEAD + "x.numpy(force=True)\n"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_bytes_keep_their_encoding(encoding: str) -> None:
    text = f"# coding: {encoding.removesuffix('-sig')}\r\n{HEAD}s = 'é', x.numpy()\n"
    expected = text.replace("x.numpy", "x.detach().numpy")
    assert fix_source(text.encode(encoding)) == expected.encode(encoding)


def test_unsafe_fixes_need_consent() -> None:
    text = "import torch\ndef f(x):\n    return torch.exp(x), x.numpy()\n"
    assert any(
        finding.fix is not None and finding.fix.applicability is Applicability.UNSAFE
        for finding in check_text(text, Options())
    )
    safe = fix_text(text, Options(), unsafe=False, keep=keep_all)
    assert (safe.text, safe.applied) == (text, 0)
    assert safe.remaining
    fixed = fix_text(text, Options(), unsafe=True, keep=keep_all)
    assert ".detach()" in fixed.text
    assert fixed.applied > 0


def test_what_is_not_kept_is_neither_fixed_nor_reported() -> None:
    text = HEAD + "a = x.numpy()\nb = x.numpy()\n"

    def keep(text: str, findings: list[Finding]) -> list[Finding]:
        return [finding for finding in findings if finding.span.line != 4]

    result = fix_text(text, Options(), unsafe=True, keep=keep)
    assert result.text == HEAD + "a = x.numpy()\nb = x.detach().numpy()\n"
    assert (result.applied, result.remaining) == (1, [])


PIECES = st.sampled_from(
    [
        "a = x.numpy()",
        "a = ( x  # é.numpy()\n  .numpy( ) )  # end",
        "if a is x:\n\tb = np.stack([x, (x + 1)])",
        "def f(y):\n    'é\u2028'\n    return y.numpy()",
        "c = f(x * 2) \\\n    + x.cpu().numpy()",
        "# a comment \x0c",
        "",
        "d = [x.numpy() for _ in range(3)]; e = f'{x.numpy()}'",
        "with torch.no_grad():\n    g = x.numpy()",
        "x = x.detach()",
        "x = torch.exp(torch.as_tensor((x * 3).numpy()))",
        "h = lambda z: z.numpy()",
        "i = '''\n x.numpy()\n'''",
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES, max_size=6), st.sampled_from(["\n", "\r\n"]), st.booleans(), st.booleans())
def test_fixing_ends_and_touches_nothing_else(
    pieces: list[str], newline: str, end: bool, unsafe: bool
) -> None:
    text = (HEAD + "\n".join(pieces) + "\n" * end).replace("\n", newline)
    found = check_text(text, Options())
    result = fix_text(text, Options(), unsafe=unsafe, keep=keep_all)
    ast.parse(result.text)
    again = fix_text(result.text, Options(), unsafe=unsafe, keep=keep_all)
    assert (again.text, again.applied) == (result.text, 0)
    assert again.remaining == result.remaining
    guilty = {line for one in found for line in range(one.lines[0], one.lines[1] + 1)}
    old, new = text.split("\n"), result.text.split("\n")
    assert len(old) == len(new)  # a guard needs no line of its own
    for number, (before, after) in enumerate(zip(old, new, strict=True), 1):
        assert before == after or number in guilty


# The parts: minimal edits, the choice, the loop.


def edits_of(old: str, new: str) -> list[Edit]:
    return edits_between(old, new, 0, Lines(old))


@given(st.text("ab.() \n#"), st.text("ab.() \n#"), st.text("a\n"), st.text("a\n"))
def test_edits_lead_to_the_new_text(old: str, new: str, before: str, after: str) -> None:
    text = before + old + after
    edits = tuple(edits_between(old, new, len(before), Lines(text)))
    assert apply(text, [Fix(Applicability.SAFE, edits)]) == before + new + after
    for edit in edits:
        assert edit.text or edit.span != Span(*(edit.span.line, edit.span.column) * 2)


@pytest.mark.parametrize(
    ("old", "new", "inserted"),
    [
        ("x.numpy()", "x.detach().numpy()", {1: ".detach()"}),
        ("f().numpy()", "f().detach().numpy()", {3: ".detach()"}),
        ("f()", "f().detach()", {3: ".detach()"}),
        ("x.cpu()", "x.detach().cpu()", {1: ".detach()"}),
        ("x.cpu().cpu()", "x.cpu().cpu().cpu()", {13: ".cpu()"}),
        ("x.numpy()", "x.numpy(force=True)", {8: "force=True"}),
        ("a + b", "(a + b).cpu()", {0: "(", 5: ").cpu()"}),
        ("[f(), g()]", "[f().cpu(), g().cpu()]", {4: ".cpu()", 9: ".cpu()"}),
        ("[a, b, c]", "[a.cpu(), b.cpu(), c.cpu()]", {2: ".cpu()", 5: ".cpu()", 8: ".cpu()"}),
        ("x", "x", {}),
    ],
)
def test_edits_are_insertions_of_guards(old: str, new: str, inserted: dict[int, str]) -> None:
    assert edits_of(old, new) == [
        Edit(Span(1, column, 1, column), text) for column, text in inserted.items()
    ]


def test_an_edit_replaces_what_changes_and_no_more() -> None:
    assert edits_of("x.data.numpy()", "x.detach().numpy()") == [Edit(Span(1, 2, 1, 6), "detach()")]
    assert edits_of("x.cpu().detach()", "x.detach()") == [Edit(Span(1, 2, 1, 8), "")]


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        ("(a # b\n)", "(a # b\n).c()", True),
        ("(a # b\n)", "a.c()", False),
        ("[a, # b\n c # b\n]", "[a, # b\n c]", False),
        ("'# b'", "a", True),
        ("a", "(a # b\n)", True),
    ],
)
def test_a_lost_comment_is_noticed(old: str, new: str, kept: bool) -> None:
    assert keeps_comments(cst.parse_expression(old), cst.parse_expression(new)) is kept


def finding(code: str, *edits: tuple[int, int, str], unsafe: bool = False) -> Finding:
    """A finding in the first line, with a fix if there are edits (from column, to column, text)."""
    applicability = Applicability.UNSAFE if unsafe else Applicability.SAFE
    spans = tuple(Edit(Span(1, start, 1, end), text) for start, end, text in edits)
    start = edits[0][0] if edits else 0
    return Finding(
        code=code,
        name="name",
        message="message",
        span=Span(1, start, 1, start + 1),
        subject=Span(1, start, 1, start + 1),
        certainty=Certainty.PROVEN,
        fix=Fix(applicability, spans) if edits else None,
        trace=(),
        lines=(1, 1),
    )


@pytest.mark.parametrize(
    ("findings", "chosen"),
    [
        ([finding("A", (0, 0, "x")), finding("B", (0, 0, "y"))], "A"),
        ([finding("A", (2, 2, "x")), finding("B", (0, 5, "y"))], "B"),
        ([finding("A", (0, 2, "x")), finding("B", (2, 2, "y"))], "A"),
        ([finding("A", (0, 2, "x")), finding("B", (3, 3, "y"))], "AB"),
        ([finding("A", (0, 0, "x"), (9, 9, "x")), finding("B", (4, 4, "y"))], "AB"),
        ([finding("A", (0, 0, "x"), (9, 9, "x")), finding("B", (9, 9, "y"))], "A"),
        ([finding("A"), finding("B", (1, 1, "y"), unsafe=True)], ""),
    ],
)
def test_choice_of_what_goes_together(findings: list[Finding], chosen: str) -> None:
    assert "".join(item.code for item in choose(findings, unsafe=False)) == chosen


def test_unsafe_fixes_are_chosen_on_demand() -> None:
    unsafe = finding("A", (0, 0, "x"), unsafe=True)
    assert choose([unsafe], unsafe=False) == []
    assert choose([unsafe], unsafe=True) == [unsafe]


def run_loop(text: str, rules: Sequence[tuple[str, str, str]]) -> tuple[str, int, str]:
    """Fix a line by rules (code, what is reported, what takes its place)."""

    def check(program: str) -> list[Finding]:
        return [
            finding(code, (program.index(bad), program.index(bad) + len(bad), good))
            for code, bad, good in rules
            if bad in program
        ]

    outcome = fix_all(
        text,
        code=str,
        check=check,
        apply=lambda program, chosen: apply(program, [one.fix for one in chosen if one.fix]),
        unsafe=False,
    )
    return outcome.program, outcome.applied, "".join(item.code for item in outcome.remaining)


def test_one_fix_may_call_for_another() -> None:
    assert run_loop("a", [("A", "a", "b"), ("B", "b", "c")]) == ("c", 2, "")


def test_a_fix_that_breaks_the_program_is_dropped() -> None:
    assert run_loop("a + b", [("A", "a", "(a"), ("B", "b", "c")]) == ("(a + c".lstrip("("), 1, "A")


def test_a_fix_that_mends_nothing_is_undone() -> None:
    assert run_loop("a", [("A", "a", "f(a)")]) == ("a", 0, "A")


def test_fixes_that_undo_each_other_end() -> None:
    program, _, left = run_loop("a", [("A", "a", "b"), ("B", "b", "a")])
    assert program in ("a", "b")
    assert left in ("A", "B")


def test_the_passes_are_bounded() -> None:
    rules = [(f"{n:02}", f"n{n:02}", f"n{n + 1:02}") for n in range(3 * MAX_PASSES)]
    assert run_loop("n00", rules)[1] == MAX_PASSES


@pytest.mark.parametrize("given", ["[x]", "(x, x)", "[x + 1, x]"])
def test_a_conversion_that_is_handed_to_map_has_no_fix(given: str) -> None:
    # The call that would need the guard is not in the file.
    text = HEAD + f"print(list(map(torch.Tensor.numpy, {given})))\n"
    (finding,) = check_text(text, Options())
    assert (finding.code, finding.fix) == ("TNC101", None)
    assert fix_source(text, unsafe=True) == text
