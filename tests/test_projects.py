"""Programs of several files: what one file says is known in the others."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from flake8_tensorconv.config import Options
from flake8_tensorconv.rewriting.check import check_text

NET = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)

    def forward(self, x):
        return self.layer(x)
"""
TO_ARRAY = """
def to_array(x):
    return x.numpy()  # FOUND
"""

#: Files by name. `main.py` is run; a line marked `# FOUND` fails with a RuntimeError.
BUGS: dict[str, dict[str, str]] = {
    "what a function returns": {
        "net.py": NET + "\ndef predict(x):\n    return Net()(x)\n",
        "main.py": "import torch\nfrom net import predict\n"
        "predict(torch.ones(1, 2)).numpy()  # FOUND\n",
    },
    "what a module is called": {
        "net.py": NET,
        "main.py": "import torch\nimport net as nets\n"
        "nets.Net()(torch.ones(1, 2)).numpy()  # FOUND\n",
    },
    "what a caller passes": {
        "utils/__init__.py": "",
        "utils/convert.py": TO_ARRAY,
        "main.py": "import torch\nfrom utils.convert import to_array\n"
        "to_array(torch.ones(2, requires_grad=True))\n",
    },
    "what a function of the caller passes": {
        "convert.py": TO_ARRAY,
        "main.py": "import torch\nimport convert\n\ndef run(x):\n"
        "    return convert.to_array(torch.nn.Linear(2, 2)(x))\n\nrun(torch.ones(1, 2))\n",
    },
    "an attribute that another class sets": {
        "boxes.py": "class Boxes:\n    def __init__(self, t):\n        self.t = t\n",
        "main.py": "import torch\nfrom boxes import Boxes\n"
        "Boxes(torch.ones(2, requires_grad=True) * 2).t.numpy()  # FOUND\n",
    },
    "an inherited forward": {
        "net.py": NET,
        "main.py": "import torch\nfrom net import Net\n\nclass Mine(Net):\n    pass\n\n"
        "Mine()(torch.ones(1, 2)).numpy()  # FOUND\n",
    },
    "a package that hands on": {
        "models/__init__.py": "from .net import Net\n",
        "models/net.py": NET,
        "main.py": "import torch\nfrom models import Net\n"
        "Net()(torch.ones(1, 2)).numpy()  # FOUND\n",
    },
    "a package without __init__": {
        "lib/models/net.py": NET,
        "main.py": "import torch\nimport lib.models.net\n"
        "lib.models.net.Net()(torch.ones(1, 2)).numpy()  # FOUND\n",
    },
    "a star": {
        "net.py": NET,
        "main.py": "import torch\nfrom net import *\nNet()(torch.ones(1, 2)).numpy()  # FOUND\n",
    },
    "files that import each other": {
        "net.py": NET + "\nimport shape\n\ndef predict(x):\n    return shape.flat(Net()(x))\n",
        "shape.py": "import net\n\ndef flat(x):\n    return x.reshape(-1)\n",
        "main.py": "import torch\nimport net\nnet.predict(torch.ones(1, 2)).numpy()  # FOUND\n",
    },
    "a registry": {
        "registry.py": "MODELS = {}\n\ndef register(cls):\n    MODELS[cls.__name__] = cls\n"
        "    return cls\n",
        "net.py": "from registry import register\n"
        + NET.replace("class Net", "@register\nclass Net"),
        "main.py": "import torch\nfrom net import Net\nfrom registry import MODELS\n"
        "Net()(torch.ones(1, 2)).numpy()  # FOUND\n",
    },
    "a callback": {
        "convert.py": TO_ARRAY,
        "loop.py": "def each(f, xs):\n    return [f(x) for x in xs]\n",
        "main.py": "import torch\nfrom convert import to_array\nfrom loop import each\n"
        "each(to_array, [torch.ones(2, requires_grad=True)])\n",
    },
    "a partial": {
        "convert.py": "def scaled(scale, x):\n    return (x * scale).numpy()  # FOUND\n",
        "main.py": "import functools\nimport torch\nfrom convert import scaled\n"
        "functools.partial(scaled, 2)(torch.ones(2, requires_grad=True))\n",
    },
    "a file without a word of torch": {
        "panel.py": "class Panel:\n    def show(self, x):\n"
        "        return x.numpy().tolist()  # FOUND\n",
        "main.py": "import torch\nfrom panel import Panel\n"
        "Panel().show(torch.ones(2, requires_grad=True))\n",
    },
    "an import in a function": {
        "net.py": NET,
        "main.py": "import torch\n\ndef build():\n    from net import Net\n    return Net()\n\n"
        "build()(torch.ones(1, 2)).numpy()  # FOUND\n",
    },
}  # fmt: skip

