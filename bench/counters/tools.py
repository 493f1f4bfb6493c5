"""How each counter is called.

Every function takes a network and whether there is a backward pass, and returns what the counter
says. The forward pass alone is that of inference (`eval()`, no gradients); with the backward pass
it is training, and the input needs a gradient, as inside a larger network.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from calflops import calculate_flops
from fvcore.nn import FlopCountAnalysis
from ptflops import get_model_complexity_info
from thop import profile
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode
from torchinfo import summary

from counters.networks import Network
from gpuguide.step.trace import Recipe, trace_step


@dataclass(frozen=True)
class Counter:
    """A way to count.

    Attributes:
        package: whose it is.
        unit: FLOPs in one of what it counts: 2 if it counts multiply-adds.
        backward: whether it counts the backward pass.
        count: network, whether with the backward pass → what it says.
    """

    package: str
    unit: int
    backward: bool
    count: Callable[[Network, bool], float]


def _sum(output: Any) -> Tensor:
    return (output[0] if isinstance(output, tuple) else output).sum()  # an LSTM's is a tuple


def _torch(device: str) -> Callable[[Network, bool], float]:
    def count(network: Network, backward: bool) -> float:
        model = network.build().to(device).train(backward)
        x = torch.zeros(network.input, device=device, requires_grad=backward)
        with FlopCounterMode(display=False) as counter, torch.set_grad_enabled(backward):
            loss = _sum(model(x))
            if backward:
                loss.backward()
        return counter.get_total_flops()

    return count


def _fvcore(network: Network, backward: bool) -> float:
    return FlopCountAnalysis(network.build().eval(), torch.zeros(network.input)).total()


def _ptflops(backend: str) -> Callable[[Network, bool], float]:
    def count(network: Network, backward: bool) -> float:
        batch, *rest = network.input  # it makes a batch of one itself
        macs, _ = get_model_complexity_info(
            network.build().eval(), tuple(rest), as_strings=False, print_per_layer_stat=False,
            backend=backend,
        )  # fmt: skip
        return batch * macs

    return count


def _thop(network: Network, backward: bool) -> float:
    return profile(network.build().eval(), (torch.zeros(network.input),), verbose=False)[0]


def _calflops(which: int) -> Callable[[Network, bool], float]:
    def count(network: Network, backward: bool) -> float:
        return calculate_flops(
            network.build().eval(), args=[torch.zeros(network.input)], print_results=False,
            output_as_string=False, include_backPropagation=backward,
        )[which]  # fmt: skip

    return count


def _torchinfo(network: Network, backward: bool) -> float:
    return summary(
        network.build(), input_data=torch.zeros(network.input), verbose=0
    ).total_mult_adds


def _gpuguide(network: Network, backward: bool) -> float:
    x = torch.zeros(network.input, requires_grad=backward)
    return trace_step(network.build(), x, Recipe(training=backward, loss=_sum)).flops()


COUNTERS = {
    "torch (CPU)": Counter("torch", 1, True, _torch("cpu")),
    "torch (meta)": Counter("torch", 1, True, _torch("meta")),
    "fvcore": Counter("fvcore", 2, False, _fvcore),
    "ptflops (pytorch)": Counter("ptflops", 2, False, _ptflops("pytorch")),
    "ptflops (aten)": Counter("ptflops", 2, False, _ptflops("aten")),
    "thop": Counter("thop", 2, False, _thop),
    "calflops (FLOPs)": Counter("calflops", 1, True, _calflops(0)),
    "calflops (MACs)": Counter("calflops", 2, True, _calflops(1)),
    "torchinfo": Counter("torchinfo", 2, False, _torchinfo),
    "gpuguide": Counter("gpuguide", 1, True, _gpuguide),
}
"""Name → counter."""
