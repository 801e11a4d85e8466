"""What is said of shared memory is measured: the table, and what its page adds to it."""

from __future__ import annotations

import contextlib
import io
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import machines
import numpy as np
import pytest
import torch

from flake8_tensorconv.knowledge import sharing_page
from flake8_tensorconv.knowledge.sharing import FACTS, Outcome, SharingFact

SHARING = [fact for fact in FACTS if fact.sharing]
COPYING = [fact for fact in FACTS if fact.copying]
NUMPY_2 = int(np.__version__.partition(".")[0]) >= 2


@pytest.fixture(autouse=True)
def _few_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def contents(result: Any) -> Any:
    """The numbers in a tensor, an array or a list, apart from any shared memory."""
    return [*result] if isinstance(result, list) else result.tolist()


def shows_a_change(fact: SharingFact, setup: str) -> bool:
    """Whether the result of a call shows what is done afterwards to what it was given."""
    names: dict[str, Any] = {"np": np, "torch": torch}
    exec(setup, names)
    result = eval(fact.call, names)
    before = contents(result)
    if fact.direction.operand == "a":
        names["a"][...] = 7
    else:
        names["t"].fill_(7)
    return bool(contents(result) != before)


def name_of(fact: SharingFact) -> str:
    return f"{fact.direction.value}: {fact.call}"


@pytest.mark.parametrize("fact", SHARING, ids=name_of)
def test_it_shares(fact: SharingFact) -> None:
    if "copy=None" in fact.call and not NUMPY_2:
        pytest.skip("before NumPy 2, `copy` takes no None")
    assert shows_a_change(fact, fact.sharing)


@pytest.mark.parametrize("fact", COPYING, ids=name_of)
def test_it_copies(fact: SharingFact) -> None:
    assert not shows_a_change(fact, fact.copying)


@pytest.mark.parametrize("fact", FACTS, ids=name_of)
def test_an_outcome_has_the_cases_that_show_it(fact: SharingFact) -> None:
    assert bool(fact.sharing) == (fact.outcome is not Outcome.COPIES)
    assert bool(fact.copying) == (fact.outcome is not Outcome.SHARES)
    assert bool(fact.depends) == (fact.outcome is Outcome.DEPENDS)


def test_no_call_is_listed_twice() -> None:
    calls = [name_of(fact) for fact in FACTS]
    assert len(set(calls)) == len(calls)


