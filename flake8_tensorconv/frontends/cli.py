"""The command `tensorconv`: check, fix, explain, rules, verify."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterable
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TextIO, TypeVar

import click

from flake8_tensorconv import __version__
from flake8_tensorconv.frontends.runner import STDIN_NAME, FileResult, Fixing, run
from flake8_tensorconv.reporting.ending import Group
from flake8_tensorconv.reporting.json import to_json
from flake8_tensorconv.reporting.names import quoted
from flake8_tensorconv.reporting.text import Printer, render
from flake8_tensorconv.settings.codes import selects_nothing
from flake8_tensorconv.settings.discovery import STDIN, Discovery, discover
from flake8_tensorconv.settings.loading import Settings, SettingsError, load_settings
from flake8_tensorconv.source.findings import Applicability, Certainty, Finding
from flake8_tensorconv.source.reading import split_lines

CLEAN, FOUND, FAILED = 0, 1, 2

_Command = TypeVar("_Command", bound=Callable[..., Any])


class _Failure(click.ClickException):
    """Nothing could be done; one line says why."""

    exit_code = FAILED


def _split(_: click.Context, __: click.Parameter, value: str | None) -> list[str] | None:
    """Read a comma-separated list."""
    return None if value is None else value.replace(",", " ").split()


def _shared_options(command: _Command) -> _Command:
    """Add the options that check and fix have in common."""
    codes: dict[str, Any] = {"metavar": "CODES", "callback": _split}
    for option in reversed(
        (
            click.option("--select", **codes, help="Report only these codes (prefixes)."),
            click.option("--ignore", **codes, help="Leave these codes (prefixes) out."),
            click.option("--extend-select", **codes, help="Report these codes as well."),
            click.option(
                "--fix-style",
                metavar="STYLE",
                help="How fixes write a missing guard: explicit (default) or force.",
            ),
            click.option(
                "--min-torch", metavar="VERSION", help="The oldest torch that the project supports."
            ),
            click.option(
                "--device", metavar="DEVICE", help="Where tensors may live: any (default) or cpu."
            ),
            click.option(
                "--format",
                "output_format",
                type=click.Choice(["text", "json"]),
                default="text",
                show_default=True,
                help="How findings are written.",
            ),
            click.option(
                "--jobs",
                "-j",
                type=click.IntRange(min=1),
                help="Number of processes; chosen by the number of files if left out.",
            ),
        )
    ):
        command = option(command)
    return command


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tensorconv")
def main() -> None:
    """Find and fix unsafe conversions between PyTorch tensors and NumPy arrays."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # what a terminal cannot show shall not end us
            stream.reconfigure(errors="backslashreplace")


@main.command()
@click.argument("paths", nargs=-1)
@_shared_options
def check(paths: tuple[str, ...], output_format: str, jobs: int | None, **chosen: Any) -> None:
    """Report findings in files, directories, globs, or standard input (-).

    Without PATHS, the current directory is checked.
    """
    session = _Session(paths or (".",), chosen)
    results = session.run(None, jobs)
    _report(results, output_format, sys.stdout)
    count = len(session.discovery.files) - session.failures
    if output_format == "text" and (session.findings or count):
        click.echo(_check_summary(session.findings, count), err=True)
    sys.exit(session.exit_code())


@main.command()
@click.argument("paths", nargs=-1, required=True)
@click.option("--diff", is_flag=True, help="Show what would change; write nothing.")
@click.option("--unsafe-fixes", is_flag=True, help="Apply unsafe fixes as well.")
@_shared_options
def fix(
    paths: tuple[str, ...],
    diff: bool,
    unsafe_fixes: bool,
    output_format: str,
    jobs: int | None,
    **chosen: Any,
) -> None:
    """Fix files, directories, globs, or standard input (-; the result goes to standard output).

    What is left is reported as `check` does. Where standard output carries a diff or fixed source
    text, the report goes to standard error.
    """
    session = _Session(paths, chosen)
    results = session.run(Fixing(unsafe_fixes, not diff, session.discovery.roots), jobs)
    source_on_stdout = diff or STDIN in session.discovery.files
    _report(
        _passing_source_on(results, diff) if source_on_stdout else results,
        output_format,
        sys.stderr if source_on_stdout else sys.stdout,
    )
    if output_format == "text":
        click.echo(_fix_summary(session, diff, unsafe_fixes), err=True)
    sys.exit(max(session.exit_code(), FOUND if diff and session.changed else CLEAN))


