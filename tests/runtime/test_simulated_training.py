"""Autograd, modules and training on the simulated accelerator, and on CUDA where there is one."""

from __future__ import annotations

import copy
import io
from collections.abc import Iterator

import machines
import pytest
import torch
from machines import NEEDS_CPU, assert_ends
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


@pytest.fixture(params=machines.ACCELERATORS, autouse=True)
def _machine(request: pytest.FixtureRequest) -> Iterator[None]:
    with machines.machine(request.param):
        torch.manual_seed(0)
        yield


def test_gradients_are_where_their_tensors_are() -> None:
    leaf = torch.ones(3, requires_grad=True)
    weight = torch.ones(3, device="cuda", requires_grad=True)
    loss = (leaf.cuda() * weight).sum() + leaf.sum().to("cuda")
    loss.backward()
    assert leaf.grad is not None
    assert weight.grad is not None
    assert leaf.grad.numpy().tolist() == [2.0, 2.0, 2.0]
    assert weight.grad.is_cuda
    assert_ends(weight.grad.numpy, NEEDS_CPU)


def test_gradients_made_inside_torch_join_the_device() -> None:
    table = torch.rand(4, 3, device="cuda", requires_grad=True)
    rows = torch.tensor([0, 2], device="cuda")
    picked = table[rows].gather(1, rows.view(2, 1)).sum() + table[1, 2] + table.diagonal().sum()
    (picked + table.max(1).values.sum() + table.sort().values[0, 0]).backward()
    assert table.grad is not None
    assert table.grad.is_cuda


@pytest.mark.parametrize("optimizer", [torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW])
def test_a_training_loop(optimizer: type[torch.optim.Optimizer]) -> None:
    model = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.BatchNorm1d(8), nn.Linear(8, 1))
    steps = optimizer(model.parameters(), lr=0.01)  # before the move: parameters keep identity
    model.to("cuda")
    data = torch.rand(32, 2)
    loader = DataLoader(TensorDataset(data, data.sum(1)), batch_size=8, pin_memory=True)
    losses = []
    for _ in range(5):
        for inputs, targets in loader:
            assert not inputs.is_cuda
            device = next(model.parameters()).device
            loss = (model(inputs.to(device)).squeeze(1) - targets.to(device)).pow(2).mean()
            steps.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            steps.step()
            losses.append(loss.item())
    assert losses[-1] < losses[0]
    assert_ends(loss.detach().numpy, NEEDS_CPU)


def test_grad_modes() -> None:
    x = torch.ones(3, device="cuda", requires_grad=True)
    with torch.no_grad():
        assert_ends((x * 2).numpy, NEEDS_CPU)
        assert (x * 2).cpu().numpy().tolist() == [2.0, 2.0, 2.0]
        assert x.cpu().numpy().tolist() == [1.0, 1.0, 1.0]
    with torch.inference_mode():
        output = nn.Linear(3, 2).cuda()(x)
        assert_ends(output.numpy, NEEDS_CPU)
        assert output.cpu().numpy().shape == (2,)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_autocast(dtype: torch.dtype) -> None:
    x = torch.rand(4, 3, device="cuda")
    with torch.autocast("cuda", dtype=dtype):
        output = nn.Linear(3, 2).cuda()(x)
        probabilities = output.softmax(-1)
    assert (output.dtype, probabilities.dtype) == (dtype, torch.float32)
    assert probabilities.is_cuda
    assert nn.Linear(3, 2).cuda()(x).dtype == torch.float32


@pytest.mark.skipif(not hasattr(torch.amp, "GradScaler"), reason="torch.amp has none before 2.3")
def test_gradient_scaling() -> None:
    model = nn.Linear(3, 1).cuda()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    scaler = torch.amp.GradScaler("cuda")
    before = model.weight.detach().clone()
    scaler.scale(model(torch.ones(2, 3, device="cuda")).sum()).backward()
    scaler.step(optimizer)
    scaler.update()
    assert not torch.equal(before, model.weight)


def test_modules_move_in_place_and_their_state_follows() -> None:
    model = nn.BatchNorm1d(3)
    weight = model.weight
    model(torch.rand(4, 3)).sum().backward()
    assert model.cuda() is model
    assert model.weight is weight
    assert weight.grad is not None
    assert weight.is_cuda
    assert weight.grad.is_cuda
    assert all(value.is_cuda for value in model.state_dict().values())
    assert all(value.is_cuda for value in copy.deepcopy(model).state_dict().values())


def test_saving_and_loading() -> None:
    file = io.BytesIO()
    torch.save(nn.Linear(2, 2).cuda().state_dict(), file)
    places = {}
    for target in (None, "cpu", "cuda"):
        file.seek(0)
        places[target] = {str(v.device) for v in torch.load(file, map_location=target).values()}
    assert places == {None: {"cuda:0"}, "cpu": {"cpu"}, "cuda": {"cuda:0"}}


def test_default_devices() -> None:
    with torch.device("cuda"):
        assert nn.Linear(2, 2).weight.is_cuda
        assert torch.tensor([1.0]).is_cuda
    assert not torch.ones(1).is_cuda
    try:
        torch.set_default_device("cuda")
        assert torch.ones(1).is_cuda
        assert torch.tensor([1.0]).is_cuda
        assert torch.as_tensor([1.0]).is_cuda
    finally:
        torch.set_default_device(None)
    assert not torch.tensor([1.0]).is_cuda


def test_what_programs_ask_before_they_choose_a_device() -> None:
    assert torch.cuda.is_available()
    assert torch.cuda.device_count() >= 1
    assert torch.cuda.current_device() == 0
    assert isinstance(torch.cuda.get_device_name(0), str)
    torch.cuda.synchronize()
    torch.cuda.empty_cache()
    torch.cuda.manual_seed_all(0)
