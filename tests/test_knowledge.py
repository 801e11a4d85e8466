"""The stored tables say what the installed torch and NumPy do, and the accessors read them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from flake8_tensorconv.knowledge import data_files, numpy_functions, torch_modules, torch_operators
from flake8_tensorconv.knowledge.data_files import Memory
from flake8_tensorconv.knowledge.dtypes import Dtype, DtypeRule
from flake8_tensorconv.knowledge.torch_operators import Operator

numpy = pytest.importorskip("numpy")
torch = pytest.importorskip("torch")
pytest.importorskip("expecttest", reason="torch's operator samples import it")

from flake8_tensorconv.verify.tables import __main__ as generator  # noqa: E402
from flake8_tensorconv.verify.tables import (  # noqa: E402 (they import torch)
    exceptions,
    modules,
    numpy_exceptions,
    numpy_tables,
)
from flake8_tensorconv.verify.tables.storing import differences, render  # noqa: E402

GRAD, PLAIN = True, False
SAME, PROMOTE, FLOAT = DtypeRule.SAME, DtypeRule.PROMOTE, DtypeRule.FLOAT
FRESH, VIEW, MAYBE, INPUT = Memory.FRESH, Memory.VIEW, Memory.MAYBE, Memory.INPUT


def installed(name: str) -> bool:
    """Are the installed libraries those that a file was made with?"""
    versions = {"torch": torch.__version__.split("+")[0], "numpy": numpy.__version__}
    return bool(data_files.table(name)["made_with"] == versions)


same_versions = pytest.mark.skipif(
    not all(map(installed, generator.FILES)),
    reason="the tables were made with other versions of torch and NumPy",
)


@same_versions
@pytest.mark.parametrize("name", generator.FILES)
def test_the_installed_libraries_agree_with_the_stored_tables(name: str) -> None:
    stored = (data_files.DATA / f"{name}.json").read_text(encoding="utf-8")
    assert differences(stored, generator.made(name), name) == []


def test_a_changed_entry_is_told_and_a_changed_version_is_not() -> None:
    old = render({"torch": "1"}, {"methods": {"abs": 1, "cos": 2}})
    assert differences(old, render({"torch": "2"}, {"methods": {"cos": 2, "abs": 1}}), "f") == []
    assert differences(old, render({"torch": "1"}, {"methods": {"abs": 1, "cos": 3}}), "f")[
        -2:
    ] == [
        '-"cos": 2',
        '+"cos": 3',
    ]


OUTPUTS: list[tuple[Operator | None, list[tuple[bool, Memory, Dtype]]]] = [
    (torch_operators.function("torch.add"), [(GRAD, FRESH, PROMOTE)]),
    (torch_operators.function("torch.cat"), [(GRAD, FRESH, PROMOTE)]),
    (torch_operators.function("torch.where"), [(GRAD, FRESH, PROMOTE)]),
    (torch_operators.function("torch.relu"), [(GRAD, FRESH, SAME)]),
    (torch_operators.function("torch.nn.functional.relu"), [(GRAD, FRESH, SAME)]),
    (torch_operators.function("torch.nn.functional.one_hot"), [(PLAIN, FRESH, SAME)]),
    (torch_operators.function("torch.nn.functional.embedding"), [(GRAD, FRESH, DtypeRule.SECOND)]),
    (torch_operators.function("torch.linalg.inv"), [(GRAD, FRESH, SAME)]),
    (torch_operators.function("torch.fft.fft"), [(GRAD, FRESH, DtypeRule.COMPLEX)]),
    (torch_operators.function("torch.special.expit"), [(GRAD, FRESH, FLOAT)]),
    (torch_operators.function("torch.reshape"), [(GRAD, MAYBE, SAME)]),
    (torch_operators.function("torch.argmax"), [(PLAIN, FRESH, "int64")]),
    (torch_operators.function("torch.isnan"), [(PLAIN, FRESH, "bool")]),
    (torch_operators.function("torch.quantize_per_tensor"), [(PLAIN, FRESH, "quint8")]),
    (torch_operators.function("torch.nn.init.normal_"), [(GRAD, INPUT, SAME)]),
    (torch_operators.method("view"), [(GRAD, VIEW, SAME)]),
    (torch_operators.method("expand"), [(GRAD, VIEW, SAME)]),
    (torch_operators.method("t"), [(GRAD, VIEW, SAME)]),
    (torch_operators.method("flatten"), [(GRAD, MAYBE, SAME)]),
    (torch_operators.method("reshape"), [(GRAD, MAYBE, SAME)]),
    (torch_operators.method("contiguous"), [(GRAD, MAYBE, SAME)]),
    (torch_operators.method("cpu"), [(GRAD, MAYBE, SAME)]),
    (torch_operators.method("float"), [(GRAD, MAYBE, "float32")]),
    (torch_operators.method("long"), [(PLAIN, MAYBE, "int64")]),
    (torch_operators.method("clone"), [(GRAD, FRESH, SAME)]),
    (torch_operators.method("detach"), [(PLAIN, VIEW, SAME)]),
    (torch_operators.method("detach_"), [(PLAIN, INPUT, SAME)]),
    (torch_operators.method("relu_"), [(GRAD, INPUT, SAME)]),
    (torch_operators.method("copy_"), [(GRAD, INPUT, SAME)]),
    (torch_operators.method("masked_select"), [(GRAD, FRESH, SAME)]),
    (torch_operators.method("eq"), [(PLAIN, FRESH, "bool")]),
    (torch_operators.method("sum"), [(GRAD, FRESH, DtypeRule.SUM)]),
    (torch_operators.method("abs"), [(GRAD, FRESH, DtypeRule.REAL)]),
    (torch_operators.method("div"), [(GRAD, FRESH, FLOAT)]),
    (torch_operators.method("topk"), [(GRAD, FRESH, SAME), (PLAIN, FRESH, "int64")]),
    (torch_operators.method("sort"), [(GRAD, FRESH, SAME), (PLAIN, FRESH, "int64")]),
]


@pytest.mark.parametrize(
    ("operator", "outputs"), OUTPUTS, ids=[o.name if o else "?" for o, _ in OUTPUTS]
)
def test_outputs(operator: Operator | None, outputs: list[tuple[bool, Memory, Dtype]]) -> None:
    assert operator is not None
    assert [(out.grad, out.memory, out.dtype) for out in operator.outputs] == outputs


@pytest.mark.parametrize("name", ["max", "min", "median", "nanmedian"])
def test_a_reduction_with_a_dimension_gives_values_and_plain_indices(name: str) -> None:
    for operator in (torch_operators.function(f"torch.{name}"), torch_operators.method(name)):
        assert operator is not None
        assert len(operator.outputs) == 1 and operator.outputs[0].grad
        assert operator.with_dim is not None
        assert operator.with_dim.fields == ("values", "indices")
        assert [out.grad for out in operator.with_dim.outputs] == [True, False]
        assert operator.with_dim.outputs[1].dtype == "int64"


@pytest.mark.parametrize(
    "name", ["split", "chunk", "unbind", "tensor_split", "meshgrid", "broadcast_tensors"]
)
def test_sequences_of_views(name: str) -> None:
    operator = torch_operators.function(f"torch.{name}")
    assert operator is not None and operator.sequence
    assert operator.outputs[0].memory is VIEW


def test_a_flag_may_ask_for_more_results() -> None:
    pool = torch_operators.function("torch.nn.functional.max_pool2d")
    nonzero = torch_operators.function("torch.nonzero")
    assert pool is not None and pool.with_keyword is not None
    assert [out.grad for out in pool.with_keyword["return_indices"].outputs] == [True, False]
    assert nonzero is not None and nonzero.with_keyword is not None
    assert nonzero.with_keyword["as_tuple"].sequence


@pytest.mark.parametrize(
    ("name", "lowered"),
    [
        ("torch.matmul", True),
        ("torch.nn.functional.linear", True),
        ("torch.nn.functional.conv2d", True),
        ("torch.nn.functional.scaled_dot_product_attention", True),
        ("torch.einsum", True),
        ("torch.baddbmm", True),
        ("torch.mv", True),
        ("torch.add", False),
        ("torch.softmax", False),
        ("torch.nn.functional.layer_norm", False),
    ],
)
def test_what_autocast_lowers(name: str, lowered: bool) -> None:
    operator = torch_operators.function(name)
    assert operator is not None
    assert operator.matmul is lowered


def test_unknown_names_have_no_record() -> None:
    assert torch_operators.function("torch.no_such_function") is None
    assert torch_operators.method("numpy") is None
    assert torch_operators.creation("torch.relu") is None
    assert torch_modules.module("NoSuchModule") is None
    assert numpy_functions.function("numpy.no_such_function") is None
    assert numpy_functions.method("detach") is None


@pytest.mark.parametrize(
    ("name", "dtype"),
    [
        ("torch.zeros", "float32"),
        ("torch.eye", "float32"),
        ("torch.linspace", "float32"),
        ("torch.randint", "int64"),
        ("torch.randperm", "int64"),
        ("torch.arange", PROMOTE),
        ("torch.full", PROMOTE),
        ("torch.tensor", PROMOTE),
        ("torch.zeros_like", SAME),
        ("Tensor.new_ones", SAME),
        ("torch.LongTensor", "int64"),
    ],
)
def test_creations(name: str, dtype: Dtype) -> None:
    creation = torch_operators.creation(name)
    assert creation is not None
    assert creation.dtype == dtype
    assert "device" in creation.keywords


def test_creations_take_the_keywords_that_they_take() -> None:
    takes = {
        name: record.keywords
        for name in ("torch.zeros", "torch.as_tensor", "torch.zeros_like")
        if (record := torch_operators.creation(name)) is not None
    }
    assert "out" in takes["torch.zeros"] and "requires_grad" in takes["torch.zeros"]
    assert "requires_grad" not in takes["torch.as_tensor"]
    assert "out" not in takes["torch.zeros_like"]


def test_methods_that_give_python_values() -> None:
    values = torch_operators.scalar_methods()
    expected = {
        "item": "number",
        "tolist": "list",
        "size": "Size",
        "shape": "Size",
        "dim": "int",
        "numel": "int",
        "is_contiguous": "bool",
        "requires_grad": "bool",
        "backward": "NoneType",
        "dtype": "dtype",
        "device": "device",
        "stride": "tuple",
    }
    assert expected.items() <= values.items()
    assert not set(values) & set(data_files.table("torch_operators")["methods"])


def test_attributes_tell_tensors_from_arrays() -> None:
    assert {"requires_grad", "detach", "numpy"} <= torch_operators.tensor_attributes()
    assert {"astype", "tobytes", "flags"} <= torch_operators.array_only_attributes()
    assert "shape" not in torch_operators.array_only_attributes()


@pytest.mark.parametrize(
    ("name", "parameters", "memory", "result"),
    [
        ("Linear", True, FRESH, "tensor"),
        ("BatchNorm2d", True, FRESH, "tensor"),
        ("Embedding", True, FRESH, "tensor"),
        ("LSTM", True, FRESH, "(tensor, (tensor, tensor))"),
        ("MultiheadAttention", True, FRESH, "(tensor, tensor)"),
        ("ReLU", False, FRESH, "tensor"),
        ("Dropout", False, MAYBE, "tensor"),
        ("Flatten", False, VIEW, "tensor"),
        ("Identity", False, INPUT, "tensor"),
        ("InstanceNorm2d", False, FRESH, "tensor"),
        ("CrossEntropyLoss", False, FRESH, "tensor"),
    ],
)
def test_modules(name: str, parameters: bool, memory: Memory, result: str) -> None:
    module = torch_modules.module(name)
    assert module is not None and not module.container
    assert (module.parameters, module.memory, module.result) == (parameters, memory, result)


def test_containers_are_marked() -> None:
    for name in ("Sequential", "ModuleList", "ModuleDict"):
        module = torch_modules.module(name)
        assert module is not None and module.container


@same_versions
def test_every_module_class_of_torch_has_a_record() -> None:
    classes = {
        name
        for name, value in vars(torch.nn).items()
        if isinstance(value, type) and issubclass(value, torch.nn.Module)
    }
    assert {n for n in classes if torch_modules.module(n) is None} == set(modules.NOT_RUN)


@pytest.mark.parametrize(
    ("name", "converts", "raises_on_grad", "raises_always", "result"),
    [
        ("numpy.asarray", (0,), True, None, "ndarray"),
        ("numpy.array", (0,), True, None, "ndarray"),
        ("numpy.sin", (0,), True, None, "tensor"),
        ("numpy.sort", (0,), True, None, "ndarray"),
        ("numpy.where", (0, 1, 2), True, None, "ndarray"),
        ("numpy.concatenate", (0,), True, None, "ndarray"),
        ("numpy.linalg.norm", (0,), True, None, "scalar"),
        ("numpy.savez", (1, "*"), True, None, "python"),
        ("numpy.save", (1,), True, None, "python"),
        ("numpy.squeeze", (), False, None, "tensor"),
        ("numpy.shape", (), False, None, "Size"),
        ("numpy.mean", (), False, "TypeError", "other"),
        ("numpy.max", (), False, "TypeError", "other"),
        ("numpy.flip", (), False, "ValueError", "other"),
        ("numpy.moveaxis", (), False, "TypeError", "other"),
    ],
)
def test_numpy_functions_of_tensors(
    name: str,
    converts: tuple[int | str, ...],
    raises_on_grad: bool,
    raises_always: str | None,
    result: str,
) -> None:
    function = numpy_functions.function(name)
    assert function is not None
    assert function.converts == converts
    assert function.raises_on_grad is raises_on_grad
    assert function.raises_always == raises_always
    assert function.result == result


@pytest.mark.parametrize(
    ("name", "result", "memory", "dtype"),
    [
        ("numpy.asarray", "ndarray", MAYBE, SAME),
        ("numpy.array", "ndarray", FRESH, SAME),
        ("numpy.ascontiguousarray", "ndarray", MAYBE, SAME),
        ("numpy.squeeze", "ndarray", VIEW, SAME),
        ("numpy.reshape", "ndarray", MAYBE, SAME),
        ("numpy.mean", "scalar", None, FLOAT),
        ("numpy.argmax", "scalar", None, "int64"),
        ("numpy.isnan", "ndarray", FRESH, "bool"),
        ("numpy.add", "ndarray", FRESH, PROMOTE),
        ("numpy.zeros", "ndarray", FRESH, "float64"),
        ("numpy.random.randint", "ndarray", FRESH, "int64"),
    ],
)
def test_numpy_functions_of_arrays(
    name: str, result: str, memory: Memory | None, dtype: Dtype
) -> None:
    function = numpy_functions.function(name)
    assert function is not None
    assert function.result_of_array == result
    assert memory is None or function.memory is memory
    assert function.dtype == dtype


def test_sequences_of_arrays_are_marked() -> None:
    for name in ("concatenate", "stack", "vstack", "hstack", "dstack", "column_stack"):
        function = numpy_functions.function(f"numpy.{name}")
        assert function is not None and function.sequence, name


@same_versions
def test_every_public_callable_of_numpy_is_in_a_table() -> None:
    names = {name for name, _ in numpy_tables.public_names()}
    known = numpy_functions.not_about_arrays()
    assert {n for n in names if numpy_functions.function(n) is None and n not in known} == set()


def test_array_methods() -> None:
    methods = {name: numpy_functions.method(name) for name in ("copy", "reshape", "T", "mean")}
    assert methods["T"] is None
    assert methods["copy"] is not None and methods["copy"].memory is FRESH
    assert methods["reshape"] is not None and methods["reshape"].memory is MAYBE
    assert methods["mean"] is not None and methods["mean"].result == "scalar"


def test_everything_said_by_hand_has_a_reason() -> None:
    corrections = [
        *exceptions.FUNCTIONS.values(),
        *exceptions.METHODS.values(),
        *exceptions.MODULES.values(),
        *numpy_exceptions.CORRECTIONS.values(),
        *numpy_exceptions.METHOD_CORRECTIONS.values(),
    ]
    left_out = [
        *exceptions.UNUSED.values(),
        *exceptions.UNUSED_VARIANTS.values(),
        *modules.NOT_RUN.values(),
        *numpy_exceptions.METHODS_NOT_RUN.values(),
    ]
    reasons = [*(correction.reason for correction in corrections), *left_out]
    assert all(len(reason) > len("a reason") for reason in reasons)
    assert all(correction.change for correction in corrections)


def test_reading_the_tables_imports_neither_library() -> None:
    program = """
import sys
from flake8_tensorconv.knowledge import numpy_functions, torch_modules, torch_operators
assert torch_operators.method("add") and torch_modules.module("Linear")
assert numpy_functions.function("numpy.sort")
print(*sorted({"torch", "numpy", "libcst"} & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
