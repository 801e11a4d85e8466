"""What two versions of this package say differently about the same files.

    python tests/benchmarks/findings_diff.py OLD NEW FOLDER ...

OLD and NEW are checkouts. All rules are on. A finding is compared with its place, message,
certainty, trace and fix; what differs is printed, `-` for the old and `+` for the new version,
followed by the CPU seconds that both took.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

OPTIONS = ("check", "--extend-select", "TNC", "--format", "json")


def findings(checkout: Path, folders: list[str]) -> tuple[dict[tuple[Any, ...], str], float]:
    """The findings of a version by their places, as text, and the CPU seconds they took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "flake8_tensorconv", *OPTIONS, *folders],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        cwd=checkout,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    told = json.loads(done.stdout)
    found: dict[tuple[Any, ...], str] = {}
    for each in told if isinstance(told, list) else told["findings"]:
        place = (each["path"], each["line"], each["column"], each["code"])
        found[place] = json.dumps(each, sort_keys=True)
    return found, seconds


def main() -> None:
    """Compare two checkouts and print what differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("folders", nargs="+")
    args = parser.parse_args()
    folders = [str(Path(folder).resolve()) for folder in args.folders]
    old, old_seconds = findings(args.old.resolve(), folders)
    new, new_seconds = findings(args.new.resolve(), folders)
    differing = [place for place in sorted({*old, *new}) if old.get(place) != new.get(place)]
    for place in differing:
        for sign, found in (("-", old), ("+", new)):
            if place in found:
                print(sign, found[place])
    print(f"{len(old)} and {len(new)} findings, {len(differing)} places differ")
    print(f"{old_seconds:.1f} and {new_seconds:.1f} CPU seconds")


if __name__ == "__main__":
    main()
