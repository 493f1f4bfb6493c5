"""For pytest-codeblocks, which runs all pages in one process: each block starts from torch's own
settings, as it does for a reader, and not from what the block before it set. What this machine
cannot run (`elsewhere` in pyproject.toml) is skipped."""

from __future__ import annotations

import datetime
import os
import sys
from collections.abc import Generator
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
import torch

from neverstale.project import load

ELSEWHERE = load(Path(os.environ["PROJECT"])).elsewhere

THREADS = torch.get_num_threads()


def pytest_runtest_setup(item: pytest.Item) -> None:
    torch.set_default_device(None)
    torch.set_default_dtype(torch.float32)
    torch.set_grad_enabled(True)
    torch.set_num_threads(THREADS)
    plt.close("all")
    sys.argv = [str(item.path)]  # not what this program was called with


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    for one in ELSEWHERE:
        said = one.error in report.longreprtext + report.capstderr
        if report.failed and said and datetime.date.today() <= one.until:
            report.outcome = "skipped"
            report.longrepr = (str(item.path), 0, f"not here: {one.reason}")
    return report
