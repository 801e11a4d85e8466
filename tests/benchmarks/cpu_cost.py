"""CPU seconds of flake8 alone, with flake8-tensorconv, and with the archived TorchFix.

    python tests/benchmarks/cpu_cost.py FOLDER [--repeat N] [--cache CACHE] [--only NAME ...]

Each contender has an environment of its own in CACHE, made on the first run: a plugin that is
installed always runs, and TorchFix pins an old libcst. Counted is the user and system time of
flake8 with all its children, so that neither waiting nor a busy machine looks like work. The
contenders run in turns, N times each; the least of each counts.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FLAKE8 = "flake8==7.5.0"
#: What to install beside flake8, and the prefix of the codes it reports.
CONTENDERS = {
    "flake8 alone": ([], "-"),
    "with tensorconv": (["--editable", str(ROOT)], "TNC"),
    "with TorchFix": (["torchfix==0.7.0"], "TOR"),
}
#: flake8 says 0 (clean) or 1 (findings); anything else means that it did not do its work.
GOOD_EXITS = (0, 1)


@dataclass(frozen=True)
class Run:
    """What one run cost, and how many lines the plugin reported."""

    seconds: float
    reports: int


def environment(name: str, cache: Path) -> Path:
    """Return the Python of a contender's environment, which is made if it is not there."""
    home = cache / name.replace(" ", "-")
    python = home / "bin" / "python"
    if not python.exists():
        print(f"making {home}", file=sys.stderr)
        venv.create(home, with_pip=True)
        install = [str(python), "-m", "pip", "install", "--quiet", FLAKE8, *CONTENDERS[name][0]]
        subprocess.run(install, check=True)
    return python


def surroundings(cache: Path) -> dict[str, str]:
    """The variables of a run: modules are compiled once and kept, as for every user."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(cache / "bytecode")}


def measure(name: str, python: Path, folder: Path, variables: dict[str, str]) -> Run:
    """Run flake8 on `folder` in one process and take its CPU time.

    Raises:
        SystemExit: flake8 failed, or its output shows a crash.
    """
    command = [str(python), "-m", "flake8", "--isolated", "-j", "1", "--max-line-length", "120"]
    # From an empty folder, so that nothing but the environment is on the import path.
    with tempfile.TemporaryDirectory() as empty, tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            [*command, str(folder.resolve())],
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=empty,
            env=variables,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        lines = output.read().splitlines()
    if process.returncode not in GOOD_EXITS or any("Traceback" in line for line in lines):
        raise SystemExit(f"{name}: exit {process.returncode}\n" + "\n".join(lines[-15:]))
    prefix = f": {CONTENDERS[name][1]}"
    return Run(usage.ru_utime + usage.ru_stime, sum(prefix in line for line in lines))


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description="Compare the CPU cost of flake8 plugins.")
    parser.add_argument("folder", type=Path, help="the Python files to check")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each (default: 3)")
    parser.add_argument(
        "--cache",
        type=Path,
        default=Path(tempfile.gettempdir()) / "tensorconv-benchmark",
        help="where the environments live (default: %(default)s)",
    )
    parser.add_argument("--only", nargs="+", choices=CONTENDERS, default=list(CONTENDERS))
    options = parser.parse_args()

    pythons = {name: environment(name, options.cache) for name in options.only}
    variables = surroundings(options.cache)
    best: dict[str, Run] = {}
    for _ in range(options.repeat):
        for name, python in pythons.items():
            run = measure(name, python, options.folder, variables)
            best[name] = min(best.get(name, run), run, key=lambda one: one.seconds)

    files = sum(1 for _ in options.folder.rglob("*.py"))
    print(f"{options.folder.name}: {files} files, least of {options.repeat} runs")
    print(f"{'':18}{'CPU s':>9}{'adds':>8}{'reports':>9}")
    base = best.get("flake8 alone")
    for name, run in best.items():
        added = f"{run.seconds / base.seconds - 1:.0%}" if base and run is not base else ""
        print(f"{name:18}{run.seconds:9.2f}{added:>8}{run.reports:9}")


if __name__ == "__main__":
    main()
