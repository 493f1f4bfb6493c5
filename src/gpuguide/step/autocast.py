"""What `torch.autocast("cuda")` would cast, without a GPU.

torch switches autocast for CUDA off where there is no CUDA, and has none for `meta`. The lists are
those of the pinned torch 2.13, `ATen/autocast_mode.h` (AT_FORALL_LOWER_PRECISION_FP,
AT_FORALL_FP32, AT_FORALL_FP32_SET_OPT_DTYPE, AT_FORALL_PROMOTE).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.utils._pytree import tree_map


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


LOWER = _names(
    """conv1d conv2d conv3d conv_tbc conv_transpose1d conv_transpose2d conv_transpose3d convolution
    prelu addmm addmv addr matmul __matmul__ __rmatmul__ einsum mm mv linalg_vecdot linear addbmm
    baddbmm bmm chain_matmul linalg_multi_dot lstm_cell gru_cell rnn_tanh_cell rnn_relu_cell
    scaled_dot_product_attention"""
)
"""Computed in the low precision."""

FLOAT32 = _names(
    """acos asin cosh erfinv exp expm1 log log10 log2 log1p reciprocal rsqrt sinh tan pow __pow__
    __rpow__ softplus layer_norm rms_norm group_norm cosine_similarity poisson_nll_loss
    cosine_embedding_loss nll_loss nll_loss_nd hinge_embedding_loss kl_div l1_loss smooth_l1_loss
    huber_loss mse_loss margin_ranking_loss multilabel_margin_loss soft_margin_loss
    triplet_margin_loss multi_margin_loss binary_cross_entropy_with_logits dist pdist cdist renorm
    logsumexp upsample_nearest1d upsample_nearest2d upsample_nearest3d upsample_linear1d
    upsample_bilinear2d upsample_trilinear3d upsample_bicubic2d norm
    cross_entropy_loss"""
)
"""Computed in float32: arguments are cast up. `cross_entropy_loss` with class probabilities or
label smoothing is made of such functions; see `_cross_entropy` for the usual one."""

FLOAT32_RESULT = _names(
    "prod softmax log_softmax cumprod cumsum linalg_vector_norm linalg_matrix_norm sum"
)
"""Called with `dtype=torch.float32` unless the caller says otherwise."""

PROMOTE = _names("addcdiv addcmul atan2 bilinear cross dot vdot tensordot scatter_add")
"""Computed in the widest type among the arguments."""

CAST = LOWER | FLOAT32 | FLOAT32_RESULT | PROMOTE
"""All of them: other functions are called as they are."""


class Casts:
    """Casts arguments as autocast does, with its cache of cast parameters.

    Args:
        dtype: the low precision, `torch.bfloat16` or `torch.float16`.
    """

    def __init__(self, dtype: torch.dtype) -> None:
        self.dtype = dtype
        self.caching = True
        self._cache: dict[int, tuple[torch.Tensor, torch.Tensor]] = {}

    def clear(self) -> None:
        """Forget the cast parameters, as leaving the outermost `autocast` block does."""
        self._cache.clear()

    def lower(self, value: Any) -> Any:
        """A tensor of float32 in the low precision; a parameter is cast once per forward pass."""
        if not _castable(value) or value.dtype == self.dtype or value.dtype == torch.float64:
            return value
        keep = value.requires_grad and value.is_leaf and not value._is_view()
        if not (self.caching and keep and value.dtype == torch.float32):
            return value.to(self.dtype)
        if id(value) not in self._cache:
            self._cache[id(value)] = (value, value.to(self.dtype))
        return self._cache[id(value)][1]

    def call(self, name: str, func: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """Call a torch function as it would be called under autocast."""
        if name == "cross_entropy_loss" and args and _half(args[0]):
            found = _cross_entropy(args, kwargs)
            if found is not None:
                return found
        if args and _float16(args[0]):
            fused = _half_to_float(name, args, kwargs)
            if fused is not None:
                return fused
        if name in LOWER:
            args, kwargs = tree_map(self.lower, (args, kwargs))
        elif name in FLOAT32:
            args, kwargs = tree_map(_raise, (args, kwargs))
        elif name in FLOAT32_RESULT:
            if args and _half(args[0]) and kwargs.get("dtype") is None and len(args) < 3:
                kwargs = {**kwargs, "dtype": torch.float32}
        elif name in PROMOTE and _mixed((args, kwargs)):
            args, kwargs = tree_map(_raise, (args, kwargs))
        return func(*args, **kwargs)


def _cross_entropy(args: Any, kwargs: Any) -> Any:
    """Log-softmax in the low precision, then the loss in float32.

    `cross_entropy_loss` in ATen/native/LossNLL.cpp hands `log_softmax` its type, which autocast
    then leaves alone: seen so on an H200 with float16 and bfloat16. None for other kinds of target.
    """
    if len(args) != 6 or args[5] != 0.0 or kwargs or args[1].is_floating_point():
        return None
    x, target, weight, reduction, ignored = args[:5]
    logged = torch._log_softmax(x, 1 if x.dim() > 1 else 0, False)
    return torch._C._nn.nll_loss_nd(_raise(logged), target, weight, reduction, ignored)


def _half_to_float(name: str, args: Any, kwargs: Any) -> Any:
    """Softmax of float16 in one CUDA kernel that casts as it reads, so that no copy is kept.

    Only float16 has it, bfloat16 has not: `softmax` and `log_softmax` in
    `aten/src/ATen/native/SoftMax.cpp`. None where the plain way is taken.
    """
    x, rest = args[0], args[1:]
    if name in ("softmax", "log_softmax") and kwargs.get("dtype") is None and len(args) < 3:
        dim = rest[0] if rest else kwargs["dim"]
        kernel = torch._softmax if name == "softmax" else torch._log_softmax
        return kernel(x, dim, True)
    return None


def _float16(value: Any) -> bool:
    return isinstance(value, torch.Tensor) and value.dtype == torch.float16


def _castable(value: Any) -> bool:
    return isinstance(value, torch.Tensor) and value.is_floating_point()


def _half(value: Any) -> bool:
    return isinstance(value, torch.Tensor) and value.dtype in (torch.float16, torch.bfloat16)


def _raise(value: Any) -> Any:
    return value.to(torch.float32) if _half(value) else value


def _mixed(value: Any) -> bool:
    found: set[torch.dtype] = set()
    tree_map(lambda one: found.add(one.dtype) if _castable(one) else None, value)
    return len(found) > 1
