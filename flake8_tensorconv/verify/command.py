"""`tensorconv verify`: the rules' claims, or a script's findings, put to the test."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from flake8_tensorconv.reporting.failures import as_file_error
from flake8_tensorconv.rules.record import Rule
from flake8_tensorconv.rules.registry import all_rules
from flake8_tensorconv.settings.loading import Settings, SettingsError, load_settings
from flake8_tensorconv.source.parsing import CheckError
from flake8_tensorconv.source.reading import SourceError
from flake8_tensorconv.verify.devices import NAMES, NoSuchDeviceError, chosen
from flake8_tensorconv.verify.matrix import Verdict, count_examples, verify_rules
from flake8_tensorconv.verify.run import SECONDS, Device
from flake8_tensorconv.verify.script import RUNS, Report, verify_script

_SHORT = {device: name for name, device in NAMES.items()}

#: How the command ends: everything holds and nothing is confirmed; a finding is confirmed, or a
#: claim or a fix does not hold; something could not be verified; a script did not get to its end.
HOLDS, CONFIRMED, FAILED, CRASHED = 0, 1, 2, 3


@dataclass(frozen=True)
class Request:
    """What is to be verified, and how.

    Attributes:
        targets: codes of rules (or prefixes), or Python files; none for all rules.
        device: "auto" or a name of `NAMES`.
        output_format: "text", "json" or "markdown".
        arguments: what scripts find behind their names in `sys.argv`.
        timeout: the seconds after which a program is ended; None: 60 for an example of a rule,
            never for a script.
    """

    targets: Sequence[str]
    device: str = "auto"
    output_format: str = "text"
    arguments: Sequence[str] = ()
    timeout: float | None = None


def missing() -> str | None:
    """Say what has to be installed before anything can be verified; None if all is there."""
    try:
        import numpy  # noqa: F401
        import torch  # noqa: F401
    except ImportError as error:
        return f"{error.name} is missing: pip install 'flake8-tensorconv[verify]'"
    return None


def verify(request: Request) -> int:
    """Run what is asked for and print what came of it.

    Returns:
        The exit status: `HOLDS`, `CONFIRMED`, `FAILED` or `CRASHED`.

    Raises:
        click.ClickException: a target or the device is not there, or a setting is wrong.
    """
    try:
        devices = chosen(request.device)
    except NoSuchDeviceError as error:
        raise click.BadParameter(str(error), param_hint="--device") from None
    files = [each for each in request.targets if each.endswith(".py") or Path(each).is_file()]
    rules = _rules([each for each in request.targets if each not in files])
    for name in files:
        if not Path(name).is_file():
            raise click.BadParameter(f"{name} does not exist", param_hint="TARGETS")
    if request.arguments and not files:
        raise click.BadParameter("only scripts take arguments behind --", param_hint="TARGETS")
    document: dict[str, Any] = _versions()
    status = HOLDS
    if len(files) < len(request.targets) or not files:
        verdicts = _verify_rules(rules, devices, request)
        document["verdicts"] = [{**asdict(each), "holds": each.holds} for each in verdicts]
        status = HOLDS if all(each.holds for each in verdicts) else CONFIRMED
    if files:
        reports, scripts = _verify_files(files, devices, request)
        document["scripts"] = [asdict(each) for each in reports]
        status = _worst(status, scripts)
    if request.output_format == "json":
        click.echo(json.dumps(document, indent=2))
    return status


def _worst(*statuses: int) -> int:
    """Of several results the one that is told."""
    return max(statuses, key=(HOLDS, CRASHED, CONFIRMED, FAILED).index)


def _rules(codes: Sequence[str]) -> list[Rule]:
    rules = list(all_rules())
    for code in codes:
        if not any(rule.code.startswith(code.upper()) for rule in rules):
            raise click.BadParameter(f"{code} is neither a rule nor a file", param_hint="TARGETS")
    wanted = tuple(code.upper() for code in codes)
    return [rule for rule in rules if not wanted or rule.code.startswith(wanted)]


# Rules.


def _verify_rules(
    rules: Sequence[Rule], devices: Sequence[Device], request: Request
) -> list[Verdict]:
    console = Console(stderr=True)
    timeout = SECONDS if request.timeout is None else request.timeout
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Running examples", total=count_examples(rules, devices))
        verdicts = verify_rules(
            rules, devices, lambda count: progress.advance(task, count), timeout=timeout
        )
    if request.output_format == "markdown":
        click.echo(_markdown(rules, devices, verdicts), nl=False)
    elif request.output_format == "text":
        _print_table(rules, devices, verdicts)
    for each in verdicts:
        for disagreement in each.disagreements:
            where = f"{each.code}, example {each.index + 1} on {_SHORT[each.device]}"
            click.echo(f"{where}: {disagreement}", err=True)
    return verdicts


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


def _verify_files(
    files: Sequence[str], devices: Sequence[Device], request: Request
) -> tuple[list[Report], int]:
    """Run scripts and tell of each; gives what came of them, and the exit status."""
    try:
        settings = load_settings({})
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    reports: list[Report] = []
    status = HOLDS
    for name in files:
        places = " and ".join(_SHORT[device] for device in devices)
        click.echo(
            f"{name}: about to run it {len(RUNS)} times on {places}: twice as it is, and once "
            "with all fixes (in memory; the file stays as it is)",
            err=True,
        )
        for device in devices:
            try:
                report = _run_file(Path(name), device, request, settings)
            except (SyntaxError, SourceError, CheckError, OSError) as error:
                click.echo(f"{as_file_error(error).at(name)} (not verified)", err=True)
                status = FAILED
                break
            reports.append(report)
            status = _worst(status, _status(report))
            if request.output_format != "json":
                click.echo(_told(report, request.output_format))
    return reports, status


def _run_file(path: Path, device: Device, request: Request, settings: Settings) -> Report:
    def starting(number: int) -> None:
        how = f"run {number + 1} of {len(RUNS)} on {_SHORT[device]}, {RUNS[number]}"
        click.echo(f"{path}: {how}", err=True)

    def show(data: bytes) -> None:
        sys.stderr.buffer.write(data)
        sys.stderr.flush()

    return verify_script(
        path,
        device,
        request.arguments,
        settings=settings,
        timeout=request.timeout,
        starting=starting,
        show=show,
    )


def _status(report: Report) -> int:
    if report.confirmed or not report.fix_holds:
        return CONFIRMED
    return HOLDS if report.before is None else CRASHED


def _told(report: Report, output_format: str) -> str:
    """What came of a script, in lines that each name it."""
    mark, lines = "", []
    if output_format == "markdown":
        mark, lines = "- ", [f"### {report.path} on {_SHORT[report.device]}\n"]
    whole = f"{mark}{report.path}: on {_SHORT[report.device]}"
    for site in report.sites:
        lines.append(f"{mark}{report.path}:{site.line}:{site.column}: {site.code} {site.fate}")
    if not report.sites:
        lines.append(f"{whole} there are no findings to confirm")
    before, after = report.before or "runs to its end", report.after or "runs to its end"
    lines.append(f"{whole} as it is: {before}; with all fixes: {after}")
    if not report.fix_holds:
        lines.append(f"{whole} the fixes break it, which is a bug of ours: please report it")
    if not report.repeatable:
        lines.append(
            f"{whole} it cannot be judged by what it prints: that differs from run to run as it "
            "is (time, random numbers without a seed, a progress bar ...)"
        )
    elif report.same_output is not None and report.before is None and report.after is None:
        same = "the same" if report.same_output else "another"
        lines.append(f"{whole} it prints {same} text with the fixes")
    return "\n".join(lines)
