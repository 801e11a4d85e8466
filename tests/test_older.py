"""What is recorded of older versions: it fits the stored tables, and what an older version does."""

from __future__ import annotations

import functools
import importlib
import json
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from flake8_tensorconv.knowledge import data_files
from flake8_tensorconv.verify.tables import older, older_page
from flake8_tensorconv.verify.tables.older import library, order

KNOWN = data_files.table("older")
NEWEST = older.stored()
ENTRIES = [(*key.split("/", 2), runs) for key, runs in KNOWN["was"].items()]
Table = dict[str, Any]


def newest(file: str) -> str:
    """The version that a stored table was made with."""
    return str(NEWEST[file]["made_with"][library(file)])


def places(kind: str) -> Iterator[tuple[str, str, str, list[str]]]:
    """File, section, version and names of what is `since` or `until` a version."""
    for place, versions in KNOWN[kind].items():
        file, section = place.split("/")
        for version, names in versions.items():
            yield file, section, version, names


def at(file: str, version: str) -> Table:
    """What is recorded of one file, as a comparison with this one older version has it."""
    later: Table = {}
    gone: Table = {}
    for _, section, since, names in (each for each in places("since") if each[0] == file):
        if order(since) > order(version):
            later.setdefault(f"{file}/{section}", {}).setdefault(newest(file), []).extend(names)
    for _, section, until, names in (each for each in places("until") if each[0] == file):
        if order(until) >= order(version):
            gone.setdefault(f"{file}/{section}", {}).setdefault(version, []).extend(names)
    was: Table = {}
    for _, section, name, runs in (entry for entry in ENTRIES if entry[0] == file):
        facts = next((runs[last] for last in runs if order(last) >= order(version)), {})
        absent = name in later.get(f"{file}/{section}", {}).get(newest(file), [])
        if facts and not absent:
            was[f"{file}/{section}/{name}"] = {version: facts}
    for found in (later, gone):
        for versions in found.values():
            for names in versions.values():
                names.sort()
    return {"measured": {library(file): [version]}, "since": later, "until": gone, "was": was}


def installed(file: str) -> str:
    """The installed version of the library that a file is about, if it was measured."""
    module = pytest.importorskip(library(file))
    version = str(module.__version__.partition("+")[0])
    if version not in KNOWN["measured"][library(file)]:
        pytest.skip(f"{library(file)} {version} is no measured older version")
    pytest.importorskip("expecttest", reason="torch's operator samples import it")
    return version


@pytest.mark.parametrize("file", older.FILES)
def test_an_older_version_differs_as_recorded(file: str, tmp_path: Path) -> None:
    version = installed(file)
    generator = importlib.import_module("flake8_tensorconv.verify.tables.__main__")
    done = CliRunner().invoke(generator.main, ["--folder", str(tmp_path), file])
    assert done.exit_code == 0, done.output
    measured = {file: older.collect([tmp_path])[file]}
    assert older.compare(NEWEST, measured) == at(file, version)


#: Whose attributes the names of a section are; the others are dotted.
OWNERS = {
    "torch_modules/modules": "torch.nn",
    "torch_operators/methods": "torch.Tensor",
    "torch_operators/scalar_methods": "torch.Tensor",
    "torch_operators/tensor_attributes": "torch.Tensor",
    "numpy_functions/methods": "numpy.ndarray",
    "numpy_functions/array_attributes": "numpy.ndarray",
}


@pytest.mark.parametrize("file", older.FILES)
def test_names_that_are_newer_are_not_there(file: str) -> None:
    version = installed(file)
    for section, names in at(file, version)["since"].items():
        if section == "torch_operators/one_dtype":  # they refuse two dtypes since
            continue
        for name in names[newest(file)]:
            dotted = f"{OWNERS[section]}.{name}" if section in OWNERS else name
            root, *rest = dotted.split(".")
            owner = importlib.import_module(root)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # NumPy 1 tells what becomes of `numpy.bool`
                found = functools.reduce(lambda each, name: getattr(each, name, None), rest, owner)
            assert found is None, dotted


def test_the_file_is_about_the_stored_tables() -> None:
    assert all(KNOWN["made_with"] == table["made_with"] for table in NEWEST.values())
    for name, versions in KNOWN["measured"].items():
        assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions)
        assert versions == sorted(versions, key=order)
        assert order(versions[-1]) < order(KNOWN["made_with"][name])


def test_the_oldest_measured_versions_are_the_oldest_supported() -> None:
    from flake8_tensorconv.config import DEFAULT_MIN_TORCH

    text = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    extra = re.search(r'^verify = .*"numpy>=([\d.]+)", "torch>=([\d.]+)"', text, re.MULTILINE)
    assert extra is not None
    oldest = {name: order(versions[0])[:2] for name, versions in KNOWN["measured"].items()}
    assert oldest == {"numpy": order(extra[1]), "torch": order(extra[2])}
    assert oldest["torch"] == DEFAULT_MIN_TORCH


