"""Asks other libraries which of their arguments they read through `Tensor.__array__`.

`python -m flake8_tensorconv.verify.tables.consumers` writes consumers.json anew, `--check` compares
it with the installed libraries. Needs torch and the libraries of `consumer_samples.LIBRARIES`.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import inspect
import io
import itertools
import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import click
import numpy as np
import torch

from flake8_tensorconv.knowledge.data_files import DATA
from flake8_tensorconv.verify.tables.consumer_samples import LIBRARIES, Target, targets
from flake8_tensorconv.verify.tables.storing import differences, render

Record = dict[str, Any]
Key = int | str

_NEEDS_DETACH = "Can't call numpy() on Tensor that requires grad"
_OFF_CPU = "can't convert an accelerator's tensor to numpy"
_TRIES = 60
_SECONDS = 3
_PARAMETER = inspect.Parameter


class _OffCpu(torch.Tensor):
    """Refuses to become an array as a tensor on an accelerator does: for samples of integers, which
    cannot require grad."""

    def __array__(self, *args: Any, **keywords: Any) -> Any:
        raise TypeError(_OFF_CPU)

    def numpy(self, *args: Any, **keywords: Any) -> Any:
        raise TypeError(_OFF_CPU)


@dataclass(frozen=True)
class Call:
    """A callable with sample arguments; every call starts from a fresh callable."""

    make: Callable[[], Callable[..., Any]]
    positional: tuple[Any, ...]
    keywords: Mapping[str, Any]

    def arrays(self) -> list[Key]:
        """Where arrays are."""
        given: list[tuple[Key, Any]] = [*enumerate(self.positional), *self.keywords.items()]
        return [key for key, sample in given if _replaced(sample, torch.from_numpy) is not None]

    def at(self, key: Key) -> Any:
        """One argument."""
        return self.positional[key] if isinstance(key, int) else self.keywords[key]

    def put(self, key: Key, argument: Any) -> Call:
        """The call with another argument."""
        if isinstance(key, str):
            return Call(self.make, self.positional, {**self.keywords, key: argument})
        positional = (*self.positional[:key], argument, *self.positional[key + 1 :])
        return Call(self.make, positional, self.keywords)

    def error(self) -> BaseException | None:
        """What the call raises."""
        try:
            with _bounded():
                self.make()(*self.positional, **self.keywords)
        except (Exception, SystemExit) as error:
            return error
        return None


class _TooLong(Exception):
    pass


@contextlib.contextmanager
def _bounded() -> Iterator[None]:
    """No output, no warnings, no figures left, and not for long."""

    def stop(*_: Any) -> None:
        raise _TooLong

    previous = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, _SECONDS)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is not None:
            pyplot.close("all")


def _replaced(sample: Any, convert: Callable[[Any], Any]) -> Any:
    """The sample with its array converted; None if it has none."""
    if isinstance(sample, np.ndarray):
        return convert(sample.copy())
    if isinstance(sample, dict):
        return {name: convert(value.copy()) for name, value in sample.items()}
    return None


def _grad(array: Any) -> Any:
    return torch.from_numpy(array).requires_grad_()


def _off_cpu(array: Any) -> Any:
    return torch.from_numpy(array).as_subclass(_OffCpu)


def _said(error: BaseException | None, text: str) -> bool:
    """Does the error, or one that led to it, say this?"""
    while error is not None:
        if text in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _signature(function: Callable[..., Any]) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return []


def _calls(target: Target) -> Iterator[Call]:
    """Calls that may suit the target."""
    if target.arguments is not None:
        yield Call(target.make, target.arguments, {})
        return
    function = target.make()
    required: list[str] = []
    if isinstance(function, np.ufunc):
        choices = [target.choices("", first) for first in (True, *[False] * (function.nin - 1))]
    else:
        parameters = _signature(function)
        required = [
            p.name
            for p in parameters
            if p.kind in (_PARAMETER.POSITIONAL_ONLY, _PARAMETER.POSITIONAL_OR_KEYWORD)
            and p.default is _PARAMETER.empty
        ]
        choices = [target.choices(name, place == 0) for place, name in enumerate(required)]
        if any(p.kind is _PARAMETER.VAR_POSITIONAL for p in parameters) and not choices:
            choices = [target.choices("", True)] * 2
    optional = [p.name for p in _signature(function) if p.name in target.optional]
    further: list[dict[str, Any]] = [{name: target.optional[name]} for name in optional]
    for keywords in [{}, *further]:
        for arguments in itertools.islice(itertools.product(*choices), _TRIES):
            if not set(keywords) & set(required[: len(arguments)]):
                yield Call(target.make, arguments, keywords)


def _working(target: Target) -> Iterator[Call]:
    """A call that works with arrays, and the same with each further array that it takes."""
    base = next((call for call in _calls(target) if call.arrays() and call.error() is None), None)
    if base is None:
        return
    yield base
    parameters = _signature(target.make())
    for parameter in parameters[len(base.positional) :]:
        if parameter.name in target.optional and parameter.kind is not _PARAMETER.VAR_KEYWORD:
            further = {parameter.name: target.optional[parameter.name]}
            wider = Call(base.make, base.positional, {**base.keywords, **further})
            if parameter.name not in base.keywords and wider.error() is None:
                yield wider


def _verdict(call: Call, key: Key) -> str | None:
    """ "reads" through `__array__`, the exception that every tensor raises, or None."""
    sample = call.at(key)
    plain = call.put(key, _replaced(sample, torch.from_numpy))
    error = plain.error()
    if error is not None:
        # A tensor and an array side by side may be refused where two tensors are not.
        for other in call.arrays():
            call = call.put(other, _replaced(call.at(other), torch.from_numpy))
        if call.error() is not None:
            return type(error).__name__
    refused, text = _refusing(sample)
    return "reads" if _said(call.put(key, _replaced(sample, refused)).error(), text) else None


def _refusing(sample: Any) -> tuple[Callable[[Any], Any], str]:
    """How to make a tensor that cannot become an array, and what it says when asked to."""
    array = next(iter(sample.values())) if isinstance(sample, dict) else sample
    return (_grad, _NEEDS_DETACH) if array.dtype.kind == "f" else (_off_cpu, _OFF_CPU)


def _reads_elements(call: Call, key: Key) -> bool:
    """Does a list of such tensors raise too?"""
    refused, text = _refusing(call.at(key))
    rows = _replaced(call.at(key), lambda array: list(refused(np.atleast_1d(array))))
    return _said(call.put(key, rows).error(), text)


def measured(target: Target) -> Record | str | None:
    """What a target does with tensors: a record of the arguments it reads, the exception that it
    raises for every tensor, or None if it reads none (or no sample suits it)."""
    try:
        parameters = _signature(target.make())
    except (TypeError, AttributeError):  # wants more to be made, or lacks the method unless told
        return None
    variadic = any(p.kind is _PARAMETER.VAR_POSITIONAL for p in parameters)
    places: set[int] = set()
    names: set[str] = set()
    elements = True
    refused: list[str] = []
    for tried, call in enumerate(_working(target)):
        for key in call.arrays() if tried == 0 else list(call.keywords):
            verdict = _verdict(call, key)
            if verdict == "reads":
                _note(parameters, key, places, names)
                elements = elements and _reads_elements(call, key)
            elif verdict is not None:
                refused.append(verdict)
    if not places and not names:
        return refused[0] if refused else None
    record: Record = {"positions": "*" if variadic and places else sorted(places)}
    if names:
        record["keywords"] = sorted(names)
    if not elements:
        record["elements"] = False
    return record


def _note(parameters: list[inspect.Parameter], key: Key, places: set[int], names: set[str]) -> None:
    """Note both ways to give the argument."""
    if isinstance(key, int):
        places.add(key)
        parameter = parameters[key] if key < len(parameters) else None
    else:
        names.add(key)
        place = [p.name for p in parameters].index(key)
        parameter = parameters[place]
        if parameter.kind is _PARAMETER.POSITIONAL_OR_KEYWORD:
            places.add(place)
    if parameter is not None and parameter.kind is _PARAMETER.POSITIONAL_OR_KEYWORD:
        names.add(parameter.name)


def table(library: str = "") -> dict[str, Any]:
    """The content of consumers.json.

    Args:
        library: the name of the only one to ask, as it is imported; all by default.
    """
    functions: dict[str, Record] = {}
    refusing: dict[str, str] = {}
    for target in targets(library):
        found = measured(target)
        if isinstance(found, str):
            refusing[target.name] = found
        elif found is not None:
            functions[target.name] = found
    return {"functions": functions, "raise_for_every_tensor": refusing}


def versions() -> dict[str, str]:
    """The installed versions of what is asked."""
    names = ("torch", "numpy", *LIBRARIES)
    return {name: importlib.metadata.version(name).split("+")[0] for name in names}


def made() -> str:
    """The text of consumers.json as the installed libraries have it."""
    return render(versions(), table())


@click.command()
@click.option("--check", is_flag=True, help="Compare only; exit 1 and print what differs.")
def main(check: bool) -> None:
    """Make consumers.json anew from the installed libraries."""
    path, text = DATA / "consumers.json", made()
    if not check:
        path.write_text(text, encoding="utf-8")
        click.echo(f"{path.name}: {text.count(chr(10))} lines")
        return
    found = differences(path.read_text(encoding="utf-8"), text, path.name)
    click.echo("\n".join(found))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
