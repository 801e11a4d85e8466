"""What is said of a small program, shortened."""

from __future__ import annotations

from flake8_tensorconv import Options, check_source
from flake8_tensorconv.settings.codes import OFF_BY_DEFAULT

HEAD = """\
import copy
import numpy as np
import torch
from torch import nn

model = nn.Linear(3, 3)


"""


def said(body: str, *selected: str) -> list[str]:
    """The findings in a program that begins with HEAD, in the order of lines.

    "101" is a proven finding, "111?" a possible one. They are the same whether or not flake8 says
    that the codes which are off are not wanted; those that are `selected` are reported too.
    """
    unwanted = frozenset(OFF_BY_DEFAULT) - {*selected}
    found = _shortened(HEAD + body, Options(), unwanted)
    assert _shortened(HEAD + body, Options(unwanted=unwanted), unwanted) == found
    return found


def _shortened(text: str, options: Options, unwanted: frozenset[str]) -> list[str]:
    return [
        each.code.removeprefix("TNC") + ("" if each.certainty.value == "proven" else "?")
        for each in check_source(text, options)
        if each.code not in unwanted
    ]
