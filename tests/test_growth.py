"""A program that is twice as long takes at most about twice the work, whatever it is made of.

Counted are calls of functions, which are the same on every machine.
"""

from __future__ import annotations

import cProfile

import pytest
from growing import BOUNDED, KINDS

from flake8_tensorconv import check_source

#: Something is looked up in dictionaries of dictionaries: a little more than twice is no harm.
_AT_MOST = 2.3


def _calls(source: str) -> int:
    """How many functions are called to check a program."""
    profiler = cProfile.Profile(subcalls=False, builtins=False)
    profiler.runcall(check_source, source)
    return sum(entry.callcount for entry in profiler.getstats())


@pytest.mark.parametrize("kind", KINDS)
def test_twice_the_size_is_twice_the_work(kind: str) -> None:
    make, size = KINDS[kind]
    once, twice = make(size), make(2 * size)
    check_source(once)  # what is loaded and remembered for good does not count
    work = _calls(once)
    assert _calls(twice) < _AT_MOST * work


@pytest.mark.parametrize("kind", BOUNDED)
def test_what_is_nested_does_not_multiply(kind: str) -> None:
    make, size = BOUNDED[kind]
    once, twice = make(size), make(2 * size)
    check_source(once)
    work = _calls(once)
    assert _calls(twice) < _AT_MOST**2 * work
