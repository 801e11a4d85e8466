"""Which findings are reported: flake8's own decision about codes, and ours about opt-in rules."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable

#: What all our codes begin with.
PREFIX = "TNC"
#: Rules that are reported only when the user names them.
OFF_BY_DEFAULT = ("TNC112", "TNC113", "TNC310", "TNC403", "TNC404", "TNC405", "TNC504", "TNC601")


def opted_in(code: str, selectors: Iterable[str]) -> bool:
    """Is a rule on by default, or named by one of the user's own `selectors`?

    flake8 forgets its extended default ignore as soon as the user sets `ignore`; a project that
    ignores, say, E203 has not asked for our opt-in rules, so we ask again here.
    """
    return code not in OFF_BY_DEFAULT or code.startswith(tuple(selectors))


def user_selectors(flake8: Namespace) -> tuple[str, ...]:
    """The code prefixes that the user selected, in merged flake8 options."""
    return (*(flake8.select or ()), *(flake8.extend_select or ()))


def selects_nothing(flake8: Namespace) -> bool:
    """Does the user's `select` leave all our codes out, as `select = E,F` does?"""
    return flake8.select is not None and not any(
        code.startswith(PREFIX) or PREFIX.startswith(code) for code in user_selectors(flake8)
    )


class Selection:
    """Decides by select, ignore and per-file-ignores, with flake8's own machinery."""

    def __init__(self, flake8: Namespace) -> None:
        """Take merged flake8 options, as `settings.load_settings` makes them."""
        from flake8.style_guide import StyleGuideManager

        self._guides = StyleGuideManager(flake8, formatter=None)
        self._selectors = user_selectors(flake8)

    def reports(self, path: str, code: str) -> bool:
        """Is a finding of rule `code` in the file `path` to be reported?"""
        from flake8.style_guide import Decision

        if not opted_in(code, self._selectors):
            return False
        guide = self._guides.style_guide_for(path)
        return bool(guide.should_report_error(code) is Decision.Selected)
