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
"""Computed in float32: arguments are cast up. `cross_entropy_loss` starts with `log_softmax`."""

FLOAT32_RESULT = _names(
    "prod softmax log_softmax cumprod cumsum linalg_vector_norm linalg_matrix_norm sum"
)
"""Called with `dtype=torch.float32` unless the caller says otherwise."""

PROMOTE = _names("addcdiv addcmul atan2 bilinear cross dot vdot tensordot scatter_add")
"""Computed in the widest type among the arguments."""


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
