"""Comments that silence findings mean what they mean to flake8."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import flake8, tensorconv, write

from flake8_tensorconv.settings.loading import load_settings
from flake8_tensorconv.settings.noqa import unsilenced
from flake8_tensorconv.source.findings import Certainty, Finding, Span

HEAD = "import torch\nx = torch.ones(3, requires_grad=True)\n"
#: Programs with findings whose comments flake8 and the command must read alike.
ALIKE = {
    "none": "x.numpy()\n",
    "blanket": "x.numpy()  # noqa\n",
    "capitals": "x.numpy()  # NOQA\n",
    "mixed_case": "x.numpy()  # NoQa:TNC101\n",
    "code": "x.numpy()  # noqa: TNC101\n",
    "no_space": "x.numpy()  # noqa:TNC101\n",
    "two_spaces": "x.numpy()  # noqa:  TNC101\n",
    "space_before_colon": "x.numpy()  # noqa : E501\n",
    "prefix": "x.numpy()  # noqa: TNC1\n",
    "letters": "x.numpy()  # noqa: TNC\n",
    "small_code": "x.numpy()  # noqa: tnc101\n",
    "other_code": "x.numpy()  # noqa: E501\n",
    "several": "x.numpy()  # noqa: E501,TNC101\n",
    "several_by_space": "x.numpy()  # noqa: E501 TNC101\n",
    "several_mixed": "x.numpy()  # noqa: E501, W291 , TNC101\n",
    "longer_code": "x.numpy()  # noqa: TNC1012\n",
    "text_behind": "x.numpy()  # noqa: TNC101 because of that\n",
    "text_between": "x.numpy()  # noqa because: E501\n",
    "no_space_behind_hash": "x.numpy()  #noqa\n",
    "second_comment": "x.numpy()  # type: ignore # noqa: TNC101\n",
    "in_a_string": "f('# noqa', x.numpy())\n",
    "line_above": "# noqa\nx.numpy()\n",
    "string_before": "f('''a\nb''', x.numpy())  # noqa\n",
    "string_behind": "f(x.numpy(), '''a\nb''')  # noqa: TNC101\n",
    "backslash": "y = x.numpy() + \\\n    1  # noqa: TNC101\n",
    "backslash_wrong_code": "y = x.numpy() + \\\n    1  # noqa: E1\n",
    "brackets_other_call": "f(\n    x.numpy(),\n    1,  # noqa\n)\n",
    "file": "# flake8: noqa\nx.numpy()\n",
    "file_below": "x.numpy()\n# flake8: noqa\n",
    "file_equals": "x.numpy()\n    # FLAKE8=NOQA\n",
    "file_with_code": "x.numpy()\n# flake8: noqa: TNC101\n",
    "file_with_other_code": "x.numpy()\n# flake8: noqa: E501\n",
    "file_behind_code": "y = 1  # flake8: noqa\nx.numpy()\n",
    "one_of_two": "x.numpy()  # noqa\nx.numpy()\n",
    "form_feed": "\x0c\nx.numpy()  # noqa\nx.numpy()\n",
    "odd_separators": "'\u2028'\nx.numpy()  # noqa\nx.numpy()\n",
}


def test_the_command_reads_comments_as_flake8_does(tmp_path: Path) -> None:
    # In a folder of their own: `python -m` would import a code.py in the current one.
    write(tmp_path, **{f"cases__{name}": HEAD + text for name, text in ALIKE.items()})
    write(tmp_path, cases__crlf=(HEAD + "x.numpy()  # noqa\nx.numpy()\n").replace("\n", "\r\n"))
    theirs = flake8("--select=TNC101", "--format=%(path)s:%(row)d", "cases", cwd=tmp_path)
    ours = tensorconv("check", "--select=TNC101", "--format=json", "cases", cwd=tmp_path)
    found = {(Path(found["path"]).stem, found["line"]) for found in ours.json}
    expected = {
        (Path(line.split(":")[0]).stem, int(line.split(":")[1])) for line in theirs.out.splitlines()
    }
    assert found == expected
    # Lest both be silent, or loud, about everything:
    assert {"none", "other_code", "one_of_two"} <= {name for name, _ in found}
    assert {"blanket", "code", "backslash", "file"}.isdisjoint(name for name, _ in found)


def finding(line: int, lines: tuple[int, int]) -> Finding:
    span = Span(line, 0, line, 1)
    return Finding("TNC101", "n", "m", span, span, Certainty.PROVEN, None, (), lines)


CALL = ["y = (", "    model(", "        x", "    ).numpy(", "    )", ")"]


@pytest.mark.parametrize(
    ("commented", "silenced"),
    [(1, False), (2, True), (3, True), (4, True), (5, True), (6, False)],
)
def test_a_comment_on_any_line_of_the_call_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, commented: int, silenced: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [f"{line}  # noqa" if n == commented else line for n, line in enumerate(CALL, 1)]
    flake8_options = load_settings({}).flake8
    left = unsilenced("a.py", "\n".join(lines) + "\n", [finding(4, (2, 5))], flake8_options)
    assert (left == []) is silenced


def test_text_that_cannot_be_tokenized_is_read_line_by_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    options = load_settings({}).flake8
    text = "x  # noqa\ny\n'''"
    found = [finding(1, (1, 1)), finding(2, (2, 2))]
    assert unsilenced("a.py", text, found, options) == found[1:]


@pytest.mark.parametrize(
    "silenced",
    [
        "print(x.numpy())  # noqa\n",
        "print(x.numpy())  # noqa: TNC101\n",
        "print(\n    x.numpy(  # noqa\n    )\n)\n",
        "print(\n    x.numpy(\n    )  # noqa: TNC\n)\n",
        "print(x.numpy(), '''\n''')  # noqa\n",
    ],
)
def test_a_silenced_call_is_never_rewritten(tmp_path: Path, silenced: str) -> None:
    text = HEAD + silenced + "print(x.numpy())\n"
    write(tmp_path, a=text)
    done = tensorconv("fix", "--unsafe-fixes", "a.py", cwd=tmp_path)
    assert (done.code, done.err) == (0, "Fixed 1 problem in 1 file\n")
    fixed = HEAD + silenced + "print(x.detach().numpy())\n"
    assert (tmp_path / "a.py").read_text() == fixed


def test_nothing_is_rewritten_in_a_silenced_file(tmp_path: Path) -> None:
    text = f"# flake8: noqa\n{HEAD}print(x.numpy())\n"
    write(tmp_path, a=text)
    assert tensorconv("fix", "a.py", cwd=tmp_path).code == 0
    assert (tmp_path / "a.py").read_text() == text
