"""`# noqa` and `# flake8: noqa`, as the installed flake8 reads them."""

from __future__ import annotations

from argparse import Namespace

from flake8_tensorconv.source.findings import Finding
from flake8_tensorconv.source.reading import split_lines


def unsilenced(path: str, text: str, findings: list[Finding], flake8: Namespace) -> list[Finding]:
    """Leave out the findings that a comment of the file silences.

    flake8 looks for the comment on the line of the finding, joined with those that a backslash or
    a string literal ties to it. Here it counts on every line of the offending call.

    Args:
        path: the file's name.
        text: its text, to which the findings' positions refer.
        findings: what was found.
        flake8: merged flake8 options.
    """
    if not findings or "noqa" not in text.lower():
        return findings
    from flake8.processor import FileProcessor
    from flake8.violation import Violation

    lines = split_lines(text)
    processor = FileProcessor(path, flake8, lines=lines)
    if processor.should_ignore_file():
        return []

    def silenced(finding: Finding, line: int) -> bool:
        comment = processor.noqa_line_for(line) or lines[line - 1]
        violation = Violation(finding.code, path, line, 1, finding.message, comment)
        return bool(violation.is_inline_ignored(flake8.disable_noqa))

    return [
        finding
        for finding in findings
        if not any(silenced(finding, line) for line in _lines_of(finding))
    ]


def _lines_of(finding: Finding) -> list[int]:
    first, last = finding.lines
    return list(range(min(first, finding.span.line), max(last, finding.span.line) + 1))
