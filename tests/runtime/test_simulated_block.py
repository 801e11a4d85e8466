"""What the context manager and the command of the simulated accelerator promise."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from machines import NEEDS_CPU, TWO_DEVICES, assert_ends

from flake8_tensorconv.verify.simulated import accelerator


def state_of_torch() -> dict[str, dict[str, object]]:
    owners = (
        torch,
        torch.Tensor,
        torch.UntypedStorage,
        torch.autocast,
        torch.cuda,
        getattr(torch, "accelerator", torch),  # since 2.6
        torch.serialization,
        torch.backends.cudnn,
    )
    return {str(owner): dict(vars(owner)) for owner in owners}


@pytest.mark.parametrize("failing", [False, True])
def test_leaves_nothing_behind(failing: bool) -> None:
    before = state_of_torch()
    kept = None
    try:
        with accelerator():
            kept = torch.ones(3, device="cuda")
            if failing:
                raise ValueError
    except ValueError:
        pass
    assert state_of_torch() == before
    assert kept is not None
    assert str(kept.device) == "cpu"
    assert kept.numpy().tolist() == [1.0, 1.0, 1.0]
    assert not torch._C._len_torch_function_stack()
    assert not torch._C._len_torch_dispatch_stack()


def test_can_be_entered_again_but_not_nested() -> None:
    for _ in range(2):
        with accelerator(), pytest.raises(RuntimeError, match="already running"), accelerator():
            pass


def test_can_have_several_devices() -> None:
    with accelerator(count=2):
        assert torch.cuda.device_count() == 2
        first, second = torch.ones(2, device="cuda"), torch.ones(2, device="cuda:1")
        assert_ends(lambda: first + second, TWO_DEVICES)
        assert_ends(second.numpy, NEEDS_CPU.replace("cuda:0", "cuda:1"))
        assert (first + second.to(first.device)).tolist() == [2.0, 2.0]


def test_memory_of_freed_tensors_is_forgotten() -> None:
    with accelerator():
        for _ in range(3000):
            torch.ones(8, device="cuda")
        assert all(not torch.ones(8).is_cuda for _ in range(3000))


def test_runs_a_program_from_the_command_line(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import sys, torch\n"
        "print(sys.argv[1], torch.ones(2).cuda().device)\n"
        "torch.ones(2).cuda().numpy()\n"
    )
    command = [sys.executable, "-m", "flake8_tensorconv.verify.simulated", program, "one"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == "one cuda:0\n"
    assert done.stderr.splitlines()[-1].startswith(NEEDS_CPU)
    assert "line 3, in <module>" in done.stderr