#: The same, where nothing is to be found: nothing fails.
FINE: dict[str, dict[str, str]] = {
    "gradients are off where the module is called": {
        "net.py": NET,
        "main.py": "import torch\nfrom net import Net\n\nwith torch.no_grad():\n"
        "    y = Net()(torch.ones(1, 2))\ny.numpy()\n",
    },
    "callers have gradients off": {
        "agent.py": NET + "\nclass Agent:\n    def __init__(self):\n        self.net = Net()\n\n"
        "    def act(self, x):\n        return self.net(x).numpy()\n",
        "main.py": "import torch\nfrom agent import Agent\n\nwith torch.no_grad():\n"
        "    Agent().act(torch.ones(1, 2))\n",
    },
    "callers detach": {
        "convert.py": TO_ARRAY.replace("  # FOUND", ""),
        "main.py": "import torch\nfrom convert import to_array\n"
        "to_array((torch.ones(2, requires_grad=True) * 2).detach())\n",
    },
    "a helper that detaches": {
        "convert.py": "def to_array(x):\n    return x.detach().cpu().numpy()\n",
        "main.py": "import numpy as np\nimport torch\nfrom convert import to_array\n"
        "np.mean(to_array(torch.ones(2, requires_grad=True)))\n",
    },
    "a module of the same name elsewhere": {
        "other/json.py": "import torch\n\ndef loads(x):\n"
        "    return torch.ones(2, requires_grad=True)\n",
        "main.py": "import json\nimport torch\nimport numpy as np\nnp.sum(json.loads('[1]'))\n",
    },
    "a name that is rebound": {
        "net.py": NET,
        "main.py": "import torch\nfrom net import Net\nNet = torch.nn.Identity\n"
        "Net()(torch.ones(1, 2)).numpy()\n",
    },
}  # fmt: skip


def written(files: dict[str, str], folder: Path) -> None:
    (folder / "pyproject.toml").write_text("")
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def found(folder: Path) -> dict[str, set[int]]:
    """The lines with a proven finding, by file."""
    lines = {
        str(path.relative_to(folder)): {
            each.span.line
            for each in check_text(path.read_text(), Options(), path=str(path))
            if each.code in ("TNC101", "TNC110")
        }
        for path in folder.rglob("*.py")
    }
    return {name: at for name, at in lines.items() if at}


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "main.py"], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("name", BUGS)
def test_a_bug_is_found_in_the_file_where_it_is(name: str, tmp_path: Path) -> None:
    written(BUGS[name], tmp_path)
    marked = {
        file: {n for n, line in enumerate(text.splitlines(), 1) if line.endswith("# FOUND")}
        for file, text in BUGS[name].items()
    }
    assert found(tmp_path) == {file: lines for file, lines in marked.items() if lines}


@pytest.mark.parametrize("name", FINE)
def test_nothing_is_found_where_nothing_is_wrong(name: str, tmp_path: Path) -> None:
    written(FINE[name], tmp_path)
    assert not found(tmp_path)


@pytest.mark.parametrize("name", [*BUGS, *FINE])
def test_what_the_tables_say_is_true(name: str, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    written({**FINE, **BUGS}[name], tmp_path)
    done = run(tmp_path)
    if name in FINE:
        assert done.returncode == 0, done.stderr
        return
    places = re.findall(r'File "([^"]+)", line (\d+)', done.stderr)
    assert "RuntimeError: Can't call numpy() on Tensor that requires grad" in done.stderr
    file, line = places[-1]
    assert Path(file).read_text().splitlines()[int(line) - 1].endswith("# FOUND")


def test_a_trace_names_other_files(tmp_path: Path) -> None:
    written(BUGS["what a function returns"], tmp_path)
    main = tmp_path / "main.py"
    (finding,) = check_text(main.read_text(), Options(), path=str(main))
    places = [(Path(step.path).name, step.span.line) for step in finding.trace]
    assert places[0] == ("net.py", 8)


def test_single_files_on_demand(tmp_path: Path) -> None:
    written(BUGS["what a function returns"], tmp_path)
    main = tmp_path / "main.py"
    alone = check_text(main.read_text(), Options(project=False), path=str(main))
    assert alone == check_text(main.read_text(), Options())
    assert {each.code for each in alone} == {"TNC112"}
