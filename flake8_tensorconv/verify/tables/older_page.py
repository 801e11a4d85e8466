"""Writes the tables at the end of docs/versions.md.

`python -m flake8_tensorconv.verify.tables.older_page [--check]`
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from flake8_tensorconv.knowledge.data_files import table
from flake8_tensorconv.verify.tables.older import Table, library, order

PAGE = Path(__file__).parents[3] / "docs" / "versions.md"

_COMMAND = "python -m flake8_tensorconv.verify.tables.older_page"
_START = "## All differences\n"
_LIBRARIES = {"torch": "torch", "numpy": "NumPy"}
#: Before the names of a section, where they do not say themselves whose they are.
_PREFIXES = {
    "torch_modules/modules": "nn.",
    "torch_operators/methods": "Tensor.",
    "torch_operators/scalar_methods": "Tensor.",
    "torch_operators/tensor_attributes": "Tensor.",
    "numpy_functions/methods": "ndarray.",
    "numpy_functions/array_attributes": "ndarray.",
}


def page(text: str) -> str:
    """The text of the page with its tables as older.json has them."""
    known = table("older")
    head = text[: text.index(_START) + len(_START)]
    return "\n".join(
        [
            head,
            "Facts that were others. *Last* is the last measured version with the fact of then, "
            "*by* the\nfirst with another.\n",
            "| | last | by | names | then | now |",
            "|---|---|---|---|---|---|",
            *_fact_rows(known),
            "\nNames that the oldest version lacks, by the first measured version that has them.\n",
            "| | since | names |",
            "|---|---|---|",
            *_name_rows(known["since"]),
            "\nNames that the newest version lacks, by the last measured version that has them.\n"
            "Some methods of arrays stand here twice: they stayed as attributes that only raise.\n",
            "| | until | names |",
            "|---|---|---|",
            *_name_rows(known["until"]),
            "",
        ]
    )


def _fact_rows(known: Table) -> Iterator[str]:
    """A row for all names with the same change at the same version."""
    rows: dict[tuple[str, ...], list[str]] = {}
    for entry, runs in known["was"].items():
        file, section, name = entry.split("/", 2)
        whose = library(file)
        versions = [*known["measured"][whose], known["made_with"][whose]]
        for last, then in runs.items():
            facts = _facts(section, then)
            now = _facts(section, table(file)[section][name])
            told = _told(facts), _told({fact: now.get(fact) for fact in facts})
            by = versions[versions.index(last) + 1]
            shown = _PREFIXES.get(f"{file}/{section}", "") + name
            rows.setdefault((whose, last, by, *told), []).append(shown)
    for (whose, last, by, *both), names in sorted(rows.items(), key=_row_order):
        yield " | ".join([f"| {_LIBRARIES[whose]}", last, by, _code(names), *both]) + " |"


def _facts(section: str, entry: Table | str) -> Table:
    """An entry by the names of its facts, also where it is a single word."""
    if not isinstance(entry, str):
        return entry
    return {"raises" if section == "refusing_arrays" else "result": entry}


def _row_order(row: tuple[tuple[str, ...], list[str]]) -> tuple[Any, ...]:
    (whose, last, *_), names = row
    return whose, order(last), names


def _told(facts: Table) -> str:
    return ", ".join(
        f"no {fact}" if value is None else f"{fact} `{_value(value)}`"
        for fact, value in facts.items()
    )


def _value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _name_rows(places: Table) -> Iterator[str]:
    """A row for all names of one library and version."""
    rows: dict[tuple[str, str], set[str]] = {}
    for place, versions in places.items():
        if place == "torch_operators/one_dtype":  # names that were there, but took two dtypes
            continue
        for version, names in versions.items():
            shown = {_PREFIXES.get(place, "") + name for name in names}
            rows.setdefault((library(place), version), set()).update(shown)
    for whose, version in sorted(rows, key=lambda key: (key[0], order(key[1]))):
        names = sorted(rows[whose, version])
        yield f"| {_LIBRARIES[whose]} | {version} | {_code(names)} |"


def _code(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def main(arguments: Sequence[str]) -> int:
    """Write the tables anew, or with `--check` only say whether they are stale.

    Returns:
        0, or 1 if `--check` found them stale, or 2 for an unknown argument.
    """
    if list(arguments) not in ([], ["--check"]):
        print(f"usage: {_COMMAND} [--check]", file=sys.stderr)
        return 2
    text = PAGE.read_text(encoding="utf-8")
    if arguments and page(text) != text:
        print(f"docs/{PAGE.name} is stale: run {_COMMAND}")
        return 1
    if not arguments:
        PAGE.write_text(page(text), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
