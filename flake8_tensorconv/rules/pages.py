"""Write the rules' documentation pages: `python -m flake8_tensorconv.rules.pages [--check]`."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from flake8_tensorconv.rules.record import Example, Rule
from flake8_tensorconv.rules.registry import all_rules
from flake8_tensorconv.source.findings import Applicability

DOCS = Path(__file__).parents[2] / "docs" / "rules"

_MARK = re.compile(r"  # <- TNC\d{3}(?: TNC\d{3})*$", re.MULTILINE)
_FIXES = {
    None: "none",
    Applicability.SAFE: "safe, or unsafe where the page says so",
    Applicability.UNSAFE: "unsafe",
}


def pages() -> dict[str, str]:
    """The text of every page by file name: one a rule, and the index README.md."""
    rules = all_rules()
    return {"README.md": index(rules)} | {f"{rule.code}.md": page(rule) for rule in rules}


def index(rules: Sequence[Rule]) -> str:
    """A table of all rules."""
    rows = [
        f"| [{rule.code}]({rule.code}.md) | {rule.name} | {rule.summary} "
        f"| {rule.certainty.value} | {'on' if rule.default else 'off'} "
        f"| {rule.fixes.value if rule.fixes else 'none'} |"
        for rule in rules
    ]
    return "\n".join(
        [
            "# Rules",
            "",
            "*Proven*: it follows from what the file shows. *Possible*: nothing in the file shows",
            "that it is safe. A rule that is off reports once it is selected. The fix column names",
            "the most that a rule's fix may be applied with.",
            "",
            "| code | name | reports | certainty | default | fix |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def page(rule: Rule) -> str:
    """One rule's page: its facts, its text, and its examples with the symptom of each."""
    facts = [
        f"Certainty: **{rule.certainty.value}**.",
        f"Default: **{'on' if rule.default else 'off'}**.",
        f"Fix: **{_FIXES[rule.fixes]}**.",
    ]
    if rule.min_torch:
        facts.append(f"Since torch {rule.min_torch[0]}.{rule.min_torch[1]}.")
    parts = [f"# {rule.code}: {rule.name}\n", " ".join(facts) + "\n", rule.doc]
    parts.append("## More examples\n\nEach of these programs is run by the tests.\n")
    parts += [example(item) for item in rule.examples]
    parts.append("## Not reported\n")
    parts += [code(text) for text in rule.silent]
    return "\n".join(parts)


def example(item: Example) -> str:
    """One example: the program, what it does, and what the fix makes of it."""
    cpu, accelerator = item.cpu, item.accelerator
    if cpu is None and accelerator is None:
        text = ""
    elif cpu == accelerator:
        text = f"Raises `{cpu}`."
    elif cpu is None:
        text = f"Where there is an accelerator, it raises `{accelerator}`."
    elif accelerator is None:
        text = f"Raises `{cpu}` where there is no accelerator."
    else:
        text = f"Raises `{cpu}` on a CPU, and `{accelerator}` on an accelerator."
    lines = [code(item.bad)]
    if item.otherwise is not None:
        text += f" Another version or build of torch raises `{item.otherwise}`."
    if text:
        lines.append(text + "\n")
    if item.fixed is not None:
        lines.append("Fixed:\n\n" + code(item.fixed))
    return "\n".join(lines)


def code(text: str) -> str:
    """A Markdown block of Python, without the marks that the tests need."""
    return f"```python\n{_MARK.sub('', text)}```\n"


def stale(folder: Path) -> list[str]:
    """The names of the pages that are missing, out of date or superfluous in a folder."""
    wanted = pages()
    found = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    return sorted(name for name in wanted | found if wanted.get(name) != found.get(name))


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or with `--check` only say which ones are stale.

    Returns:
        0, or 1 if `--check` found a stale page, or 2 for an unknown argument.
    """
    if list(arguments) not in ([], ["--check"]):
        print("usage: python -m flake8_tensorconv.rules.pages [--check]", file=sys.stderr)
        return 2
    names = stale(DOCS)
    if arguments:
        for name in names:
            print(f"docs/rules/{name} is stale: run python -m flake8_tensorconv.rules.pages")
        return 1 if names else 0
    DOCS.mkdir(parents=True, exist_ok=True)
    texts = pages()
    for name in names:
        if name in texts:
            (DOCS / name).write_text(texts[name], encoding="utf-8", newline="\n")
        else:
            (DOCS / name).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
