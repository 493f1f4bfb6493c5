"""For pytest-codeblocks, which runs all pages in one process: each block starts from torch's own
settings, as it does for a reader, and not from what the block before it set."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pytest
import torch

THREADS = torch.get_num_threads()


def pytest_runtest_setup(item: pytest.Item) -> None:
    torch.set_default_device(None)
    torch.set_default_dtype(torch.float32)
    torch.set_grad_enabled(True)
    torch.set_num_threads(THREADS)
    plt.close("all")
