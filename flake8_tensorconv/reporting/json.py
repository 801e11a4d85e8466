"""Findings for programs: one JSON array of objects."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from flake8_tensorconv.reporting.names import from_here
from flake8_tensorconv.source.findings import Finding


def to_json(findings: Iterable[tuple[str, Finding]]) -> str:
    """Write an array of objects; lines and columns count from 1, the end is exclusive.

    Args:
        findings: pairs of a path and a finding in that file.
    """
    objects = [_as_object(path, finding) for path, finding in findings]
    return json.dumps(objects, indent=2)


def _as_object(path: str, finding: Finding) -> dict[str, Any]:
    return {
        "path": path,
        "line": finding.span.line,
        "column": finding.span.column + 1,
        "end_line": finding.span.end_line,
        "end_column": finding.span.end_column + 1,
        "code": finding.code,
        "name": finding.name,
        "message": finding.message,
        "certainty": finding.certainty.value,
        "fix": finding.fix.applicability.value if finding.fix else None,
        "trace": [
            {
                "path": from_here(step.path) if step.path else path,
                "line": step.span.line,
                "column": step.span.column + 1,
                "text": step.text,
            }
            for step in finding.trace
        ],
    }
