"""`tensorconv verify`: the rules' claims, or a script's findings, put to the test."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from flake8_tensorconv.rules.record import Rule
from flake8_tensorconv.rules.registry import all_rules
from flake8_tensorconv.verify.devices import NAMES, NoSuchDeviceError, chosen
from flake8_tensorconv.verify.matrix import Verdict, count_examples, verify_rules
from flake8_tensorconv.verify.run import Device
from flake8_tensorconv.verify.script import Report, verify_script

_SHORT = {device: name for name, device in NAMES.items()}


def verify(targets: Sequence[str], device: str, output_format: str) -> int:
    """Run what is asked for and print what came of it.

    Args:
        targets: codes of rules (or prefixes), or Python files; none for all rules.
        device: "auto" or a name of `NAMES`.
        output_format: "text", "json" or "markdown".

    Returns:
        0 if every claim held, 1 if not.

    Raises:
        click.ClickException: a target or the device is not there.
    """
    try:
        devices = chosen(device)
    except NoSuchDeviceError as error:
        raise click.BadParameter(str(error), param_hint="--device") from None
    files = [target for target in targets if target.endswith(".py") or Path(target).is_file()]
    codes = [target for target in targets if target not in files]
    good = True
    if codes or not files:
        good = _verify_rules(_rules(codes), devices, output_format)
    for name in files:
        good = _verify_file(name, devices, output_format) and good
    return 0 if good else 1


def _rules(codes: Sequence[str]) -> list[Rule]:
    rules = list(all_rules())
    for code in codes:
        if not any(rule.code.startswith(code.upper()) for rule in rules):
            raise click.BadParameter(f"{code} is neither a rule nor a file", param_hint="TARGETS")
    wanted = tuple(code.upper() for code in codes)
    return [rule for rule in rules if not wanted or rule.code.startswith(wanted)]


# Rules.


def _verify_rules(rules: Sequence[Rule], devices: Sequence[Device], output_format: str) -> bool:
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Running examples", total=count_examples(rules, devices))
        verdicts = verify_rules(rules, devices, lambda count: progress.advance(task, count))
    if output_format == "json":
        rows = [{**asdict(each), "holds": each.holds} for each in verdicts]
        click.echo(json.dumps({**_versions(), "verdicts": rows}, indent=2))
    elif output_format == "markdown":
        click.echo(_markdown(rules, devices, verdicts), nl=False)
    else:
        _print_table(rules, devices, verdicts)
    for each in verdicts:
        for disagreement in each.disagreements:
            where = f"{each.code}, example {each.index + 1} on {_SHORT[each.device]}"
            click.echo(f"{where}: {disagreement}", err=True)
    return all(each.holds for each in verdicts)


def _versions() -> dict[str, str]:
    import numpy
    import torch

    return {"torch": torch.__version__, "numpy": numpy.__version__}


def _cell(verdicts: Sequence[Verdict], code: str, device: Device) -> str:
    """How many examples of a rule agree with the run: "3 of 3"."""
    own = [each for each in verdicts if each.code == code and each.device == device]
    return f"{sum(each.holds for each in own)} of {len(own)}"


def _print_table(
    rules: Sequence[Rule], devices: Sequence[Device], verdicts: Sequence[Verdict]
) -> None:
    versions = _versions()
    table = Table(title=f"torch {versions['torch']}, NumPy {versions['numpy']}")
    for heading in ("code", "name", *(_SHORT[device] for device in devices)):
        table.add_column(heading)
    for rule in rules:
        cells = [_cell(verdicts, rule.code, device) for device in devices]
        table.add_row(rule.code, rule.name, *cells)
    Console().print(table)


def _markdown(rules: Sequence[Rule], devices: Sequence[Device], verdicts: Sequence[Verdict]) -> str:
    names = [_SHORT[device] for device in devices]
    versions = _versions()
    lines = [
        f"torch {versions['torch']}, NumPy {versions['numpy']}: examples whose claims held.",
        "",
        f"| rule | {' | '.join(names)} |",
        f"|---|{'---|' * len(names)}",
    ]
    for rule in rules:
        cells = [_cell(verdicts, rule.code, device) for device in devices]
        lines.append(f"| {rule.code} {rule.name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


# Files.


def _verify_file(name: str, devices: Sequence[Device], output_format: str) -> bool:
    path = Path(name)
    if not path.is_file():
        raise click.BadParameter(f"{name} does not exist", param_hint="TARGETS")
    good = True
    for device in devices:
        report = verify_script(path, device)
        if output_format == "json":
            click.echo(json.dumps(asdict(report), indent=2))
        else:
            click.echo(_told(report, output_format))
        good = good and report.fix_holds
    sys.stdout.flush()
    return good


def _told(report: Report, output_format: str) -> str:
    heading = f"{report.path} on {_SHORT[report.device]}"
    lines = [f"### {heading}\n" if output_format == "markdown" else heading]
    mark = "- " if output_format == "markdown" else "  "
    for site in report.sites:
        lines.append(f"{mark}line {site.line}: {site.code} {site.fate}")
    before, after = report.before or "runs to its end", report.after or "runs to its end"
    lines.append(f"{mark}as it is: {before}; with all fixes: {after}")
    if report.before is None and report.after is None:
        same = "the same" if report.same_output else "another"
        lines.append(f"{mark}it prints {same} text with the fixes")
    return "\n".join(lines)