@main.command()
@click.argument("code")
def explain(code: str) -> None:
    """Say what the rule CODE reports, why, and what to write instead."""
    from flake8_tensorconv.rules.registry import all_rules

    rules = {rule.code: rule for rule in all_rules()}
    rule = rules.get(code.upper())
    if rule is None:
        known = ", ".join(rules)
        raise click.BadParameter(f"{code} is not one of {known}", param_hint="CODE")
    text = f"# {rule.code} {rule.name}\n\n{rule.doc.strip()}\n"
    if not sys.stdout.isatty():
        click.echo(text, nl=False)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(text))


@main.command()
@click.option("--format", "output_format", type=click.Choice(["text", "json"]), default="text")
def rules(output_format: str) -> None:
    """List all rules."""
    from flake8_tensorconv.rules.registry import all_rules

    if output_format == "json":
        rows = [
            {
                "code": rule.code,
                "name": rule.name,
                "certainty": rule.certainty.value,
                "default": rule.default,
                "fix": rule.fixes.value if rule.fixes else None,
                "summary": rule.summary,
            }
            for rule in all_rules()
        ]
        click.echo(json.dumps(rows, indent=2))
        return
    table = [
        ("code", "name", "certainty", "default", "fix", "summary"),
        *(
            (
                rule.code,
                rule.name,
                rule.certainty.value,
                "on" if rule.default else "off",
                rule.fixes.value if rule.fixes else "none",
                rule.summary,
            )
            for rule in all_rules()
        ),
    ]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for line in table:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


class _WithArguments(click.Command):
    """A command that leaves what stands behind `--` alone: it is for somebody else."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put it aside as the parameter `arguments`."""
        own, _, ctx.params["arguments"] = _parted(args)
        return super().parse_args(ctx, own)


def _parted(args: list[str]) -> tuple[list[str], list[str], tuple[str, ...]]:
    at = args.index("--") if "--" in args else len(args)
    return args[:at], args[at : at + 1], tuple(args[at + 1 :])


@main.command(cls=_WithArguments, options_metavar="[OPTIONS]")
@click.argument("targets", nargs=-1)
@click.option(
    "--device",
    type=click.Choice(["auto", "cpu", "sim", "cuda", "mps", "xpu"]),
    default="auto",
    show_default=True,
    help="Where to run; sim is an accelerator simulated on the CPU, auto all that there are.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="End a program after that long; 60 for an example of a rule, never for a script.",
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="How the result is written.",
)
def verify(
    targets: tuple[str, ...],
    device: str,
    timeout: float | None,
    output_format: str,
    arguments: tuple[str, ...],
) -> None:
    """Put claims to the test: those of rules (TARGETS are codes), or about scripts (files).

    Without TARGETS, the examples of all rules are run with this machine's torch and NumPy. A
    script IS RUN: twice as it is and once with all fixes, on each device. The fixes are made in
    memory; its file stays as it is. What stands behind -- are the script's arguments.

    Exit status: 0 nothing confirmed, and every claim holds; 1 a finding is confirmed, or a claim
    or a fix does not hold; 2 something could not be verified; 3 a script did not get to its end,
    and no finding says why.
    """
    from flake8_tensorconv.verify.command import Request, missing
    from flake8_tensorconv.verify.command import verify as run_verification

    if (message := missing()) is not None:
        raise _Failure(message)
    sys.exit(run_verification(Request(targets, device, output_format, arguments, timeout)))


