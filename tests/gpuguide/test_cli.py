"""The command line as a reader sees it: tables, JSON, and one line for each mistake."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import types
from pathlib import Path

import pytest
import torch
from torch import nn

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
        ("Values", ["--input", "4,4"], "the model reads values that follow from its weights or"),
        ("build", ["--input", "x=1", "--input", "1"], "--input: give every input a name, such as"),
        ("build", ["--input", "1", "--set", "a=2"], "--input: give every input a name, such as"),
        ("build", ["--input", "x=1", "--set", "a"], "--set: 'a'; write a name and a value: use_ca"),
        (
            "build",
            ["--input", "1", "--checkpoints"],
            "has no switch for gradient checkpoints; call",
        ),
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


FLAGS = """
from torch import nn

class Flags(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)

    def forward(self, x, mask, *, times=1, deep=False, name=""):
        print("hello from forward()")
        assert name in ("", "a b") and mask.shape == (4,)
        for _ in range(times if deep else 1):
            x = self.fc(x)
        return x

print("hello from the file")
"""


def test_named_inputs_numbers_flags_and_a_model_that_prints(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "flags.py"
    file.write_text(FLAGS, encoding="utf-8")
    code, out, err = run(
        capsys, "estimate", f"{file}:Flags", "--input", "mask=4:bool", "--input", "x=4,8",
        "--set", "times=3", "--set", "deep=true", "--set", "name=a b", "--inference", "--json",
    )  # fmt: skip
    assert code == 0 and json.loads(out)["flops"] == 3 * 2 * 4 * 8 * 8
    assert "hello from forward()" in err and "hello from the file" in err


def test_an_output_in_a_variable_is_counted_if_asked(
    model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["estimate", f"{model}:build", "--input", "9,3,32,32", "--json"]
    less, more = (
        json.loads(run(capsys, *command, *option)[1])["allocated"]
        for option in ([], ["--keep-output"])
    )
    assert more > less


class Config:
    @staticmethod
    def for_model(model_type: str, width: int, **_: object) -> tuple[str, int]:
        return model_type, width


class Saving(nn.Module):
    """What transformers and timm give, as far as the command line uses it."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.fc, self.saves = nn.Linear(width, width), False

    @classmethod
    def _from_config(cls, config: tuple[str, int]) -> Saving:
        return cls(config[1])

    def gradient_checkpointing_enable(self) -> None:
        self.saves = True

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        x = self.fc(input_ids.float()[:, None].expand(-1, self.fc.in_features))
        return x @ x.t() if self.saves else x


def test_models_of_libraries_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "transformers", types.SimpleNamespace(
        AutoConfig=Config, Saving=Saving, Other=3))  # type: ignore[arg-type]  # fmt: skip
    monkeypatch.setitem(sys.modules, "timm", types.SimpleNamespace(
        is_model="resnet50".__eq__, list_models=lambda: ["resnet50", "vgg11"],
        create_model=lambda name: Saving(5)))  # type: ignore[arg-type]  # fmt: skip
    file = tmp_path / "config.json"

    def answer(target: str, *more: str) -> tuple[int, str, str]:
        return run(capsys, "estimate", target, "--input", "input_ids=4:int64", "--json", *more)

    file.write_text('{"architectures": ["Saving"], "model_type": "x", "width": 7}', "utf-8")
    for target, width in ((f"hf:{file}", 7), (f"hf:{file}:Saving", 7), ("timm:resnet50", 5)):
        code, out, _ = answer(target, "--inference")
        assert code == 0 and json.loads(out)["flops"] == 2 * 4 * width * width
    code, out, _ = answer(f"hf:{file}", "--inference", "--checkpoints")
    assert json.loads(out)["flops"] == 2 * 4 * 7 * 7 + 2 * 4 * 4 * 7
    for target, message in (
        ("timm:resnet5", "timm:resnet5: timm has no such model; near it are resnet50"),
        ("hf:bert-base", "hf:bert-base: no such file; give the config.json of a model's page"),
        (f"hf:{file}:Absent", "transformers has no model class 'Absent'"),
        (f"hf:{file}:Other", "transformers has no model class 'Other'"),
    ):
        code, out, err = answer(target)
        assert (code, out, err.count("\n")) == (1, "", 1) and message in err
    for text, message in (("{", "not a configuration: "), ("{}", "say which class: hf:")):
        file.write_text(text, encoding="utf-8")
        code, out, err = answer(f"hf:{file}")
        assert (code, out, err.count("\n")) == (1, "", 1) and message in err
    monkeypatch.setitem(sys.modules, "timm", None)
    assert "needs timm" in answer("timm:resnet50")[2]


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
    assert re.search(r"To rent: .+, from [\d.]+ USD an hour\n", out) and " USD an hour." in out
    code, out, _ = run(
        capsys, "choose", "llama-8b-lora", "--supply", "850", "--length", "310", "--slots", "3",
        "--system", "windows", "--all",
    )  # fmt: skip
    assert code == 0 and "GeForce RTX 4090" in out
    assert "power supply 1000 W; 850 W is there" in out and "336 mm; at most 310 mm" in out
    code, out, _ = run(capsys, "choose", "llama-70b-int4", "--system", "windows", "--all")
    assert "linux; windows asked" in out  # DGX Spark
    code, out, _ = run(capsys, "choose", "llama-8b-lora", "--max-price", "2000", "--all")
    assert "runs rocm; cuda asked" in out
    code, out, _ = run(capsys, "choose", "llama-70b-fp16", "--max-price", "100")
    assert code == 1 and "No GPU in the catalogue fits." in out


def test_choose_in_json_and_with_ones_own_prices(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(
        capsys, "choose", "llama-8b-lora", "--json", "--price", "RTX 5090=1000",
        "--hourly", "H100 PCIe 80 GB=0.2", "--hours", "20",
    )  # fmt: skip
    data = json.loads(out)
    first = data["options"][0]
    assert code == 0 and first["gpu"] == "rtx-5090" and first["kind"] == "own"
    assert data["picks"]["first"] == data["picks"]["cheapest"] == "rtx-5090"
    assert data["picks"]["rent"] == "h100-pcie-80gb"
    assert data["picks"]["hour"] == pytest.approx(1000 / 20 / 52)


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
