"""Whole jobs: hours from seconds, and items a second."""

from __future__ import annotations

import pytest

from gpuguide.choice.jobs import jobs, pace, whole
from gpuguide.choice.known import preset, presets
from gpuguide.choice.wishes import Constraints
from gpuguide.cost.memory import Range

ONE = Constraints()


def test_what_trains_or_draws_has_a_job_and_what_answers_has_none() -> None:
    assert set(jobs()) <= {one.id for one in presets()}
    for one in presets():
        assert (one.id in jobs()) == (one.split == "data"), one.id
    assert all(job.items > 0 and set(job.name) == {"en", "zh"} for job in jobs().values())


def test_a_job_is_as_many_steps_as_its_items_take() -> None:
    job = jobs()["simple-cnn"]
    found = whole(preset("simple-cnn"), ONE, Range(0.002, 0.003), job)
    assert found.low == pytest.approx(300_000 / 64 * 0.002)
    halved = whole(preset("simple-cnn"), Constraints(items=128), Range(0.002, 0.003), job)
    assert halved.high == pytest.approx(300_000 / 128 * 0.003)


def test_tokens_a_second() -> None:
    found = pace(preset("llama-8b-int4"), Constraints(items=4), Range(0.02, 0.05))
    assert (found.low, found.high) == pytest.approx((80, 200))
