"""How findings look."""

from __future__ import annotations

import io
import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flake8_tensorconv.reporting.json import to_json
from flake8_tensorconv.reporting.text import MAX_STEPS, MAX_WIDTH, Line, Printer, render
from flake8_tensorconv.source.findings import (
    Applicability,
    Certainty,
    Edit,
    Finding,
    Fix,
    Span,
    Step,
)


def finding(span: Span, subject: Span | None = None, steps: int = 0, **fields: object) -> Finding:
    values: dict[str, object] = {
        "code": "TNC101",
        "name": "requires-grad",
        "message": "it fails",
        "span": span,
        "subject": subject or span,
        "certainty": Certainty.PROVEN,
        "fix": None,
        "trace": tuple(Step(Span(i, 0, i, 1), f"step {i}") for i in range(1, steps + 1)),
        "lines": (span.line, span.end_line),
    }
    return Finding(**{**values, **fields})  # type: ignore[arg-type]


def shown(lines: list[Line]) -> list[str]:
    return ["".join(text for text, _ in line) for line in lines]


def on_line(text: str, subject: str) -> list[str]:
    """Render a finding whose subject is the given part of a one-line program."""
    start = text.index(subject)
    span = Span(1, start, 1, start + len(subject))
    return shown(render("a.py", finding(span), [text + "\n"]))


def test_the_parts_of_a_report() -> None:
    lines = ["import torch\n", "y = model(x)\n", "    print(y.numpy())\n"]
    step = Step(Span(2, 4, 2, 12), "`y` requires grad: result of `model(x)`")
    found = finding(Span(3, 12, 3, 17), Span(3, 10, 3, 11), trace=(step,))
    assert shown(render("dir/a.py", found, lines)) == [
        "dir/a.py:3:13: TNC101 it fails",
        "    print(y.numpy())",
        "          ^",
        "    `y` requires grad: result of `model(x)`, line 2",
    ]


@pytest.mark.parametrize(
    ("text", "subject", "excerpt", "underline"),
    [
        ("x.numpy()", "x", "x.numpy()", "^"),
        ("\t\tf(x.y).numpy()", "f(x.y)", "f(x.y).numpy()", "^^^^^^"),
        ("f(\t'a',\tx.numpy())", "x", "f(    'a',    x.numpy())", " " * 14 + "^"),
        ("s = '日本', x.numpy()", "x", "s = '日本', x.numpy()", " " * 12 + "^"),
        ("日本.numpy()", "日本", "日本.numpy()", "^^^^"),
        ("s = 'e\u0301', x.numpy()", "x", "s = 'e\u0301', x.numpy()", " " * 9 + "^"),
        ("s = '\x1b[31m', x.numpy()", "x", "s = '\ufffd[31m', x.numpy()", " " * 13 + "^"),
        ("s = '\u202e', x.numpy()", "x", "s = '\ufffd', x.numpy()", " " * 9 + "^"),
        ("s = '[bold]', x.numpy()", "x", "s = '[bold]', x.numpy()", " " * 14 + "^"),
    ],
)
def test_the_underline_stands_below_the_subject(
    text: str, subject: str, excerpt: str, underline: str
) -> None:
    assert on_line(text, subject)[1:] == ["    " + excerpt, "    " + underline]


def test_a_subject_on_other_lines_leaves_the_name_underlined() -> None:
    lines = ["(model(x)\n", "  .numpy())\n"]
    found = finding(Span(2, 3, 2, 8), Span(1, 1, 1, 9))
    assert shown(render("a.py", found, lines))[1:] == ["    .numpy())", "     ^^^^^"]


def width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


@given(
    st.text("ab 日", max_size=300),
    st.text("cd本", min_size=1, max_size=150),
    st.text("ef ", max_size=300),
)
def test_a_long_line_is_cut_around_the_subject(before: str, subject: str, after: str) -> None:
    start = len(before)
    span = Span(1, start, 1, start + len(subject))
    _, excerpt, underline = shown(render("a.py", finding(span), [before + subject + after + "\n"]))
    excerpt, underline = excerpt[4:], underline[4:]
    assert width(excerpt) <= MAX_WIDTH
    marked = underline.count("^")
    column = len(underline) - marked
    under = ""
    for char in excerpt:
        if width(under) < column:
            under += char
    part = excerpt[len(under) :] if column else excerpt
    if width(subject) <= MAX_WIDTH:
        assert part.startswith(subject)
        assert marked == width(subject)
    else:
        assert part.startswith(subject[:20])
        assert marked == width(part.rstrip("ef ")) or marked == width(part)


def test_a_short_line_is_not_cut() -> None:
    text = "a" * (MAX_WIDTH - 10) + " = x.numpy"
    assert on_line(text, "x")[1] == "    " + text


def test_a_long_trace_keeps_its_ends() -> None:
    lines = shown(render("a.py", finding(Span(1, 0, 1, 1), steps=20), ["x\n"]))[3:]
    assert len(lines) == MAX_STEPS
    assert lines[0] == "    step 1, line 1"
    assert lines[-1] == "    step 20, line 20"
    assert "    ... 15 more steps" in lines


def test_a_position_beyond_the_text_has_no_excerpt() -> None:
    assert len(render("a.py", finding(Span(9, 0, 9, 1)), ["x\n"])) == 1


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def printed(stream: io.StringIO) -> str:
    path = "very/long/" * 30 + "[red]name.py"
    Printer(stream).print(render(path, finding(Span(1, 0, 1, 1)), ["x = '[/bold]'\n"]))
    return stream.getvalue()


def test_colours_are_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    plain = printed(io.StringIO())
    coloured = printed(Terminal())
    assert "\x1b[" not in plain
    assert "\x1b[1;31mTNC101\x1b[0m" in coloured
    # Nothing wrapped, and nothing taken for markup.
    assert len(coloured.splitlines()) == len(plain.splitlines())
    assert "[red]name.py" in coloured
    assert "[/bold]" in coloured


@pytest.mark.parametrize(("variable", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_colours_can_be_declined(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv(variable, value)
    assert "\x1b[" not in printed(Terminal())


def test_json_of_nothing_is_an_empty_array() -> None:
    assert json.loads(to_json([])) == []


@pytest.mark.parametrize("applicability", [*Applicability, None])
def test_json_has_every_field(applicability: Applicability | None) -> None:
    span = Span(3, 8, 3, 13)
    fix = None if applicability is None else Fix(applicability, (Edit(span, ""),))
    found = finding(span, steps=1, fix=fix, certainty=Certainty.POSSIBLE)
    assert json.loads(to_json([("ä.py", found)])) == [
        {
            "path": "ä.py",
            "line": 3,
            "column": 9,
            "end_line": 3,
            "end_column": 14,
            "code": "TNC101",
            "name": "requires-grad",
            "message": "it fails",
            "certainty": "possible",
            "fix": None if applicability is None else applicability.value,
            "trace": [{"path": "ä.py", "line": 1, "column": 1, "text": "step 1"}],
        }
    ]
