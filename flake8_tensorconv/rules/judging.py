"""From events to judgements: every rule looks at every event; one site is reported once a rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flake8_tensorconv.config import Options
from flake8_tensorconv.findings import Certainty
from flake8_tensorconv.rules.record import Report, Rule
from flake8_tensorconv.rules.registry import all_rules

if TYPE_CHECKING:
    from flake8_tensorconv.analysis.events import Event
    from flake8_tensorconv.analysis.values import Reason, Tensor

#: What a proven finding makes superfluous at the same site: the weaker claims about the same fact.
SILENCES = {
    "TNC101": frozenset({"TNC110", "TNC112", "TNC113"}),
    "TNC102": frozenset({"TNC110", "TNC111", "TNC113"}),
}


@dataclass(frozen=True)
class Judgement:
    """One rule's report on one event."""

    rule: Rule
    event: Event
    report: Report


def judge(events: Iterable[Event], options: Options) -> list[Judgement]:
    """Let every rule look at every event, and keep one judgement per rule and site.

    A function is analysed in several contexts, so several events may stand for one site. The
    strongest report speaks for them; its fix has to suit what the operand may be in all of them.

    Args:
        events: what the analysis saw, in any order.
        options: the user's choices.

    Returns:
        The judgements, in the order in which their sites first appear among the events.
    """
    best: dict[tuple[int, str], Judgement] = {}
    for event in _with_company(events):
        for rule in all_rules():
            report = rule.check(event, options)
            if report is None:
                continue
            key = id(event.at), rule.code
            if key not in best or _strength(report) > _strength(best[key].report):
                best[key] = Judgement(rule, event, report)
    silenced = {
        (site, weaker)
        for (site, code), judgement in best.items()
        if judgement.report.certainty is Certainty.PROVEN
        for weaker in SILENCES.get(code, ())
    }
    return [
        judgement
        for key, judgement in best.items()
        if key not in silenced or judgement.report.certainty is Certainty.PROVEN
    ]


def _with_company(events: Iterable[Event]) -> list[Event]:
    """Tell each event what its operand may be in the other contexts of the same expression."""
    events = list(events)
    tensors: dict[int, tuple[Tensor, ...]] = {}
    mixed: set[int] = set()
    for event in events:
        site = id(event.operand)
        tensors[site] = (*tensors.get(site, ()), *event.tensors)
        if event.mixed:
            mixed.add(site)
    return [
        replace(event, elsewhere=tensors[id(event.operand)], mixed=id(event.operand) in mixed)
        for event in events
    ]


def _strength(report: Report) -> tuple[bool, int]:
    return report.certainty is Certainty.PROVEN, _length(report.reason)


def _length(reason: Reason | None) -> int:
    length = 0
    while reason is not None:
        length += 1
        reason = reason.cause
    return length
