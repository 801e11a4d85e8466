"""Which findings are reported: flake8's own decision about codes, and ours about opt-in rules."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable

#: Rules that are reported only when the user names them.
OFF_BY_DEFAULT = ("TNC112", "TNC113")


def opted_in(code: str, selectors: Iterable[str]) -> bool:
    """Is a rule on by default, or named by one of the user's own `selectors`?

    flake8 forgets its extended default ignore as soon as the user sets `ignore`; a project that
    ignores, say, E203 has not asked for our opt-in rules, so we ask again here.
    """
    return code not in OFF_BY_DEFAULT or code.startswith(tuple(selectors))


def user_selectors(flake8: Namespace) -> tuple[str, ...]:
    """The code prefixes that the user selected, in merged flake8 options."""
    return (*(flake8.select or ()), *(flake8.extend_select or ()))


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
