"""The libcst codemod, run as users run it, changes files as `tensorconv fix` does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import libcst as cst
import pytest
from libcst.codemod import CodemodContext, SkipFile

from flake8_tensorconv import fix_source
from flake8_tensorconv.frontends.codemod import FixTensorConversions
from flake8_tensorconv.rewriting.nodes import ReplaceNodes

HEAD = "import numpy as np\nimport torch\nx = torch.ones(3, requires_grad=True)\n"

SOURCES = {
    "plain": HEAD + "x.numpy()\n",
    "clean": HEAD + "x.detach().numpy()\n",
    "no_candidate": "print('é')\n",
    "no_newline": HEAD + "x.numpy()",
    "nested": HEAD + "(x * torch.as_tensor(x.numpy())).numpy()\n",
    "comments": HEAD + "y = (x  # x.numpy()\n  .cpu()  # more\n  .numpy())  # end\n",
    "continuation": HEAD + "y = x \\\n  .numpy()\n",
    "elements": HEAD + "y = np.stack([x, # one\n (x + 1)])\n",
    "several": HEAD + "a = x.numpy(); b = [x.numpy() for _ in range(3)]\n",
    "unsure": "import torch\ndef f(y):\n    print(torch.exp(y), y.numpy())\n",
    "blocks": HEAD + "if x is x:\n\twith torch.no_grad():\n\t\tx.numpy()\n\tx.numpy()\n",
}


def encoded(text: str) -> dict[str, bytes]:
    return {
        "utf8": text.encode(),
        "crlf": text.replace("\n", "\r\n").encode(),
        "bom": ("# é\n" + text).encode("utf-8-sig"),
        "latin1": f"# coding: latin-1\ns = 'é'\n{text}".encode("latin-1"),
    }


def codemod(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Run the command as documented; an own formatter is not wanted."""
    command = ["-m", "libcst.tool", "codemod", "--no-format", "--hide-progress", "--jobs=1", "-x"]
    return subprocess.run(
        [sys.executable, *command, "flake8_tensorconv.codemod.FixTensorConversions", *args],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
def test_does_what_fix_does(tmp_path: Path, unsafe: bool) -> None:
    sources = {
        f"{name}_{kind}.py": data
        for name, text in SOURCES.items()
        for kind, data in encoded(text).items()
    }
    for name, data in sources.items():
        (tmp_path / name).write_bytes(data)
    done = codemod(tmp_path, *(["--unsafe-fixes"] if unsafe else []), ".")
    assert done.returncode == 0, done.stderr
    changed = 0
    for name, data in sources.items():
        expected = fix_source(data, unsafe=unsafe)
        assert (tmp_path / name).read_bytes() == expected, name
        changed += expected != data
    assert changed >= 32


def test_comments_and_configuration_silence(tmp_path: Path) -> None:
    text = HEAD + "a = x.numpy()  # noqa: TNC101\nb = x.numpy()\n"
    (tmp_path / "one.py").write_text(text)
    (tmp_path / "two.py").write_text(text)
    (tmp_path / "three.py").write_text(text + "# flake8: noqa\n")
    (tmp_path / ".flake8").write_text("[flake8]\nper-file-ignores = two.py:TNC101\n")
    assert codemod(tmp_path, ".").returncode == 0
    assert (tmp_path / "one.py").read_text() == text.replace("b = x.", "b = x.detach().")
    assert (tmp_path / "two.py").read_text() == text
    assert (tmp_path / "three.py").read_text() == text + "# flake8: noqa\n"


def test_options(tmp_path: Path) -> None:
    path = tmp_path / "one.py"
    path.write_text(HEAD + "x.numpy()\n")
    assert codemod(tmp_path, "--fix-style", "force", ".").returncode == 0
    assert path.read_text() == HEAD + "x.numpy(force=True)\n"


@pytest.mark.parametrize(
    ("setting", "named"),
    [("tensorconv-fix-style = sideways", "sideways"), ("tensorconv-min-torch = x", "x")],
)
def test_wrong_configuration_is_said_in_a_line(tmp_path: Path, setting: str, named: str) -> None:
    (tmp_path / "one.py").write_text(HEAD + "x.numpy()\n")
    (tmp_path / ".flake8").write_text(f"[flake8]\n{setting}\n")
    done = codemod(tmp_path, ".")
    assert named in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "one.py").read_text() == HEAD + "x.numpy()\n"


def test_depth_is_no_crash() -> None:
    tree = cst.parse_module(HEAD + "x.numpy()\n")
    deep: cst.BaseExpression = cst.Name("x")
    for _ in range(400):
        deep = cst.Call(cst.Attribute(deep, cst.Name("t")))
    line = cst.SimpleStatementLine([cst.Expr(deep)])
    command = FixTensorConversions(CodemodContext())
    with pytest.raises(SkipFile, match="too deep"):
        command.transform_module_impl(tree.with_changes(body=[*tree.body, line]))


def test_nodes_are_replaced_inside_replacements() -> None:
    module = cst.parse_module("f(a)(b)\n")
    statement = module.body[0]
    assert isinstance(statement, cst.SimpleStatementLine)
    expression = statement.body[0]
    assert isinstance(expression, cst.Expr)
    outer = expression.value
    assert isinstance(outer, cst.Call)
    inner = outer.func
    assert isinstance(inner, cst.Call)

    def wrap(node: cst.BaseExpression, name: str) -> tuple[cst.BaseExpression, cst.Call]:
        return node, cst.Call(cst.Name(name), [cst.Arg(node)])

    replaced = module.visit(ReplaceNodes([wrap(outer, "g"), wrap(inner, "h"), wrap(inner, "i")]))
    assert replaced.code == "g(h(f(a))(b))\n"
    assert module.code == "f(a)(b)\n"