class _Session:
    """One run of check or fix: settings, files, and what was counted on the way."""

    def __init__(self, paths: Iterable[str], chosen: dict[str, Any]) -> None:
        given = {key.replace("_", "-"): value for key, value in chosen.items() if value is not None}
        try:
            self.settings: Settings = load_settings(given)
        except SettingsError as error:
            raise _Failure(str(error)) from None
        self.discovery: Discovery = discover(tuple(paths), self.settings.flake8)
        self.findings: list[Finding] = []
        self.failures = 0
        self.applied = 0
        self.changed = 0

    def run(self, fixing: Fixing | None, jobs: int | None) -> Iterable[FileResult]:
        """Yield a result per file, in order; errors are written to stderr and counted."""
        if selects_nothing(self.settings.flake8):
            click.echo("flake8's `select` leaves out all TNC codes: nothing to report", err=True)
        for path, reason in self.discovery.missing:
            click.echo(f"{quoted(path)}: {reason}", err=True)
        for path in self.discovery.empty:
            click.echo(f"{quoted(path)}: no Python files to check", err=True)
        try:
            for result in run(self.discovery.files, self.settings, fixing, jobs):
                self.findings += result.findings
                self.applied += result.applied
                self.changed += bool(result.diff)
                if result.error is not None:
                    self.failures += 1
                    click.echo(result.error.at(result.path), err=True)
                yield result
        except BrokenProcessPool:
            raise _Failure("a process died; --jobs 1 shows at which file") from None

    def exit_code(self) -> int:
        """Say what the run came to; changes do not count."""
        if self.failures or self.discovery.missing:
            return FAILED
        return FOUND if self.findings else CLEAN


def _report(results: Iterable[FileResult], output_format: str, stream: TextIO) -> None:
    if output_format == "json":
        found = [(result.path, finding) for result in results for finding in result.findings]
        stream.write(to_json(found) + "\n")
    else:
        printer = Printer(stream)
        for result in results:
            lines = split_lines(result.text)
            for finding in result.findings:
                printer.print(render(result.path, finding, lines))
    stream.flush()


def _passing_source_on(results: Iterable[FileResult], diff: bool) -> Iterable[FileResult]:
    """Write diffs, or the fixed text of standard input, to stdout as the results come."""
    for result in results:
        from_stdin = result.path == STDIN_NAME
        data = result.diff if diff else result.output if from_stdin else None
        if data:
            sys.stdout.flush()
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        yield result


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _count_fixes(findings: Iterable[Finding], applicability: Applicability) -> int:
    return sum(f.fix is not None and f.fix.applicability is applicability for f in findings)


def _check_summary(findings: list[Finding], files: int) -> str:
    if not findings:
        return f"No problems in {_plural(files, 'file')}"
    proven = sum(finding.certainty is Certainty.PROVEN for finding in findings)
    text = f"Found {_plural(len(findings), 'problem')}"
    text += f" ({proven} proven, {len(findings) - proven} possible)"
    safe = _count_fixes(findings, Applicability.SAFE)
    unsafe = _count_fixes(findings, Applicability.UNSAFE)
    if safe:
        text += f"; {safe} fixable with `tensorconv fix`"
    if unsafe:
        text += f"; {unsafe} {'more ' if safe else ''}with `tensorconv fix --unsafe-fixes`"
    return text


def _fix_summary(session: _Session, diff: bool, unsafe_fixes: bool) -> str:
    done = "Would fix" if diff else "Fixed"
    text = f"{done} {_plural(session.applied, 'problem')}"
    if session.applied:
        text += f" in {_plural(session.changed, 'file')}"
    left = session.findings
    if not left:
        return text
    safe = _count_fixes(left, Applicability.SAFE)
    unsafe = _count_fixes(left, Applicability.UNSAFE)
    reasons = [
        (unsafe if not unsafe_fixes else 0, "fixable with --unsafe-fixes"),
        (safe + (unsafe if unsafe_fixes else 0), "whose fix could not be applied"),
        (len(left) - safe - unsafe, "without a fix"),
    ]
    details = ", ".join(f"{count} {reason}" for count, reason in reasons if count)
    return f"{text}; {len(left)} left ({details})"
