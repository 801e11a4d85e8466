"""The catalogue: every rule of the package, found by walking it."""

from __future__ import annotations

import functools
import importlib
import pkgutil
import re
from types import ModuleType

from flake8_tensorconv.rules.record import Rule

HEADINGS = (
    "What it does",
    "Why is this bad?",
    "Example",
    "Use instead",
    "Fix safety",
    "References",
)

_MODULE = re.compile(r"tnc(\d{3})_([a-z0-9_]+)")


class MalformedRuleError(Exception):
    """A rule's file does not keep to the form that all rules share; the text names the file."""


@functools.cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule of this package, ordered by code.

    Raises:
        MalformedRuleError: a rule's file is not in order.
    """
    return load_rules(importlib.import_module("flake8_tensorconv.rules"))


def load_rules(package: ModuleType) -> tuple[Rule, ...]:
    """Import the modules `tncNNN_name.py` of a package and collect what they call `RULE`.

    Raises:
        MalformedRuleError: a rule's file is not in order.
    """
    rules: dict[str, tuple[Rule, str]] = {}
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
        if not info.name.startswith("tnc"):
            continue
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        file = module.__file__ or info.name
        rule = _checked(module, info.name, file)
        if rule.code in rules:
            raise MalformedRuleError(f"{file}: {rule.code} is also in {rules[rule.code][1]}")
        rules[rule.code] = rule, file
    return tuple(rule for _, (rule, _) in sorted(rules.items()))


def _checked(module: ModuleType, name: str, file: str) -> Rule:
    match = _MODULE.fullmatch(name)
    if match is None:
        raise MalformedRuleError(f"{file}: a rule's file is named tncNNN_some_name.py")
    rule = getattr(module, "RULE", None)
    if not isinstance(rule, Rule):
        raise MalformedRuleError(f"{file}: no RULE of type Rule")
    if rule.code != f"TNC{match[1]}":
        raise MalformedRuleError(f"{file}: RULE has the code {rule.code}")
    if rule.name != match[2].replace("_", "-"):
        raise MalformedRuleError(f"{file}: RULE has the name {rule.name}")
    headings = tuple(re.findall(r"^## (.+)$", rule.doc, re.MULTILINE))
    if headings != HEADINGS:
        raise MalformedRuleError(f"{file}: doc has the headings {headings}, not {HEADINGS}")
    if not rule.examples or len(rule.silent) < len(rule.examples):
        raise MalformedRuleError(f"{file}: needs examples, and no fewer silent programs than those")
    return rule
