"""A user's own script: what becomes of its findings when it runs as it is, and with all fixes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from flake8_tensorconv.rewriting import fix_text
from flake8_tensorconv.rewriting.check import check_text
from flake8_tensorconv.rules import all_rules
from flake8_tensorconv.settings.codes import Selection
from flake8_tensorconv.settings.loading import Settings, load_settings
from flake8_tensorconv.settings.noqa import unsilenced
from flake8_tensorconv.source.findings import Finding
from flake8_tensorconv.source.reading import decode_source
from flake8_tensorconv.verify.run import Device
from flake8_tensorconv.verify.script_run import Run, Show, run_script

#: A script is run as it is to see whether it does the same again, and then with all fixes.
RUNS = ("as it is", "as it is once more", "with all fixes")

#: Findings about what goes silently wrong: only a different result can confirm them.
_SILENT = ("TNC3", "TNC4")


@dataclass(frozen=True)
class Site:
    """What came of one finding.

    Attributes:
        line, column: where it is, both counted from 1.
        code: its rule.
        fate: "confirmed: ..." if it was seen, "ran clean", "not reached", or
            "cannot be judged: ...".
    """

    line: int
    column: int
    code: str
    fate: str

    @property
    def confirmed(self) -> bool:
        """Was it seen to happen?"""
        return self.fate.startswith("confirmed")


@dataclass(frozen=True)
class Report:
    """What came of a script.

    Attributes:
        path: the script.
        device: where it ran.
        sites: its findings.
        before, after: what ended it as it is, and with all fixes; None if nothing did.
        repeatable: did it do the same both times as it is?
        same_output: did it print the same with the fixes? None if that cannot be judged.
        fix_holds: does the fixed script run at least as far as the original?
    """

    path: str
    device: Device
    sites: tuple[Site, ...]
    before: str | None
    after: str | None
    repeatable: bool
    same_output: bool | None
    fix_holds: bool

    @property
    def confirmed(self) -> bool:
        """Was a finding seen to happen?"""
        return any(site.confirmed for site in self.sites)


def verify_script(
    path: Path,
    device: Device,
    arguments: Sequence[str] = (),
    *,
    settings: Settings | None = None,
    timeout: float | None = None,
    starting: Callable[[int], None] = lambda number: None,
    show: Show = lambda data: None,
) -> Report:
    """Run a script before and after its fixes, and say what became of its findings.

    Nothing of the user's is written, except by the script itself.

    Args:
        path: the script.
        device: where to run it.
        arguments: what it finds behind its name in `sys.argv`.
        settings: which findings count, and how fixes are written; None: those of this folder.
        timeout: the seconds after which each run is ended; None: never.
        starting: is called before each of `RUNS`, with its number from 0.
        show: is given what the script prints, as it comes.

    Raises:
        SyntaxError: it is no valid Python.
        flake8_tensorconv.source.reading.SourceError: it cannot be decoded.
        flake8_tensorconv.source.parsing.CheckError: it cannot be analysed for another reason.
        flake8_tensorconv.settings.loading.SettingsError: a setting of this folder is wrong.
    """
    settings = settings or load_settings({})
    selection = Selection(settings.flake8)

    def keep(text: str, findings: list[Finding]) -> list[Finding]:
        chosen = [each for each in findings if selection.reports(str(path), each.code)]
        return unsilenced(str(path), text, chosen, settings.flake8)

    text = decode_source(path.read_bytes()).text
    findings = keep(text, check_text(text, settings.options, path=str(path)))
    fixed = fix_text(text, settings.options, unsafe=True, keep=keep, path=str(path)).text
    runs = []
    for number, source in enumerate((text, text, fixed)):
        starting(number)
        runs.append(run_script(path, source, device, arguments, timeout, show))
    return _report(path, device, findings, *runs)


def _report(
    path: Path, device: Device, findings: Sequence[Finding], first: Run, second: Run, fixed: Run
) -> Report:
    repeatable = (first.error, first.output) == (second.error, second.output)
    judged = repeatable and first.complete and fixed.complete
    # With the fixes it may come further, and print more than it did before.
    changed = judged and not fixed.output.startswith(first.output)
    before = _one_line(first.error or second.error)
    sites = tuple(
        Site(
            each.span.line,
            each.span.column + 1,
            each.code,
            _fate(each, (first, second), _told(repeatable, judged, changed)),
        )
        for each in findings
    )
    return Report(
        str(path),
        device,
        sites,
        before,
        _one_line(fixed.error),
        repeatable,
        first.output == fixed.output if judged else None,
        fix_holds=fixed.error is None or before is not None or not fixed.complete,
    )


def _one_line(error: str | None) -> str | None:
    return None if error is None else " ".join(error.split())


def _told(repeatable: bool, judged: bool, changed: bool) -> str:
    """What the output tells about the findings that nothing else can confirm."""
    if changed:
        return "confirmed: the output changes with the fixes"
    if judged:
        return "ran clean"
    reason = "the script was cut off" if repeatable else "the script does something else each time"
    return f"cannot be judged: {reason}"


def _fate(finding: Finding, runs: Sequence[Run], told: str) -> str:
    """What became of a finding in the runs of the script as it is.

    Args:
        finding: the finding.
        runs: the runs.
        told: what the output tells of findings about what goes silently wrong.
    """
    span = range(finding.lines[0], finding.lines[1] + 1)
    silent = finding.code.startswith(_SILENT)
    for run in () if silent else runs:
        for line in span:
            for error in run.raised.get(line, ()):
                if error.partition(":")[0] in _errors(finding.code):
                    return f"confirmed: {_one_line(error)}"
    if any(run.error and not run.complete and not run.lines for run in runs):
        return "cannot be judged: the script was cut off"
    if not any(run.lines.intersection(span) for run in runs):
        return "not reached"
    return told if silent else "ran clean"


def _errors(code: str) -> set[str]:
    """The exceptions that findings of such a rule, or of one that is its kin, are about."""
    kin = code[:4]
    return {
        symptom.partition(":")[0]
        for rule in all_rules()
        if rule.code.startswith(kin)
        for example in rule.examples
        for symptom in (example.cpu, example.accelerator, example.otherwise)
        if symptom is not None
    }
