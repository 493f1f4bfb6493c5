"""A workload of one's own: the same as a preset for the same model, kept in a file, or refused."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from gpuguide.choice.choose import choose
from gpuguide.choice.known import preset
from gpuguide.choice.traced import own_workload
from gpuguide.choice.workload import LONGEST, Workload, read, text_of, to_json
from gpuguide.cli import main
from gpuguide.cost.estimate import estimate
from gpuguide.cost.speed import RATE, peak
from gpuguide.problem import GpuguideError
from gpuguide.step.models import SimpleCNN, UNet

MODEL = """
from gpuguide.step.models import SimpleCNN
"""
RECIPE = {"loss": "cross_entropy", "optimizer": "adamw"}


def meta(*shape: int) -> Tensor:
    return torch.empty(shape, device="meta")


@pytest.fixture(scope="module")
def own() -> Workload:
    """The tutorial's network as a reader would pass it."""
    return own_workload(SimpleCNN(), meta(64, 1, 28, 28), name="cnn.py:Net", **RECIPE)  # type: ignore[arg-type]


def numbers(workload: Workload) -> dict[str, Any]:
    """All but the words."""
    words = ("id", "name", "assumes", "item")
    return {name: one for name, one in to_json(workload).items() if name not in words}


def test_the_same_as_the_preset_of_the_same_model(own: Workload) -> None:
    assert numbers(own) == numbers(preset("simple-cnn"))
    with torch.device("meta"):
        unet = UNet()
    recipe: dict[str, Any] = {"loss": "cross_entropy", "precision": "bf16", "optimizer": "adam"}
    found = own_workload(unet, meta(8, 3, 256, 256), **recipe)
    assert numbers(found) == numbers(preset("unet-training"))
    assert [one.gpu for one in choose(found).options] == [
        one.gpu for one in choose(preset("unet-training")).options
    ]


def test_words_in_both_languages(own: Workload) -> None:
    assert own.name == {"en": "cnn.py:Net", "zh": "cnn.py:Net"}
    traced, cudnn = own.assumes["en"]
    assert "64 and 128" in traced and "64 × 1 × 28 × 28" in traced and "adamw" in traced
    assert "cuDNN" in cudnn and len(own.assumes["zh"]) == 2
    plain = own_workload(nn.Linear(3, 2), meta(4, 3), training=False)
    assert plain.name["zh"] == "Linear" and plain.assumes["zh"] == [
        "按一次 4 个和 8 个样本各走一遍；输入 4 × 3，不用 autocast。"
    ]
    with_own: dict[str, Any] = {
        "optimizer": lambda those: torch.optim.SGD(those, lr=0.1), "loss": lambda out: out.sum(),
    }  # fmt: skip
    free = own_workload(nn.Linear(3, 2), meta(4, 3), accumulate=3, **with_own)
    assert "an optimizer of your own, a loss of your own, 3 passes a step" in free.assumes["en"][0]
    odd = own_workload(nn.Linear(3, 2), meta(4, 3), name="a\u202eb\n" + "x" * 999)
    assert odd.name["en"].startswith("a?b?x") and len(odd.name["en"]) == LONGEST


class Masked(nn.Module):
    """Its mask has no batch."""

    def forward(self, x: Tensor, mask: Tensor, scale: float = 1.0) -> Tensor:
        return (x * mask * scale).sum(1)


def test_what_has_the_batch_grows_and_the_rest_stays() -> None:
    found = own_workload(Masked(), (meta(4, 6, 5), meta(6, 5), 2.0), training=False)
    assert found.items == 4
    assert found.parts(8)["inputs"] == (8 * 30 + 30) * 4
    named = own_workload(Masked(), {"x": meta(4, 6, 5), "mask": meta(4, 6, 5)}, training=False)
    assert named.parts(8)["inputs"] == 8 * 60 * 4
    images = torch.empty(2, 3, 8, 8).to(memory_format=torch.channels_last)
    assert own_workload(nn.Conv2d(3, 4, 3), images, training=False).items == 2


class Fixed(nn.Module):
    """Runs at one batch only."""

    def forward(self, x: Tensor) -> Tensor:
        return x.reshape(4, 3)


class Branch(nn.Module):
    """Something else from a batch of five on."""

    def forward(self, x: Tensor) -> Tensor:
        return x.relu() if len(x) < 5 else x.relu().sigmoid()


@pytest.mark.parametrize(
    ("model", "inputs", "precision", "message"),
    [
        (Fixed(), meta(4, 3), "fp32", "this one runs at 4, .* but not at 8: RuntimeError: shape"),
        (Branch(), meta(4, 3), "fp32", r"differs between 4 and 8 \(1 operators at one, 2 at the"),
        (nn.ReLU(), torch.tensor(1.0), "fp32", "a workload needs a batch"),
        (nn.ReLU(), meta(4, 3), "tf32", "precision: a workload does not know tf32"),
        (nn.ReLU(), meta(4, 3), "fp8", "precision: 'fp8'; use fp32"),
    ],
)
def test_models_that_make_no_workload(
    model: nn.Module, inputs: Tensor, precision: str, message: str
) -> None:
    with pytest.raises(GpuguideError, match=message) as error:
        own_workload(model, inputs, training=False, precision=precision)
    assert "\n" not in str(error.value)


def test_what_the_model_raises_on_its_inputs_passes_through() -> None:
    with pytest.raises(RuntimeError):
        own_workload(nn.Linear(3, 2), meta(4, 5))