def test_the_table_needs_neither_library() -> None:
    code = (
        "import sys, flake8_tensorconv.knowledge.sharing_page\n"
        "sys.exit(bool({'numpy', 'torch'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# What the notes say


def test_the_default_dtype_decides_about_the_old_constructor() -> None:
    default = torch.get_default_dtype()
    array = np.ones(3)
    torch.set_default_dtype(torch.float64)
    try:
        tensor = torch.Tensor(array)
    finally:
        torch.set_default_dtype(default)
    array[0] = 7
    assert tensor.tolist() == [7, 1, 1]


@pytest.mark.parametrize("function", [torch.from_numpy, torch.as_tensor, torch.asarray])
def test_negative_strides_raise(function: Any) -> None:
    with pytest.raises(ValueError, match="negative"):
        function(np.ones(3)[::-1])


def test_negative_strides_never_get_through_dlpack() -> None:
    code = "import numpy as np, torch\ntorch.from_dlpack(np.ones(3)[::-1])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert run.returncode != 0


def test_bytes_are_shared_although_they_must_not_change() -> None:
    data = bytes([1, 1, 1])
    torch.frombuffer(data, dtype=torch.uint8).fill_(7)
    assert data == bytes([7, 7, 7])


@pytest.mark.skipif(not NUMPY_2, reason="before NumPy 2, copy=False shares where it can")
def test_no_copy_is_an_error_for_a_tensor() -> None:
    with pytest.raises(ValueError, match="avoid copy"):
        np.array(torch.ones(3), copy=False)


def test_a_view_is_refused_where_it_would_have_to_copy() -> None:
    with pytest.raises(RuntimeError, match="view size is not compatible"):
        torch.ones(3, 2).T.view(-1)


@pytest.mark.parametrize("dtype", [torch.float64, torch.int64, torch.bool])
def test_the_old_constructor_casts_no_tensor(dtype: torch.dtype) -> None:
    tensor = torch.zeros(3, dtype=dtype)
    result = torch.Tensor(tensor)
    tensor.fill_(1)
    assert result.dtype == dtype
    assert result.tolist() == [1, 1, 1]


def test_the_same_object_comes_back() -> None:
    tensor, array = torch.ones(3), np.ones(3)
    assert tensor.to(torch.float32) is tensor.float() is tensor.cpu() is tensor
    assert torch.as_tensor(tensor) is torch.nn.Identity()(tensor) is tensor
    assert np.asarray(array) is array
    assert np.shares_memory(np.flip(array), array)
    assert not np.broadcast_to(array, (2, 3)).flags.writeable


def test_the_columns_of_one_array_are_shared_too() -> None:
    array = np.ones((2, 3), dtype=np.float32)
    column = torch.Tensor(array.T[1])
    array[:] = 7
    assert column.tolist() == [7, 7]


@pytest.mark.parametrize("where", machines.ACCELERATORS)
@pytest.mark.parametrize("way", [lambda t: t.cpu().numpy(), lambda t: t.numpy(force=True)])
def test_what_comes_from_an_accelerator_is_a_copy(where: str, way: Any) -> None:
    with machines.machine(where):
        tensor = torch.ones(3, device="cuda")
        array = way(tensor)
        tensor.fill_(7)
        assert array.tolist() == [1, 1, 1]


@pytest.mark.parametrize("where", machines.ACCELERATORS)
def test_what_goes_to_an_accelerator_is_a_copy(where: str) -> None:
    with machines.machine(where):
        array = np.ones(3)
        tensor = torch.from_numpy(array).to("cuda")
        array[:] = 7
        assert tensor.tolist() == [1, 1, 1]


# The page and its pictures


def test_the_page_and_its_pictures_are_up_to_date() -> None:
    assert sharing_page.stale(sharing_page.DOCS) == []


def test_the_command_writes_what_it_checks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sharing_page, "DOCS", tmp_path / "docs")
    assert sharing_page.main(["--check"]) == 1
    assert "docs/shared-memory.md is stale" in capsys.readouterr().out
    assert sharing_page.main([]) == 0
    assert sharing_page.main(["--check"]) == 0
    (tmp_path / "docs" / "images" / "shared-memory-copy.svg").write_text("x", encoding="utf-8")
    assert sharing_page.stale(tmp_path / "docs") == ["images/shared-memory-copy.svg"]
    assert sharing_page.main([]) == 0
    (tmp_path / "docs" / "images" / "shared-memory-old.svg").write_text("x", encoding="utf-8")
    assert sharing_page.stale(tmp_path / "docs") == ["images/shared-memory-old.svg"]
    assert sharing_page.main([]) == 0
    assert sharing_page.main(["--check"]) == 0


def test_an_unknown_argument_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert sharing_page.main(["--chekc"]) == 2
    assert "usage" in capsys.readouterr().err


def test_every_call_is_on_the_page() -> None:
    page = sharing_page.page()
    assert all(f"| `{fact.call}` | {fact.outcome.value} |" in page for fact in FACTS)


@pytest.mark.parametrize("snippet", re.findall(r"```python\n(.*?)```", sharing_page.page(), re.S))
def test_a_snippet_prints_what_its_comments_say(snippet: str) -> None:
    expected = re.findall(r"^print\(.*\)  # (.*)$", snippet, re.MULTILINE)
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(snippet, {})
    assert expected and output.getvalue().splitlines() == expected
