"""Do the verification and the fuzzers notice a wrong table or rule? Faults are put in, one by one.

    python tests/benchmarks/mutations.py [NUMBER ...]

Each fault is put into a copy of the package. It counts as caught if the examples, the tables' own
tests or a few hundred random programs fail then. Exits with 1 if one is not caught.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
#: What has to notice, the quick ones first.
WATCHING = [
    "tests/test_sharing_agrees.py",
    "tests/runtime/test_sharing_facts.py",
    "tests/runtime/test_device_clashes.py",
    "tests/fuzz",
    "tests/test_knowledge.py",
    "tests/test_dtype_rules.py",
    "tests/runtime/test_verify.py",
]
DATA = "knowledge/data/"


@dataclass(frozen=True)
class Fault:
    """A fault: what is wrong then, the file, and how it gets there.

    Attributes:
        says: the fault in words.
        file: the file, below the package.
        put: makes the faulty text of the right one.
    """

    says: str
    file: str
    put: Callable[[str], str]


def replaced(says: str, file: str, old: str, new: str) -> Fault:
    """A fault in a source file: other words."""

    def put(text: str) -> str:
        assert old in text, f"{file} has no {old!r}"
        return text.replace(old, new, 1)

    return Fault(says, file, put)


def changed(says: str, table: str, change: Callable[[dict[str, Any]], None]) -> Fault:
    """A fault in a table."""

    def put(text: str) -> str:
        data = json.loads(text)
        change(data)
        return json.dumps(data)

    return Fault(says, DATA + table, put)


def _operator(group: str, name: str, outputs: list[str]) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        assert data[group][name]["outputs"] != outputs
        data[group][name]["outputs"] = outputs

    return change


def _function(name: str, **entries: object) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        assert any(data["functions"][name].get(key) != entry for key, entry in entries.items())
        data["functions"][name].update(entries)

    return change


OPERATORS, FUNCTIONS = "torch_operators.json", "numpy_functions.json"
FAULTS = (
    changed(
        "abs() loses the gradient", OPERATORS, _operator("methods", "abs", ["plain fresh real"])
    ),
    changed("exp() gives a view", OPERATORS, _operator("methods", "exp", ["grad view same"])),
    changed("argmax() keeps it", OPERATORS, _operator("methods", "argmax", ["grad fresh same"])),
    changed(
        "torch.relu loses it", OPERATORS, _operator("functions", "torch.relu", ["plain fresh same"])
    ),
    changed("softmax() loses it", OPERATORS, _operator("methods", "softmax", ["plain fresh same"])),
    changed("T is fresh", OPERATORS, _operator("methods", "t", ["grad fresh same"])),
    changed("np.sqrt takes gradients", FUNCTIONS, _function("numpy.sqrt", raises_on_grad=False)),
    changed("np.stack gives a view", FUNCTIONS, _function("numpy.stack", memory="view")),
    changed("np.asarray always copies", FUNCTIONS, _function("numpy.asarray", memory="fresh")),
    changed("np.ones makes int64", FUNCTIONS, _function("numpy.ones", dtype="int64")),
    replaced(
        "detach() is no guard",
        "rules/guards.py",
        "Grad.YES in tensor.grad",
        "Grad.NO in tensor.grad",
    ),
    replaced(
        "the accelerator is safe",
        "rules/guards.py",
        "Device.META | Device.ACCELERATOR if",
        "Device.META if",
    ),
    replaced("copyto writes nothing", "knowledge/writers.py", '    "numpy.copyto": 0,\n', ""),
    replaced("fill() writes nothing", "knowledge/writers.py", '{"fill", "sort"', '{"sort"'),
    replaced(
        "bfloat16 is known to NumPy", "rules/tnc103_no_numpy_dtype.py", "bfloat16", "bfloat17"
    ),
    replaced("clone() for an array", "rules/sharing.py", 'return "copy" if', 'return "clone" if'),
    replaced("no_grad records", "lattice/facts.py", "Grad.NO", "Grad.YES"),
    replaced(
        "to() never copies",
        "libraries/torch/tensor_moves.py",
        "run.fresh(node) if copied else",
        "tensor.storages if copied else",
    ),
    replaced(
        "slices are copies",
        "lattice/storages.py",
        "replace(s, dense=s.dense and dense, rows=",
        "replace(s, node=node, dense=s.dense and dense, rows=",
    ),
    replaced(
        "only the first row changes",
        "locations/rows.py",
        "other.stop is None or self.start < other.stop",
        "self.start == other.start",
    ),
    replaced(
        "a number on the CPU clashes",
        "hazards/clashes.py",
        "return bool(tensor.ndim) and not tensor.scalar",
        "return True",
    ),
)


def is_caught(fault: Fault) -> str | None:
    """The name of the first test that notices; None if none does."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for name in ("flake8_tensorconv", "tests", "docs"):
            shutil.copytree(ROOT / name, home / name)
        shutil.copy(ROOT / "pyproject.toml", home)
        file = home / "flake8_tensorconv" / fault.file
        file.write_text(fault.put(file.read_text(encoding="utf-8")), encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", *WATCHING]
        environment = {**os.environ, "PYTHONPATH": str(home)}
        done = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True)
    if done.returncode == 0:
        return None
    lines = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return lines[0].partition(" - ")[0] if lines else done.stdout[-200:]


def main() -> int:
    """Put the faults in and print what notices them."""
    chosen = [FAULTS[int(each) - 1] for each in sys.argv[1:]] or FAULTS
    missed = 0
    for number, fault in enumerate(chosen, 1):
        caught = is_caught(fault)
        missed += caught is None
        print(f"{number:2} {fault.says}: {caught or 'NOT CAUGHT'}", flush=True)
    print(f"{len(chosen) - missed} of {len(chosen)} caught")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
