"""Writes the data files of the knowledge package, or compares them with the installed libraries."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy
import torch

from flake8_tensorconv.knowledge.data_files import DATA
from flake8_tensorconv.verify.tables import (
    attributes,
    clashes,
    devices,
    indices,
    items,
    modules,
    numpy_exceptions,
    numpy_reads,
    numpy_tables,
    refusals,
    torch_tables,
    unsigned,
)
from flake8_tensorconv.verify.tables.storing import differences, render

Table = dict[str, Any]


def torch_operators() -> Table:
    """The content of torch_operators.json."""
    functions = torch_tables.functions()
    methods, in_place = torch_tables.methods()
    return {
        "functions": {**functions, **in_place},
        "methods": methods,
        "creations": attributes.creations(),
        "scalar_methods": attributes.scalar_methods(frozenset(methods)),
        "scalar_functions": attributes.scalar_functions(),
        "tensor_attributes": attributes.tensor_attributes(),
        "one_dtype": clashes.operators(),
        "one_dtype_backward": clashes.operators_backward(),
        "refusing_arrays": refusals.refusals(),
    }


def torch_modules() -> Table:
    """The content of torch_modules.json."""
    return {"modules": modules.modules()}


def torch_devices() -> Table:
    """The content of torch_devices.json."""
    return {"one_device": devices.operators()}


def torch_unsigned() -> Table:
    """The content of torch_unsigned.json."""
    refused = unsigned.operators()
    return {
        "refusing": [name for name, whatever in refused.items() if whatever],
        "refusing_without_floats": [name for name, whatever in refused.items() if not whatever],
        "operators": unsigned.python_operators(),
    }


def item_access() -> Table:
    """The content of item_access.json."""
    return {
        "scalars_not_stored": items.scalars_not_stored(),
        "indices": indices.indices(),
    }


def numpy_functions() -> Table:
    """The content of numpy_functions.json."""
    return {
        "functions": numpy_tables.functions(),
        "methods": numpy_tables.methods(),
        "array_attributes": numpy_tables.array_attributes(),
        "not_about_arrays": sorted(numpy_exceptions.NOT_ABOUT_ARRAYS),
    }


def read_arguments() -> Table:
    """The content of numpy_reads.json."""
    return {"functions": numpy_reads.reads()}


FILES: dict[str, Callable[[], Table]] = {
    "torch_operators": torch_operators,
    "torch_modules": torch_modules,
    "torch_devices": torch_devices,
    "torch_unsigned": torch_unsigned,
    "numpy_functions": numpy_functions,
    "item_access": item_access,
    "numpy_reads": read_arguments,
}


def made(name: str) -> str:
    """The text of one data file as the installed libraries have it."""
    versions = {"torch": torch.__version__.split("+")[0], "numpy": numpy.__version__}
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # the samples are tiny: more threads only wait for each other
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return render(versions, FILES[name]())
    finally:
        torch.set_num_threads(threads)


@click.command()
@click.option("--check", is_flag=True, help="Compare only; exit 1 and print what differs.")
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=DATA,
    help="Where the files are; the package's own by default.",
)
@click.argument("names", nargs=-1, type=click.Choice(sorted(FILES)))
def main(check: bool, folder: Path, names: tuple[str, ...]) -> None:
    """Make the data files NAMES (all by default) anew from the installed torch and NumPy."""
    found = False
    for name in names or sorted(FILES):
        path, text = folder / f"{name}.json", made(name)
        if not check:
            path.write_text(text, encoding="utf-8")
            click.echo(f"{path.name}: {text.count(chr(10))} lines")
            continue
        for line in differences(path.read_text(encoding="utf-8"), text, path.name):
            found = True
            click.echo(line)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