def test_names_are_newer_or_gone() -> None:
    for file, section, version, names in places("since"):
        assert version in [*KNOWN["measured"][library(file)][1:], newest(file)]
        assert set(names) - set(NEWEST[file][section]) == set()
    for file, section, version, names in places("until"):
        assert version in KNOWN["measured"][library(file)]
        assert set(names) & set(NEWEST[file][section]) == set()


@pytest.mark.parametrize(("file", "section", "name", "runs"), ENTRIES, ids=list(KNOWN["was"]))
def test_a_recorded_difference_is_one(file: str, section: str, name: str, runs: Table) -> None:
    now = NEWEST[file][section][name]
    versions = list(runs)
    assert set(versions) <= set(KNOWN["measured"][library(file)])
    assert versions == sorted(versions, key=order)
    assert any(runs.values())
    for facts in runs.values():
        if isinstance(facts, str):  # the whole entry is one word
            assert facts != now
        else:
            assert all(now.get(fact) != then for fact, then in facts.items())


def test_every_exception_is_about_an_entry_that_is_there() -> None:
    for key, reason in older.NOT_NEWER.items():
        file, section, name = key.split("/", 2)
        assert name in NEWEST[file][section]
        assert len(reason) > len("a reason")


# Comparing.


def tables(version: str, **entries: Any) -> Table:
    return {"made_with": {"torch": version}, "functions": entries}


def compared(*versions: Table) -> Table:
    """The comparison of tables of a file, oldest first."""
    *before, last = versions
    measured = {table["made_with"]["torch"]: {"functions": table["functions"]} for table in before}
    return older.compare({"torch_operators": last}, {"torch_operators": measured})


def test_a_name_that_comes_and_one_that_goes() -> None:
    found = compared(tables("2.9.0", old={}), tables("2.10.0", old={}, new={}), tables("3", new={}))
    assert found["measured"] == {"torch": ["2.9.0", "2.10.0"]}
    assert found["since"] == {"torch_operators/functions": {"2.10.0": ["new"]}}
    assert found["until"] == {"torch_operators/functions": {"2.10.0": ["old"]}}
    assert found["was"] == {}


def test_facts_stand_before_the_last_version_that_had_them() -> None:
    found = compared(
        tables("1", f={"a": 1, "b": 1}),
        tables("2", f={"a": 1, "b": 1}),
        tables("3", f={"b": 1, "c": 1}),
        tables("4", f={"a": 2, "b": 1}),
    )
    assert found["was"] == {
        "torch_operators/functions/f": {"2": {"a": 1}, "3": {"a": None, "c": 1}}
    }


def test_facts_that_came_back_are_told() -> None:
    found = compared(tables("1", f={"a": 2}), tables("2", f={"a": 1}), tables("3", f={"a": 2}))
    assert found["was"] == {"torch_operators/functions/f": {"1": {}, "2": {"a": 1}}}


def test_parameters_that_are_not_told_are_no_difference() -> None:
    assert older.difference({"keywords": ["a"]}, {}) == {}
    assert older.difference({}, {"keywords": ["a"]}) == {"keywords": ["a"]}
    assert older.difference("int", "bool") == "bool"
    positions = {"dtype_at": 1, "dtype_with": {"weights": 1}}
    assert older.difference(positions, {"dtype_with": {"weights": -1}}) == {}
    assert older.difference(positions, {"dtype_at": 2}) == {"dtype_at": 2, "dtype_with": None}


def test_two_measurements_of_a_version_have_to_agree(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        folder.mkdir()
        made = {"made_with": {"torch": "2.2.2"}, "modules": {folder.name: {}}}
        (folder / "torch_modules.json").write_text(json.dumps(made))
    with pytest.raises(Exception, match=r"torch_modules\.json differs from another one of 2\.2\.2"):
        older.collect(folders)
    assert older.collect(folders[:1])["torch_modules"] == {"2.2.2": {"modules": {"one": {}}}}


# The page.


def test_the_page_is_up_to_date() -> None:
    text = older_page.PAGE.read_text(encoding="utf-8")
    assert older_page.page(text) == text


def test_a_stale_page_is_noticed_and_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = older_page.PAGE.read_text(encoding="utf-8")
    monkeypatch.setattr(older_page, "PAGE", tmp_path / "versions.md")
    older_page.PAGE.write_text(text.replace("`numpy.fft.fft`", "`numpy.fft.gone`"))
    assert older_page.main(["--check"]) == 1
    assert "docs/versions.md is stale" in capsys.readouterr().out
    assert older_page.main([]) == 0
    assert older_page.PAGE.read_text(encoding="utf-8") == text
    assert older_page.main(["--check"]) == 0
    assert older_page.main(["--chekc"]) == 2


def test_the_page_names_all_measured_versions() -> None:
    text = older_page.PAGE.read_text(encoding="utf-8")
    for name, versions in KNOWN["measured"].items():
        assert f"| {', '.join([*versions, KNOWN['made_with'][name]])} |" in text
