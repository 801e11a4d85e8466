"""From text to findings: what a finding says, what cannot be analysed, what is lazy."""

from __future__ import annotations

import ast
import pickle
import subprocess
import sys
import warnings
from dataclasses import replace
from typing import Any

import libcst as cst
import pytest

from flake8_tensorconv import Options, __version__, check_source
from flake8_tensorconv.interpreter import entry
from flake8_tensorconv.rewriting.check import check_text
from flake8_tensorconv.selection import focus
from flake8_tensorconv.settings.codes import OFF_BY_DEFAULT
from flake8_tensorconv.source.findings import Applicability, Certainty, Edit, Finding, Span
from flake8_tensorconv.source.parsing import CheckError, TooDeep, Unparsable

HEAD = "import torch\nx = torch.ones(3, requires_grad=True)\n"


def check(text: str) -> list[Finding]:
    return check_text(text, Options())


def test_all_that_a_finding_says() -> None:
    (finding,) = check(HEAD + "é = (x\n  .numpy(\n))  # end\n")
    assert finding.code == "TNC101"
    assert finding.name == "requires-grad"
    assert finding.certainty is Certainty.PROVEN
    assert finding.span == Span(4, 3, 4, 8)
    assert finding.subject == Span(3, 5, 3, 6)
    assert finding.lines == (3, 5)
    assert finding.fix is not None
    assert finding.fix.applicability is Applicability.SAFE
    assert finding.fix.edits == (Edit(Span(3, 6, 3, 6), ".detach()"),)
    assert finding.trace
    assert finding.trace[0].span.line == 2


def test_the_trace_is_in_the_order_of_events() -> None:
    (finding,) = check(HEAD + "y = x * 2\nz = torch.exp(y)\nz.numpy()\n")
    lines = [step.span.line for step in finding.trace]
    assert lines == sorted(lines)
    assert lines[0] == 2


CLAIMS = {
    "one step": ("x.numpy()", ["`x` requires grad: made with requires_grad by `{x}`"]),
    "a computed receiver": (
        "(x * 2).numpy()",
        ["`x * 2` requires grad: made with requires_grad by `{x}`"],
    ),
    "several steps": (
        "net = torch.nn.Linear(3, 2)\nout = net(x.detach())\nout.numpy()",
        [
            "parameters of `torch.nn.Linear(3, 2)`",
            "`out` requires grad: result of `net(x.detach())`",
        ],
    ),
    "elements": (
        "import numpy as np\nxs = [x]\nnp.stack(xs)",
        ["`xs` holds tensors that require grad: made with requires_grad by `{x}`"],
    ),
    "device": (
        "d = torch.device('cuda')\nx.detach().to(d).numpy()",
        [
            "device named by `torch.device('cuda')`",
            "`x.detach().to(d)` is on an accelerator: placed by `x.detach().to(d)`",
        ],
    ),
    "dtype": (
        "h = x.detach().bfloat16()\nh.numpy()",
        ["`h` is of dtype bfloat16: made bfloat16 by `x.detach().bfloat16()`"],
    ),
    "layout": (
        "s = x.detach().to_sparse()\ns.numpy()",
        ["`s` is of a sparse layout: made sparse by `x.detach().to_sparse()`"],
    ),
    "possible": (
        "def f(y):\n    print(y.numpy())",
        ["`y` may require grad or be on an accelerator: parameter `y`, which may be any tensor"],
    ),
}


@pytest.mark.parametrize(("program", "trace"), CLAIMS.values(), ids=CLAIMS)
def test_the_last_step_says_what_is_so(program: str, trace: list[str]) -> None:
    (finding,) = [each for each in check(HEAD + program + "\n") if each.trace]
    made = "torch.ones(3, requires_grad=True)"
    assert [step.text for step in finding.trace] == [text.replace("{x}", made) for text in trace]


def test_the_last_step_stands_where_the_fact_came_in() -> None:
    (finding,) = check(HEAD + "def f(y):\n    print(y.numpy())\nf(x)\n")
    assert finding.trace[-1].span.line == 5
    assert finding.trace[-1].text == "`y` requires grad: passed to `f` as `y`"


def test_a_story_does_not_end_where_it_begins() -> None:
    (finding,) = check(HEAD + "def f(ys: list[torch.Tensor]):\n    print(ys[0].numpy())\n")
    assert finding.trace == ()


def test_the_lines_take_in_parentheses() -> None:
    (finding,) = check(HEAD + "y = (\n    x.numpy()\n)  # here\n")
    assert finding.lines == (3, 5)


def test_findings_are_in_the_order_of_positions() -> None:
    text = HEAD + "def f(y):\n    return y.numpy()\na = [x.numpy(), x.numpy()]\nf(x)\n"
    found = check(text)
    assert len(found) >= 3
    assert found == sorted(found, key=lambda finding: (finding.span, finding.code))


def test_a_given_tree_is_used_as_it_is() -> None:
    text = HEAD + "x.numpy()\n"
    assert check_text(text, Options(), ast.parse(text)) == check(text) != []


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_endings_do_not_matter(newline: str) -> None:
    text = HEAD + "# a \x0c form feed and \u2028 are no line ends\nf(x\n .numpy())\n"
    assert [finding.span for finding in check(text.replace("\n", newline))] == [Span(5, 2, 5, 7)]


@pytest.mark.parametrize("text", ["", "\n", "# torch numpy\n", "x.numpy", "import torch\n"])
def test_nothing_to_find(text: str) -> None:
    assert check(text) == []


