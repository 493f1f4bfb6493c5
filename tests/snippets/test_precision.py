"""What the lab on mixed precision claims of torch, on values small enough to work out by hand."""

import pytest
import torch
from torch import nn

DEVICE = "cpu"


def one_step(factor, gradient):
    """A weight at 0, a step of SGD in float16 with the loss times `factor`."""
    weight = nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([weight], lr=1.0)
    scaler = torch.amp.GradScaler(DEVICE, init_scale=factor)
    x = torch.tensor([gradient], dtype=torch.float16)
    loss = (weight.to(torch.float16) * x).sum()
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    scaler.step(optimizer)
    scaler.update()
    return weight.item(), scaler.get_scale()


def test_a_scaled_step_is_the_plain_step():
    assert one_step(factor=2.0**10, gradient=0.5) == (-0.5, 2.0**10)


def test_an_overflow_skips_the_step_and_halves_the_factor():
    """0.5 times 2 to the 18 is beyond 65,504, the largest number of float16."""
    assert one_step(factor=2.0**18, gradient=0.5) == (0.0, 2.0**17)


def test_the_factor_doubles_after_so_many_good_steps():
    weight = nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([weight], lr=1.0)
    scaler = torch.amp.GradScaler(DEVICE, init_scale=8.0, growth_interval=3)
    factors = []
    for _ in range(7):
        optimizer.zero_grad()
        scaler.scale((weight * 0.1).sum()).backward()
        scaler.step(optimizer)
        scaler.update()
        factors.append(scaler.get_scale())
    assert factors == [8, 8, 16, 16, 16, 32, 32]


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_autocast_keeps_weights_and_gradients_in_float32(dtype):
    layer = nn.Linear(4, 3)
    with torch.autocast(DEVICE, dtype):
        out = layer(torch.ones(2, 4))
    out.sum().backward()
    assert out.dtype == dtype
    assert layer.weight.dtype == layer.weight.grad.dtype == torch.float32
    torch.testing.assert_close(layer.weight.grad, torch.full((3, 4), 2.0))


def test_a_disabled_scaler_does_nothing():
    scaler = torch.amp.GradScaler(DEVICE, enabled=False)
    loss = torch.tensor(0.3)
    assert scaler.scale(loss) is loss
    assert scaler.state_dict() == {}


def test_clipping_before_unscaling_leaves_next_to_nothing():
    weight = nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([weight], lr=1.0)
    scaler = torch.amp.GradScaler(DEVICE, init_scale=2.0**16)
    scaler.scale((weight * 3).sum()).backward()
    nn.utils.clip_grad_norm_([weight], 1.0)
    scaler.unscale_(optimizer)
    torch.testing.assert_close(weight.grad, torch.tensor([2.0**-16]), rtol=1e-5, atol=0)
