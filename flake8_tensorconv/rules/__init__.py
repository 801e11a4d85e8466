"""The rules: one rule, one file, one record."""

from __future__ import annotations

from flake8_tensorconv.rules.judging import Judgement, judge
from flake8_tensorconv.rules.record import Example, Replacement, Report, Rule
from flake8_tensorconv.rules.registry import MalformedRuleError, all_rules

__all__ = [
    "Example",
    "Judgement",
    "MalformedRuleError",
    "Replacement",
    "Report",
    "Rule",
    "all_rules",
    "judge",
]
