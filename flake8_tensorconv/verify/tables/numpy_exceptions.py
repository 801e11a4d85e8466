"""What is said of NumPy by hand, each with its reason."""

from __future__ import annotations

from flake8_tensorconv.verify.tables.exceptions import Correction

_NAMES = {
    "of dtypes and scalars": """
        bytes_ can_cast character complexfloating datetime64 datetime_as_string datetime_data
        dtype finfo flexible floating generic iinfo inexact integer isdtype isnat issubdtype
        mintypecode number object_ promote_types signedinteger str_ timedelta64 typename
        unsignedinteger void
    """,
    "of texts and settings": """
        base_repr binary_repr errstate format_float_positional format_float_scientific
        get_include get_printoptions getbufsize geterr geterrcall info printoptions
        set_printoptions setbufsize seterr seterrcall show_config show_runtime
    """,
    "of dates": """
        busday_count busday_offset busdaycalendar is_busday
    """,
    "of shapes and functions": """
        bmat broadcast_shapes flatiter frompyfunc ndenumerate ndindex nditer nested_iters
        recarray record ufunc vectorize
    """,
    "of tests": """
        test fft.test linalg.LinAlgError linalg.test random.test
    """,
    "of random states": """
        random.BitGenerator random.Generator random.MT19937 random.PCG64 random.PCG64DXSM
        random.Philox random.RandomState random.SFC64 random.SeedSequence random.bytes
        random.default_rng random.get_bit_generator random.get_state random.seed
        random.set_bit_generator random.set_state
    """,
}
#: Public callables that neither read arrays nor make them.
NOT_ABOUT_ARRAYS = frozenset(f"numpy.{name}" for names in _NAMES.values() for name in names.split())

_FROM_FILE = "reads a file; the file says which dtype"
_COMPLEX = "complex where the eigenvalues are, which is up to the numbers"
_COPY = "copies only where dtype or order ask for it"


def _from_text(name: str) -> Correction:
    return Correction(
        f"{name} gives float64 unless a dtype is given",
        {
            "creates": True,
            "result_of_array": "ndarray",
            "memory": "fresh",
            "dtype": "float64",
            "dtype_at": 1,
        },
    )


CORRECTIONS: dict[str, Correction] = (
    {
        name: Correction(
            _FROM_FILE,
            {"creates": True, "result_of_array": "ndarray", "memory": "fresh", "dtype": "unknown"},
        )
        for name in ("numpy.load", "numpy.fromregex")
    }
    | {
        "numpy.memmap": Correction(
            _FROM_FILE,
            {
                "creates": True,
                "result_of_array": "ndarray",
                "memory": "fresh",
                "dtype": "unknown",
                "dtype_at": 1,
            },
        )
    }
    | {
        name: Correction(_COMPLEX, {"dtype": "unknown"})
        for name in ("numpy.linalg.eig", "numpy.linalg.eigvals", "numpy.roots")
    }
    | {
        "numpy.fromfile": _from_text("fromfile"),
        "numpy.fromstring": _from_text("fromstring"),
        "numpy.arange": Correction(
            "takes a dtype by position though it hides that", {"dtype_at": 3}
        ),
        "numpy.bincount": Correction("counts, whatever the integers are", {"dtype": "int64"}),
        "numpy.random.binomial": Correction("counts, whatever p is", {"dtype": "int64"}),
        "numpy.asarray": Correction(_COPY, {"memory": "maybe"}),
        "numpy.asanyarray": Correction(_COPY, {"memory": "maybe"}),
    }
)
#: Creators that are not run, as there is no file to read.
READS_FILE = frozenset(
    {"numpy.load", "numpy.memmap", "numpy.fromregex", "numpy.fromfile", "numpy.fromstring"}
)

#: Methods that are not called: they write files.
METHODS_NOT_RUN: dict[str, str] = {
    "dump": "writes a file",
    "tofile": "writes a file",
}

METHOD_CORRECTIONS: dict[str, Correction] = {
    "astype": Correction("the argument says which dtype", {"dtype": "unknown"}),
    "searchsorted": Correction(
        "needs a sorted vector, which the sample is not",
        {"result": "ndarray", "memory": "fresh", "dtype": "int64"},
    ),
    "view": Correction("an argument may give another dtype", {"dtype": "unknown"}),
}