def test_bytes_are_decoded_as_they_declare() -> None:
    text = "# coding: latin-1\n" + HEAD + "'é', x.numpy()\n"
    (finding,) = check_source(text.encode("latin-1"))
    assert finding.span == Span(4, 7, 4, 12)


def test_syntax_errors_pass_through() -> None:
    with pytest.raises(SyntaxError) as caught:
        check(HEAD + "x.numpy(\n")
    assert caught.value.lineno == 3


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (HEAD + "y = " + "not " * 2000 + "x.numpy()\n", TooDeep),
        (HEAD + "y = " + "-" * 200_000 + "x.numpy()\n", TooDeep),
        (HEAD + "y = x" + ".t()" * 900 + ".numpy()\n", TooDeep),
        (HEAD + "y = x.numpy()" + " + 1" * 50_000 + "\n", TooDeep),
    ],
    ids=["operators", "more operators", "methods", "sum"],
)
def test_what_cannot_be_analysed(text: str, error: type[CheckError]) -> None:
    with pytest.raises(error) as caught:
        check(text)
    assert caught.value.message
    assert "\n" not in caught.value.message


def test_nul_characters_are_located() -> None:
    with pytest.raises((Unparsable, SyntaxError)) as caught:
        check(HEAD + "'é' \0\n")
    if isinstance(caught.value, Unparsable):  # from Python 3.12 on it is a SyntaxError
        assert (caught.value.line, caught.value.column) == (3, 4)


def test_what_only_libcst_refuses_is_found_and_not_fixed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(text: str) -> None:
        raise cst.ParserSyntaxError("no", lines=[], raw_line=1, raw_column=0)

    monkeypatch.setattr(cst, "parse_module", refuses)
    (found,) = check(HEAD + "x.numpy()\n")
    assert found.fix is None


@pytest.mark.parametrize("field", ["call", "at", "operand"])
def test_made_up_code_is_not_reported(monkeypatch: pytest.MonkeyPatch, field: str) -> None:
    made_up: dict[str, Any] = {field: ast.Call(ast.Name("f"), [], [])}
    analyze = entry.analyze
    monkeypatch.setattr(
        entry,
        "analyze",
        lambda file, project, _: [replace(event, **made_up) for event in analyze(file, project)],
    )
    assert check(HEAD + "x.numpy()\n") == []


def test_errors_cross_process_boundaries() -> None:
    error = pickle.loads(pickle.dumps(Unparsable("why", 3, 4)))
    assert isinstance(error, Unparsable)
    assert (error.message, error.line, error.column) == ("why", 3, 4)


def test_the_parser_does_not_warn() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(check(HEAD + "'\\d'; x is 3; x.numpy()\n")) == 1


def modules_after(statements: str) -> set[str]:
    """The modules that are loaded after running `statements` in a new interpreter."""
    program = f"{statements}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.split())


def test_importing_the_package_is_cheap() -> None:
    loaded = modules_after("import flake8_tensorconv")
    assert not loaded & {"libcst", "flake8", "torch", "numpy", "flake8_tensorconv.checking"}


@pytest.mark.parametrize(
    ("text", "needed"),
    [("import os\nprint(os.name)\n", False), (HEAD + "x.numpy()\n", True)],
)
def test_libcst_is_imported_when_it_is_needed(text: str, needed: bool) -> None:
    loaded = modules_after(f"import flake8_tensorconv\nflake8_tensorconv.check_source({text!r})")
    assert ("libcst" in loaded) is needed
    assert not loaded & {"torch", "numpy", "libcst.metadata.scope_provider"} - loaded_by_libcst()


def loaded_by_libcst() -> set[str]:
    return modules_after("import libcst")


def test_version() -> None:
    assert [part.isdigit() for part in __version__.split(".")] == [True, True, True]


@pytest.mark.parametrize(
    "made",
    [
        "torch.tensor(x)",
        "torch.tensor(1 - x)",
        "torch.tensor(-x)",
        "torch.tensor(torch.relu(x), dtype=torch.float64)",
        "torch.tensor([row.sum() for row in x])",
        "torch.tensor(\n    [\n        (x * 2).sum(),\n    ]\n)",
        "torch.tensor([[x.sum()]])",
        "torch.Tensor([row.sum() for row in x])",
    ],
)
def test_a_file_that_only_makes_tensors_of_tensors_is_looked_at(made: str) -> None:
    text = f"import torch\n\nx = torch.rand(3)\ny = {made}\n"
    options = Options(unwanted=frozenset(OFF_BY_DEFAULT))
    assert [each.code for each in check_source(text, options)] in (["TNC501"], ["TNC503"])


@pytest.mark.parametrize(
    "made",
    [
        "torch.tensor(1)",
        "torch.tensor(-1e-3, device=x.device)",
        "torch.tensor([[0.5, 1], [2, 3]])",
        "torch.tensor([])",
        "torch.tensor(float('inf'))",
        "torch.tensor(True)",
        "torch.is_tensor(x)",
        "torch.Tensor([1, 2])",
        "torch.LongTensor(2, 3)",
    ],
)
def test_a_file_that_makes_tensors_of_numbers_is_left_at_once(made: str) -> None:
    text = f"import torch\n\nx = torch.rand(3)\ny = {made}\n"
    assert not focus.gate(text, Options(unwanted=frozenset(OFF_BY_DEFAULT)))


def test_a_module_without_statements_holds_nothing() -> None:
    text = "# torch and numpy\n"
    assert check_text(text, Options(), whole=True) == []
