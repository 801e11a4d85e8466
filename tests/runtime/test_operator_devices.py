"""The simulated accelerator and torch's own stand-in for CUDA agree on every operator of op_db.

Where the two differ, the reason is written down.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("expecttest", reason="torch's operator samples import it")

pytestmark = pytest.mark.skipif(
    torch.__version__.split("+")[0] != "2.13.0", reason="the differences are those of torch 2.13"
)

NUMBERS = "a number in host memory joins here; the stand-in refuses it"
TYPES = "CUDA compares the types of the operands; the stand-in does not"
COPIES = "copies between devices inside, which the simulation refuses"
DIFFERENT = {
    **dict.fromkeys((f"nn.functional.conv{n}d" for n in (1, 2, 3)), TYPES),
    **dict.fromkeys((f"nn.functional.conv_transpose{n}d" for n in (1, 2, 3)), TYPES),
    "native_dropout_backward": TYPES,
    "_unsafe_masked_index_put_accumulate": TYPES,
    "diagonal_scatter": COPIES,
    "slice_scatter": COPIES,
    "nn.functional.multi_margin_loss": NUMBERS,
    "nn.functional.multilabel_margin_loss": NUMBERS,
    "nextafter": NUMBERS,
    "index_copy": NUMBERS,
    "index_add": NUMBERS,
    "_segment_reduce": NUMBERS,
    "nn.functional.linear_cross_entropy": "asks for memory of the CUDA backend by name",
    "linalg.matrix_rank": "the rank of nothing is made without looking at the operand",
}


def test_devices_of_results_and_refusals_are_those_of_cuda() -> None:
    script = Path(__file__).with_name("cuda_stand_in.py")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["compared"] > 2_000
    assert set(found["different"]) == set(DIFFERENT)
