"""The pre-commit hooks, run by pre-commit on a repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from commands import CLEAN, PROVEN, PROVEN_FIXED, write

ROOT = Path(__file__).parents[1]
HOOKS = ROOT / ".pre-commit-hooks.yaml"


def run(*command: str, cwd: Path, drop: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """Run a command with a pre-commit that keeps its files in `cwd`'s parent."""
    environment = {
        **os.environ,
        "PRE_COMMIT_HOME": str(cwd.parent / "home"),
        # Where the entry `tensorconv` is found.
        "PATH": os.pathsep.join([str(cwd.parent / "bin"), os.environ["PATH"]]),
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    # Git sets these where a git hook runs the tests.
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", *drop):
        environment.pop(name, None)
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def pre_commit(
    *arguments: str, cwd: Path, drop: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, "-m", "pre_commit", *arguments, cwd=cwd, drop=drop)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository that uses both hooks, with this environment in place of a fresh one.

    What the hooks' own environment would hold is what pip makes of pyproject.toml, which the tests
    of the wheel look after.
    """
    folder = tmp_path / "repository"
    folder.mkdir()
    hooks = [
        {**hook, "language": "system", "stages": ["pre-commit"]}
        for hook in yaml.safe_load(HOOKS.read_text(encoding="utf-8"))
    ]
    configuration = {"repos": [{"repo": "local", "hooks": hooks}]}
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(configuration))
    command = tmp_path / "bin" / "tensorconv"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m flake8_tensorconv "$@"\n')
    command.chmod(0o755)
    write(folder, good=CLEAN, bad=PROVEN)
    (folder / "notes.txt").write_text("x.numpy(\n")
    run("git", "init", "-q", cwd=folder)
    run("git", "add", ".", cwd=folder)
    return folder


def test_the_manifest_is_valid(tmp_path: Path) -> None:
    (tmp_path / "cwd").mkdir()
    done = pre_commit("validate-manifest", str(HOOKS), cwd=tmp_path / "cwd")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_manifest_keeps_to_what_is_documented() -> None:
    hooks = {hook["id"]: hook for hook in yaml.safe_load(HOOKS.read_text(encoding="utf-8"))}
    assert set(hooks) == {"tensorconv", "tensorconv-fix"}
    for hook in hooks.values():
        assert hook["language"] == "python"
        assert hook["types"] == ["python"]
        assert hook["require_serial"] is True
        # The hooks' environment has what the package needs, and neither torch nor NumPy.
        assert "additional_dependencies" not in hook


pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def test_check_fails_on_a_finding_and_passes_without(repository: Path) -> None:
    done = pre_commit("run", "tensorconv", "--all-files", cwd=repository)
    assert done.returncode == 1
    assert "bad.py:3:9: TNC101 " in done.stdout
    done = pre_commit("run", "tensorconv", "--files", "good.py", "notes.txt", cwd=repository)
    assert done.returncode == 0, done.stdout
    assert "Passed" in done.stdout


def test_fix_rewrites_once(repository: Path) -> None:
    done = pre_commit("run", "tensorconv-fix", "--all-files", cwd=repository)
    assert done.returncode == 1
    assert "files were modified by this hook" in done.stdout
    assert (repository / "bad.py").read_text() == PROVEN_FIXED
    assert (repository / "good.py").read_text() == CLEAN
    run("git", "add", ".", cwd=repository)
    assert pre_commit("run", "--all-files", cwd=repository).returncode == 0


def test_nothing_to_check_is_no_failure(repository: Path) -> None:
    done = pre_commit("run", "--files", "notes.txt", cwd=repository)
    assert done.returncode == 0
    assert done.stdout.count("Skipped") == 2


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git checkout")
def test_the_hook_builds_its_own_environment(tmp_path: Path, repository: Path) -> None:
    """The one test that does as users do: pre-commit clones the project and pip installs it."""
    published = tmp_path / "published"
    listed = run("git", "ls-files", "-zco", "--exclude-standard", cwd=ROOT).stdout
    for name in listed.rstrip("\0").split("\0"):
        if (ROOT / name).is_file():  # and not just deleted
            (published / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, published / name)
    run("git", "init", "-q", cwd=published)
    run("git", "add", ".", cwd=published)
    author = ("-c", "user.name=tests", "-c", "user.email=tests@localhost")
    run("git", *author, "commit", "-qm", "state under test", cwd=published)
    revision = run("git", "rev-parse", "HEAD", cwd=published).stdout.strip()
    configuration = {
        "repos": [{"repo": str(published), "rev": revision, "hooks": [{"id": "tensorconv"}]}]
    }
    (repository / ".pre-commit-config.yaml").write_text(yaml.safe_dump(configuration))
    done = pre_commit("run", "--files", "bad.py", "good.py", cwd=repository, drop=("PYTHONPATH",))
    if "No matching distribution" in done.stdout:
        pytest.skip("no package index can be reached")
    assert done.returncode == 1
    assert "bad.py:3:9: TNC101 " in done.stdout, done.stdout
    (installed,) = (tmp_path / "home").rglob("site-packages/flake8_tensorconv")
    assert not {"torch", "numpy"} & {path.name for path in installed.parent.iterdir()}
