"""The command line as a reader sees it: tables, JSON, and one line for each mistake."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import gpuguide
from gpuguide.catalogue import load
from gpuguide.cli import main

MODEL = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.fc = nn.Linear(8 * 30 * 30, 10)

    def forward(self, x):
        return self.fc(self.conv(x).flatten(1))

class Values(nn.Module):
    def forward(self, x):
        return x * x.sum().item()

def build():
    return Net()

def on_the_host():
    net = Net()
    assert float(net.fc.bias.sum()) < 1e9
    return net

def broken():
    return nn.Linear(1 / 0, 3)

def nothing():
    return 3
"""


@pytest.fixture
def model(tmp_path: Path) -> str:
    file = tmp_path / "my_model.py"
    file.write_text(MODEL, encoding="utf-8")
    return str(file)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    out, err = capsys.readouterr()
    return code, out, err


def test_estimate(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(
        capsys, "estimate", f"{model}:build", "--input", "32,3,32,32", "--optimizer", "adamw",
        "--precision", "bf16", "--gpu", "RTX 4090", "--gpu", "rx-7600",
    )  # fmt: skip
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80
    for word in ("72,234 parameters", "optimizer_state", "reserved", "RTX 4090: ", "unknown: "):
        assert word in out


def test_estimate_in_json(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(
        capsys, "estimate", f"{model}:on_the_host", "--input", "4,3,32,32", "--inference", "--json",
        "--gpu", "t4",
    )  # fmt: skip
    data = json.loads(out)
    assert code == 0 and data["parameters"] == 72234
    assert data["allocated"] == sum(data["parts"].values()) <= data["reserved"]
    assert data["gpus"]["t4"]["seconds"]["low"] > 0


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        ("build", ["--input", "32,3,7,7"], "line 12: return self.fc(self.conv(x).flatten(1)): "),
        ("build", ["--input", "32x3"], "--input: '32x3'; write sizes such as 32,3,224,224"),
        ("build", ["--input", "1:f8"], "--input: no type 'f8'; use float32, float16"),
        ("build", ["--input", "1", "--optimizer", "lion"], "optimizer: 'lion'; use sgd, momentum"),
        ("build", ["--input", "1", "--precision", "fp8"], "precision: 'fp8'; use fp32, tf32, bf16"),
        ("build", ["--input", "1", "--gpu", "RTX 9999"], "no GPU called 'RTX 9999'"),
        ("broken", ["--input", "1"], "line 27: return nn.Linear(1 / 0, 3): ZeroDivisionError"),
        ("nothing", ["--input", "1"], "nothing() returned int; return a torch.nn.Module"),
        ("absent", ["--input", "1"], "no function 'absent'; it has Net, Values, build"),
        ("Values", ["--input", "4,4"], "it reads a tensor's values, which an estimate has not"),
    ],
)
def test_a_mistake_costs_one_line(
    model: str,
    function: str,
    arguments: list[str],
    message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, err = run(capsys, "estimate", f"{model}:{function}", *arguments)
    assert (code, out) == (1, "")
    assert message in err and err.count("\n") == 1 and "Traceback" not in err


def test_files_that_are_not_there_or_no_python(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def err(target: str) -> str:
        return run(capsys, "estimate", target, "--input", "1")[2]

    assert "no such file" in err(f"{tmp_path}/none.py:build")
    assert "say which function builds the model" in err("my_model.py")
    (tmp_path / "typo.py").write_text("def build(:\n", encoding="utf-8")
    assert "cannot be imported: line 1: SyntaxError" in err(f"{tmp_path}/typo.py:build")
    (tmp_path / "leaves.py").write_text("raise SystemExit(3)\n", encoding="utf-8")
    assert "cannot be imported: line 1: " in err(f"{tmp_path}/leaves.py:build")
    (tmp_path / "text.txt").write_text("", encoding="utf-8")
    assert "its name must end in .py" in err(f"{tmp_path}/text.txt:build")


def test_choose(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "choose", "llama-8b-lora", "--max-price", "2000")
    assert code == 0 and max(map(len, out.splitlines())) <= 80
    assert "\n1.  " in f"\n{out}" and "Left out: " in out
    code, out, _ = run(capsys, "choose", "llama-8b-lora", "--max-price", "2000", "--all")
    assert "runs rocm; cuda asked" in out
    code, out, _ = run(capsys, "choose", "llama-70b-fp16", "--max-price", "100")
    assert code == 1 and "No GPU in the catalogue fits." in out


def test_choose_in_json_and_with_ones_own_prices(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(
        capsys, "choose", "llama-8b-lora", "--json", "--price", "RTX 5090=1000", "--goal", "rent",
        "--hourly", "RTX 5090=0.5", "--hourly", "rtx-4090=0.5", "--steps", "1000",
    )  # fmt: skip
    first = json.loads(out)["options"][0]
    assert code == 0 and first["gpu"] == "rtx-5090" and first["kind"] == "own"
    assert first["rent"]["low"] > 0


def test_choose_lists_presets_and_names_mistakes(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "choose")
    assert code == 0 and "bert-finetuning" in out
    assert run(capsys, "choose", "vgg")[2].startswith("no preset 'vgg'; use simple-cnn")
    err = run(capsys, "choose", "simple-cnn", "--price", "rtx-4090")[2]
    assert err == "--price: 'rtx-4090'; write a GPU and a number, such as rtx-4090=1500\n"
    assert "goal: 'luck'" in run(capsys, "choose", "simple-cnn", "--goal", "luck")[2]


def test_gpu(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "gpu", "RTX 4090")
    assert code == 0 and max(map(len, out.splitlines())) <= 80
    assert "1,008 GB/s" in out and "read 2026-" in out
    code, out, _ = run(capsys, "gpu", "RTX 4090", "--json")
    assert json.loads(out)["bandwidth"]["value"] == 1008
    code, _, err = run(capsys, "gpu", "RTX 5095")
    assert code == 1 and "near it are rtx-5090" in err


def test_wrong_usage_is_2() -> None:
    with pytest.raises(SystemExit) as error:
        main(["estimate"])
    assert error.value.code == 2


def test_the_catalogue_as_a_list(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "gpu")
    assert code == 0 and max(map(len, out.splitlines())) <= 80
    assert len(out.splitlines()) == 1 + len(load()) and "rtx-4090 " in out
    assert len(json.loads(run(capsys, "gpu", "--json")[1])) == len(load())


def test_a_reader_that_stops_reading_is_no_mistake() -> None:
    command = f"{sys.executable} -m gpuguide gpu | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.stderr == "" and len(done.stdout.splitlines()) == 1


def test_choice_and_catalogue_start_without_torch() -> None:
    source = Path(gpuguide.__file__).parents[1]
    script = (
        "import sys; sys.modules['torch'] = None\n"
        "from gpuguide.cli import main\n"
        "assert main(['choose', 'simple-cnn']) == 0 and main(['gpu', 't4']) == 0\n"
        "sys.exit(main(['estimate', 'a.py:b', '--input', '1']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(source)},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "an estimate needs torch: pip install torch\n")
