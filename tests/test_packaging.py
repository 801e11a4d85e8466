"""What users install: the wheel's contents, and what merely loading the plugin costs them."""

from __future__ import annotations

import configparser
import email
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import flake8_tensorconv

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "flake8_tensorconv"
DIST_INFO = f"flake8_tensorconv-{flake8_tensorconv.__version__}.dist-info"
HEAVY = ("libcst", "torch", "numpy", "click", "rich")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built from this checkout without any network."""
    target = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (path,) = target.glob("*.whl")
    return zipfile.ZipFile(path)


def test_the_wheel_holds_the_whole_package_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    expected = {
        path.relative_to(ROOT).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and not re.search(r"__pycache__|/\.", path.as_posix())
    }
    packed = {name for name in wheel.namelist() if not name.startswith(DIST_INFO)}
    assert packed == expected
    assert "flake8_tensorconv/py.typed" in packed
    assert any(name.startswith("flake8_tensorconv/knowledge/") for name in packed)
    assert any(name.endswith(".json") for name in packed)


def test_runtime_requirements_stay_few(wheel: zipfile.ZipFile) -> None:
    metadata = email.message_from_bytes(wheel.read(f"{DIST_INFO}/METADATA"))
    requirements = metadata.get_all("Requires-Dist", [])
    always = {text.split(">")[0] for text in requirements if "extra ==" not in text}
    assert always == {"click", "flake8", "libcst", "rich", "tomli"}
    assert metadata["Requires-Python"] == ">=3.10"
    assert metadata["License-Expression"] == "MIT"
    assert {"test", "verify"} <= set(metadata.get_all("Provides-Extra", []))


def test_entry_points(wheel: zipfile.ZipFile) -> None:
    parser = configparser.ConfigParser()
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(wheel.read(f"{DIST_INFO}/entry_points.txt").decode())
    assert dict(parser["flake8.extension"]) == {
        "TNC": "flake8_tensorconv.frontends.plugin:TensorConversions"
    }
    assert dict(parser["console_scripts"]) == {"tensorconv": "flake8_tensorconv.frontends.cli:main"}


def loaded_after(code: str) -> set[str]:
    """Which heavy packages a fresh interpreter has imported after running `code`."""
    report = f"import sys\n{code}\nprint('loaded', *(set({HEAVY!r}) & set(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", report], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(result.stdout.splitlines()[-1].split()[1:])


def test_loading_the_plugin_is_cheap() -> None:
    assert loaded_after("import flake8_tensorconv.frontends.plugin") == set()


FLAKE8 = """
from flake8.main.cli import main
main(["--isolated", "-j", "1", {path!r}])
"""


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("import os\nprint(os.name)\n", set(), id="no torch"),
        pytest.param("import torch\nprint(torch.ones(3).sum())\n", set(), id="no conversion"),
        pytest.param(
            "import torch\n\ndef f(x):\n    return x.detach().cpu().numpy()\n",
            set(),
            id="fine by its own text",
        ),
        pytest.param(
            "import torch\n\ndef f(x):\n    return torch.relu(x).numpy()\n",
            {"libcst"},
            id="candidate",
        ),
    ],
)
def test_flake8_loads_libcst_for_candidates_only(
    tmp_path: Path, source: str, expected: set[str]
) -> None:
    path = tmp_path / "code.py"
    path.write_text(source, encoding="utf-8")
    assert loaded_after(FLAKE8.format(path=str(path))) == expected
