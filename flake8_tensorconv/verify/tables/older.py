"""What older versions of torch and NumPy do otherwise than the stored tables say.

`python -m flake8_tensorconv.verify.tables --folder FOLDER` writes the tables of the installed
versions into a folder. `python -m flake8_tensorconv.verify.tables.older FOLDER ...` compares such
folders with the stored tables and writes older.json:

* `measured`: the older versions that were asked, oldest first;
* `since`: the first measured version that has a name which the oldest lacks;
* `until`: the last measured version that has a name which the newest lacks;
* `was`: the facts of an entry that differed, up to and with the version that stands before them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from flake8_tensorconv.knowledge.data_files import DATA
from flake8_tensorconv.verify.tables.storing import render

Table = dict[str, Any]
#: The tables of older versions: {name of the file: {version: table}}.
Measured = dict[str, dict[str, Table]]

FILES = ("torch_operators", "torch_modules", "numpy_functions")
STORED = DATA / "older.json"

#: Names below a section that an older version only seems to lack, each with the reason.
NOT_NEWER = {
    "torch_operators/one_dtype/grid_sampler_3d": "refused as well, but had no samples to show it",
    "torch_operators/refusing_arrays/torch.nn.functional.channel_shuffle": (
        "refused as well, but had no samples to show it"
    ),
}
#: Facts that an older NumPy does not tell of its compiled functions, though they hold there too:
#: the names and positions of their parameters.
_UNTOLD = frozenset({"keywords", "dtype_at", "size_at", "axis_at"})


def library(name: str) -> str:
    """Whose version decides what stands in a file."""
    return name.partition("_")[0]


def order(version: str) -> tuple[int, ...]:
    """The key by which versions are sorted."""
    return tuple(map(int, version.split(".")))


def stored() -> dict[str, Table]:
    """The stored tables by name, made with the newest versions."""
    return {name: _read(DATA / f"{name}.json") for name in FILES}


def collect(folders: Sequence[Path]) -> Measured:
    """Read the tables of older versions.

    Args:
        folders: each with one table or more.

    Raises:
        click.ClickException: two tables of the same version say different things.
    """
    measured: Measured = {name: {} for name in FILES}
    for name in FILES:
        for path in (folder / f"{name}.json" for folder in folders):
            if not path.exists():
                continue
            table = _read(path)
            version = table.pop("made_with")[library(name)]
            if measured[name].setdefault(version, table) != table:
                raise click.ClickException(f"{path} differs from another one of {version}")
    return measured


def compare(newest: Mapping[str, Table], measured: Measured) -> Table:
    """The content of older.json.

    Args:
        newest: the stored tables.
        measured: the tables of older versions.
    """
    versions: dict[str, set[str]] = {}
    since: Table = {}
    until: Table = {}
    was: Table = {}
    for name, older in measured.items():
        versions.setdefault(library(name), set()).update(older)
        tables = {version: older[version] for version in sorted(older, key=order)}
        tables[newest[name]["made_with"][library(name)]] = newest[name]
        for section in newest[name].keys() - {"made_with"}:
            place = f"{name}/{section}"
            entries = {version: table[section] for version, table in tables.items()}
            _put(since, place, _first(entries, place))
            _put(until, place, _last(entries))
            was |= {f"{place}/{entry}": facts for entry, facts in _changes(entries)}
    in_order = {name: sorted(found, key=order) for name, found in versions.items()}
    return {"measured": in_order, "since": since, "until": until, "was": was}


def _put(target: Table, place: str, names: Mapping[str, list[str]]) -> None:
    if names:
        target[place] = {version: sorted(names[version]) for version in sorted(names, key=order)}


def _first(entries: Mapping[str, Any], place: str) -> dict[str, list[str]]:
    """The names that the oldest version lacks, by the first that has them."""
    found: dict[str, list[str]] = {}
    seen = set(next(iter(entries.values())))
    for version, names in entries.items():
        for name in set(names) - seen:
            if f"{place}/{name}" not in NOT_NEWER:
                found.setdefault(version, []).append(name)
        seen |= set(names)
    return found


def _last(entries: Mapping[str, Any]) -> dict[str, list[str]]:
    """The names that the newest version lacks, by the last that has them."""
    return _first({version: entries[version] for version in reversed(list(entries))}, "")


def _changes(entries: Mapping[str, Any]) -> Iterator[tuple[str, Table]]:
    """The entries of the newest version whose facts differed, with those facts."""
    *older, newest = entries
    if not isinstance(entries[newest], Mapping):
        return
    for name, now in sorted(entries[newest].items()):
        facts: Table = {}
        before: Any = {}
        for version in reversed(older):
            if name not in entries[version]:
                break
            then = difference(now, entries[version][name])
            if then != before:
                facts[version] = before = then
        if facts:
            yield name, dict(reversed(facts.items()))


def difference(now: Any, then: Any) -> Any:
    """The facts of `then` that are not those of `now`: None is one that was not there."""
    if not isinstance(now, Mapping):
        return {} if now == then else then
    facts = {key: _placed(now.get(key), then.get(key)) for key in sorted({*now, *then})}
    changed = {key: fact for key, fact in facts.items() if fact != now.get(key)}
    return {key: fact for key, fact in changed.items() if fact is not None or key not in _UNTOLD}


def _placed(now: Any, then: Any) -> Any:
    """Options with the positions of `now` where those of `then` are not told."""
    if not (isinstance(now, Mapping) and isinstance(then, Mapping)):
        return then
    return {key: now.get(key, place) if place == -1 else place for key, place in then.items()}


def _read(path: Path) -> Table:
    content: Table = json.loads(path.read_text(encoding="utf-8"))
    return content


@click.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def main(folders: tuple[Path, ...]) -> None:
    """Write how the tables in FOLDERS, of older versions, differ from the stored ones."""
    newest = stored()
    text = render(newest[FILES[0]]["made_with"], compare(newest, collect(folders)))
    STORED.write_text(text, encoding="utf-8")
    click.echo(f"{STORED.name}: {text.count(chr(10))} lines")


if __name__ == "__main__":
    main()