def test_the_first_estimate_is_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first = estimate(nn.Linear(3, 2), meta(4, 3))
    monkeypatch.setattr("gpuguide.cost.estimate.trace_step", lambda *_: first.trace)
    assert own_workload(nn.Linear(3, 2), meta(4, 3), first=first).reserve.each == 0


# ---------------------------------------------------------------- Files
def test_a_file_and_back(own: Workload, tmp_path: Path) -> None:
    file = tmp_path / "own.json"
    for start in ("", "\ufeff"):
        file.write_text(start + text_of(own), encoding="utf-8")
        assert read(file) == own


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "this is not JSON, line 1"),
        ("[", "this is not JSON"),
        ("[" * 200_000, "this is not JSON"),
        ("3", "this is not a workload; gpuguide estimate"),
        ("{}", "this is not a workload"),
        ('{"version": 2, "workload": {}}', "version 2; this program knows version 1: write the"),
        ('{"version": true, "workload": {}}', "version true; "),
        ('{"version": 1, "workload": []}', "fields are missing here"),
        ('{"version": 1, "workload": {"a\\u001b": 1}}', "missing or unknown: "),
    ],
)
def test_files_that_hold_none(text: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "own.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(GpuguideError, match=message) as error:
        read(file)
    assert str(error.value).startswith(f"{file}: ") and str(error.value).isprintable()


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a tree of JSON but its root."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data)
    for key, one in pairs:
        yield (*path, key)
        if isinstance(one, dict | list):
            yield from places(one, (*path, key))


def test_every_field_is_looked_at(own: Workload, tmp_path: Path) -> None:
    """Whatever is put in a place that it does not fit is refused, and so is a missing field."""
    whole = json.loads(text_of(own))
    file = tmp_path / "own.json"
    wrong = [None, {}, [], "", "\n", float("nan"), float("inf"), 1e25, -1, True, "x" * 301, "<b>"]
    fine = {"id": 1, "dtype": 1, "name": 1, "item": 1, "step": 1, "assumes": 1}
    seen = 0
    for path in places(whole["workload"]):
        for value in wrong:
            data = copy.deepcopy(whole)
            spot = data["workload"]
            for key in path[:-1]:
                spot = spot[key]
            words = path[0] in fine or path[-1] == "dtype"
            if words and value == "<b>":  # text is text: the page escapes it
                continue
            line = path[0] in ("reserve", "peaks") or path[0] == "work"
            if isinstance(path[-1], int) and line and path[0] != "work" and value == -1:
                continue  # lines may be below zero
            if path[0] == "work" and len(path) == 4 and value == -1:
                continue
            if path[-1] == "training" and value is True:
                continue
            if path[0] == "assumes" and len(path) == 2 and value == []:
                continue  # nothing is taken for granted
            spot[path[-1]] = value
            file.write_text(json.dumps(data), encoding="utf-8")
            with pytest.raises(GpuguideError) as error:
                read(file)
            assert "\n" not in str(error.value), (path, value)
            seen += 1
    assert seen > 500


def test_every_type_that_has_a_rate_can_be_chosen_for_on_the_page() -> None:
    """A model may use what no preset does."""
    from gpuguide.catalogue import find
    from gpuguide.choice.export import _peaks

    gpu = find("rtx-4090")
    found = _peaks(gpu)
    for dtype in RATE:
        assert found[dtype] == peak(gpu, "matmul", dtype)
    assert found["tf32"] == peak(gpu, "convolution", "float32")


# ---------------------------------------------------------------- The command line
def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    out, err = capsys.readouterr()
    return code, out, err


def test_from_a_model_to_a_choice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model, file = tmp_path / "my_cnn.py", tmp_path / "my_cnn.json"
    model.write_text(MODEL, encoding="utf-8")
    command = (
        "estimate", f"{model}:SimpleCNN", "--input", "64,1,28,28", "--optimizer", "adamw",
        "--loss", "cross_entropy", "--workload", str(file),
    )  # fmt: skip
    code, out, _ = run(capsys, *command)
    assert code == 0 and out.endswith(f"guide's page: {file}\n")
    assert numbers(read(file)) == numbers(preset("simple-cnn"))
    code, out, _ = run(capsys, *command, "--json")
    assert code == 0 and json.loads(out)["parameters"]
    code, out, _ = run(capsys, "choose", str(file), "--items", "256")
    assert code == 0 and out.startswith("my_cnn.py:SimpleCNN: 256 samples\n")
    ours = json.loads(run(capsys, "choose", str(file), "--json")[1])
    theirs = json.loads(run(capsys, "choose", "simple-cnn", "--json")[1])
    assert ours == theirs


def test_a_mistake_costs_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = tmp_path / "my_cnn.py"
    model.write_text(MODEL, encoding="utf-8")
    start = ("estimate", f"{model}:SimpleCNN", "--input", "4,1,28,28", "--workload")
    found = [
        (run(capsys, "choose", f"{tmp_path}/none.json"), "none.json: no such file; gpuguide estim"),
        (run(capsys, "choose", str(tmp_path)), "cannot be read: Is a directory"),
        (run(capsys, "choose", str(model)), "this is not JSON, line 2"),
        (run(capsys, *start, str(model)), "its name must end in .json"),
        (run(capsys, *start, f"{tmp_path}/no/a.json"), "cannot be written: No such file"),
    ]
    for (code, out, err), message in found:
        assert (code, out) == (1, "") and message in err and err.count("\n") == 1
    assert model.read_text(encoding="utf-8") == MODEL
