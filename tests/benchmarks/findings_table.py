"""What the rules find in real packages, as a Markdown table for docs/findings.md.

    python tests/benchmarks/findings_table.py FOLDER NAME==VERSION ... > docs/findings.md

FOLDER holds the unpacked packages, one folder each. Counted are the findings of every rule, also of
those that are off by default, and the lines of all Python files.
"""

from __future__ import annotations

import argparse
import sys
import textwrap
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from flake8_tensorconv import Options
from flake8_tensorconv.rewriting.check import check_text
from flake8_tensorconv.rules import all_rules
from flake8_tensorconv.source.findings import Certainty
from flake8_tensorconv.source.parsing import CheckError
from flake8_tensorconv.source.reading import SourceError, decode_source

HEAD = """\
# What the rules find in real code

All rules, also those that are off by default, on {packages} packages from PyPI, with {lines:,}
lines in {files:,} files, of which {failed} could not be parsed. Made by
`tests/benchmarks/findings_table.py`.

{names}

| rule | default | proven | possible | per 1,000 lines |
|---|---|---:|---:|---:|
"""


def findings_in(path: Path) -> tuple[int, Counter[tuple[str, Certainty]] | None]:
    """The lines of a file, and its findings by code and certainty; None if it cannot be read."""
    try:
        text = decode_source(path.read_bytes()).text
        found = check_text(text, Options())
    except (SyntaxError, SourceError, CheckError):
        return 0, None
    return text.count("\n"), Counter((each.code, each.certainty) for each in found)


def main() -> int:
    """Print the page."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("packages", nargs="+", metavar="NAME==VERSION")
    given = parser.parse_args()
    packages = sorted(given.packages)
    folders = [given.folder / each.partition("==")[0].replace("-", "_") for each in packages]
    files = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    with ProcessPoolExecutor() as pool:
        results = list(pool.map(findings_in, files, chunksize=16))
    lines = sum(count for count, _ in results)
    total: Counter[tuple[str, Certainty]] = Counter()
    for _, found in results:
        total.update(found or {})
    print(
        HEAD.format(
            packages=len(packages),
            names=textwrap.fill(", ".join(packages) + ".", 100, break_on_hyphens=False),
            files=len(files),
            lines=lines,
            failed=sum(found is None for _, found in results),
        ),
        end="",
    )
    for rule in all_rules():
        proven, possible = (total[rule.code, each] for each in Certainty)
        rate = 1000 * (proven + possible) / lines
        default = "on" if rule.default else "off"
        name = f"[{rule.code}](rules/{rule.code}.md) {rule.name}"
        print(f"| {name} | {default} | {proven} | {possible} | {rate:.4f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
