"""CPU seconds of `tensorconv check` for programs that grow, and what doubling their size costs.

    python tests/benchmarks/growth.py [KIND ...] [--least SECONDS]

Each kind of program in `tests/growing.py` is doubled until its check takes SECONDS; shown are the
last four sizes, side by side with the ratios. Counted is the user and system time of the whole
process, for the ratios less what a program of a few lines takes. Ends with 1 if a ratio is worse
than 2.3, or if a program of the size that the tests use takes 2 seconds.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from growing import BOUNDED, HEAD, KINDS

LIMIT, WORST = 2.0, 2.3
#: Clean, or findings.
GOOD_EXITS = (0, 1)


def seconds(source: str) -> float | None:
    """The CPU seconds of a check of a program; None if it is refused as too long or too deep."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "program.py")
        path.write_text(source)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "flake8_tensorconv", "check", "--jobs", "1", str(path)]
        done = subprocess.run(command, capture_output=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in GOOD_EXITS:
        return None
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="KIND")
    parser.add_argument("--least", type=float, default=1.0, metavar="SECONDS")
    options = parser.parse_args()
    programs = {**KINDS, **BOUNDED}
    start = min(seconds(HEAD + "x.numpy()\n") or LIMIT for _ in range(3))
    print(f"{'start-up':30}{start:6.2f} s")
    failed = False
    for kind in options.kinds or programs:
        make, size = programs[kind]
        spent: list[float] = []
        sizes: list[int] = []
        while len(spent) < 8 and (not spent or spent[-1] < min(options.least, LIMIT)):
            took = seconds(make(size))
            if took is None:
                break
            sizes.append(size)
            spent.append(took)
            size *= 2
        # Below a tenth of a second there is nothing to compare.
        ratios = [(b - start) / (a - start) for a, b in pairwise(spent) if a - start > 0.1]
        failed = (
            failed or not spent or spent[0] > LIMIT or any(ratio > WORST for ratio in ratios[-2:])
        )
        times = "  ".join(
            f"{n}: {each:.2f}" for n, each in list(zip(sizes, spent, strict=True))[-4:]
        )
        print(
            f"{kind:30}{times:60}  {'  '.join(f'x{each:.1f}' for each in ratios[-3:])}", flush=True
        )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
