"""Random programs: what is selected of a file gives the findings that all of it gives."""

from __future__ import annotations

from dataclasses import replace

import conversion_programs
import memory_programs
import way_programs
from hypothesis import given
from hypothesis import strategies as st
from profiles import chosen_profile

from flake8_tensorconv import Options
from flake8_tensorconv.rewriting.check import check_text
from flake8_tensorconv.settings.codes import OFF_BY_DEFAULT
from flake8_tensorconv.source.findings import Finding

#: With the rules that are off by default, and without: the selection asks for less then.
ALL = Options()
USUAL = Options(unwanted=frozenset(OFF_BY_DEFAULT))
PROGRAMS = st.one_of(
    way_programs.programs(), way_programs.programs(), way_programs.programs(),
    conversion_programs.programs(), memory_programs.programs(),
)  # fmt: skip


def wanted(findings: list[Finding], options: Options) -> list[Finding]:
    """The findings without their stories: of several calls either analysis may tell of another."""
    return [replace(each, trace=()) for each in findings if each.code not in options.unwanted]


def check(text: str) -> None:
    """Compare the findings of what is selected with those of all."""
    for options in ALL, USUAL:
        selected = wanted(check_text(text, options), options)
        whole = wanted(check_text(text, options, whole=True), options)
        lost = [each for each in whole if each not in selected]
        assert not lost, f"lost: {lost} in\n{text}"
        assert selected == whole, f"only when selected: {selected} of {whole} in\n{text}"


@chosen_profile(nightly=20_000)
@given(PROGRAMS)
def test_selected_and_whole_analysis_agree(text: str) -> None:
    check(text)
