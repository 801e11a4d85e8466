"""From events to judgements: every rule looks at every event; one site is reported once a rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.records import (
    ForeignMember,
    NegativeStep,
    Refused,
    ToNumpy,
    ToTensor,
)
from flake8_tensorconv.index.syntax import At
from flake8_tensorconv.lattice.joins import join_all
from flake8_tensorconv.lattice.values import Array, Tensor
from flake8_tensorconv.rules import guards
from flake8_tensorconv.rules.record import Report, Rule
from flake8_tensorconv.rules.registry import all_rules
from flake8_tensorconv.rules.weighing import weighed
from flake8_tensorconv.source.findings import Certainty

if TYPE_CHECKING:
    from flake8_tensorconv.events.records import Event, Met
    from flake8_tensorconv.locations.provenance import Reason

#: What a finding makes superfluous at the same site: the weaker claims about the same fact.
SILENCES = {
    "TNC101": frozenset({"TNC110", "TNC112", "TNC113"}),
    "TNC102": frozenset({"TNC110", "TNC111", "TNC113"}),
    "TNC110": frozenset({"TNC111", "TNC112", "TNC113"}),
    "TNC205": frozenset({"TNC405"}),
    "TNC401": frozenset({"TNC405"}),
    "TNC503": frozenset({"TNC405"}),
}


#: What a finding says better than another at the same site, however sure that is.
REPLACES = {"TNC402": frozenset({"TNC501", "TNC503"})}


@dataclass(frozen=True)
class Judgement:
    """One rule's report on one event."""

    rule: Rule
    event: Event
    report: Report


def judge(events: Iterable[Met], options: Options) -> list[Judgement]:
    """Let every rule that is wanted look at every event, and keep one judgement per rule and site.

    A function is analysed in several contexts, so several events may stand for one site. The
    strongest report speaks for them; its fix has to suit what the operand may be in all of them.

    Args:
        events: what the analysis saw, in this order.
        options: the user's choices.

    Returns:
        The judgements, in the order in which their sites first appear among the events.
    """
    rules = [rule for rule in all_rules() if rule.code not in options.unwanted]
    sites: dict[tuple[At, str], dict[int, Judgement]] = {}
    for event in _with_company(weighed(events)):
        for rule in rules:
            if not isinstance(event, rule.event):
                continue
            report = rule.check(event, options)
            if report is None:
                continue
            if _rests_on_annotations(event):
                report = replace(report, certainty=Certainty.POSSIBLE)
            operands = sites.setdefault((event.at, rule.code), {})
            other = operands.get(id(event.operand))
            if other is None or _strength(report) > _strength(other.report):
                operands[id(event.operand)] = Judgement(rule, event, report)
    best = {key: _together(list(operands.values())) for key, operands in sites.items()}
    silenced = {(site, weaker) for site, code in best for weaker in SILENCES.get(code, ())}
    replaced = {(site, other) for site, code in best for other in REPLACES.get(code, ())}
    return [
        judgement
        for key, judgement in best.items()
        if key not in replaced
        and (key not in silenced or judgement.report.certainty is Certainty.PROVEN)
    ]


def _with_company(events: Iterable[Event]) -> list[Event]:
    """Tell each conversion what its operand may be in the other contexts of the same expression."""
    groups: dict[tuple[type, int], list[Any]] = {}
    for event in events:
        groups.setdefault((type(event), id(event.operand)), []).append(event)
    return [each for group in groups.values() for each in _in_company(group)]


def _in_company(group: list[Any]) -> Iterable[Event]:
    """The events of one expression, each with what its operand may be in any of them."""
    match group[0]:
        case ToNumpy():
            # By identity, as hashing them would go through all of their reasons.
            tensors = tuple({id(t): t for event in group for t in event.tensors}.values())
            company = {
                "elsewhere": tensors,
                "surely": all(event.surely for event in group),
                "mixed": any(e.mixed or e.element != group[0].element for e in group),
                "meant": all(e.meant or not e.mixed for e in group),
            }
            return [replace(event, **company) for event in group if event.tensors]
        case ToTensor() | Refused() | NegativeStep():
            elsewhere = join_all(v for event in group for v in (event.given, event.elsewhere))
        case ForeignMember():
            elsewhere = join_all(v for event in group for v in (event.receiver, event.elsewhere))
        case _:
            return group
    return [replace(event, elsewhere=elsewhere) for event in group]


def _rests_on_annotations(event: Event) -> bool:
    """Is what the file calls a tensor or array only declared to be one?"""
    match event:
        case ForeignMember(receiver=receiver):
            known = receiver.alternatives
        case Refused(given=given) | NegativeStep(given=given):
            known = given.alternatives
        case ToTensor(given=given, inside=inside, rows=rows):
            known = given.alternatives + inside.alternatives + rows.alternatives
        case _:
            return False
    said = [each.declared for each in known if isinstance(each, (Tensor, Array)) and each.sure]
    return bool(said) and all(said)


def _together(operands: list[Judgement]) -> Judgement:
    """One judgement for several operands of a call, such as those of `np.allclose(a, b)`.

    Its fix mends them all; there is none if one of them cannot be mended.
    """
    strongest = max(operands, key=lambda judgement: _strength(judgement.report))
    if len(operands) == 1:
        return strongest
    fixes = [judgement.report.fix for judgement in operands]
    fix = guards.combined(fixes)
    return replace(strongest, report=replace(strongest.report, fix=fix))


def _strength(report: Report) -> tuple[bool, int]:
    return report.certainty is Certainty.PROVEN, _length(report.reason)


def _length(reason: Reason | None) -> int:
    length = 0
    while reason is not None:
        length += 1
        reason = reason.cause
    return length
