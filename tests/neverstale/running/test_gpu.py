"""A GPU proof is a GPU proof: what holds for a GPU, tried with a torch that plays one."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import neverstale
from neverstale.proof import record
from neverstale.running import doctor, gpu, server

if TYPE_CHECKING:
    from conftest import Site

FAKE = Path(__file__).parent / "fake_torch"
USES = 'import torch\na = torch.ones(64, 64, device="cuda")\nprint("device", "cuda")'
TORCH = '["torch"]'
ON_BOTH = 'devices = ["cpu", "cuda"]'


@pytest.fixture
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bare tree of the engine: what lies beside it is the only thing of ours that a run finds, so
    that is where the played torch is."""
    folder = tmp_path_factory.mktemp("packages")
    shutil.copytree(FAKE, folder, dirs_exist_ok=True)
    shutil.copytree(Path(neverstale.__file__).parent, folder / "neverstale")
    about = folder / "torch-2.11.0+cu130.dist-info" / "METADATA"
    about.parent.mkdir()
    about.write_text("Metadata-Version: 2.1\nName: torch\nVersion: 2.11.0+cu130\n")
    (folder / "HIDE").write_text("nothing", encoding="utf-8")
    return folder


@pytest.fixture
def played(site: Site, packages: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A project on a machine that has a GPU, as far as its torch says."""
    monkeypatch.setenv("PYTHONPATH", str(packages))
    monkeypatch.setenv("PATH", f"{site.root / 'bin'}:{os.environ['PATH']}")
    site.write("bin/nvidia-smi", "#!/bin/sh\necho 'NVIDIA H200'\n").chmod(0o755)
    return site


def test_a_run_that_uses_the_gpu_leaves_a_record_that_shows_it(played: Site) -> None:
    played.snippet("a.py", USES, ON_BOTH, TORCH)
    assert played.verdict("a.py", "--device", "cuda") == ("verified", "")
    found = record.read(played.load(), "a.py", "cuda")
    assert found and found.peak_memory_bytes == 4 * 64 * 64 and found.cuda == "13.0"
    assert found.device_name == "NVIDIA H200"
    assert found.gpu == {"memory_bytes": 150_119_055_360, "capability": "9.0"}


def test_of_two_gpus_the_one_that_was_used_is_named(played: Site) -> None:
    code = 'import torch\ntorch.GPUS = 2\na = torch.ones(64, 64, device="cuda:1")'
    played.snippet("a.py", code, ON_BOTH, TORCH)
    assert played.verdict("a.py", "--device", "cuda") == ("verified", "")
    found = record.read(played.load(), "a.py", "cuda")
    assert found and found.device_name == "NVIDIA H200 NVL"


def test_a_peak_that_was_set_back_is_still_a_use(played: Site) -> None:
    played.snippet("a.py", f"{USES}\ntorch.FORGOTTEN.append(1)", ON_BOTH, TORCH)
    assert played.verdict("a.py", "--device", "cuda") == ("verified", "")


def test_an_error_after_which_the_gpu_answers_nothing_is_told_at_its_line(played: Site) -> None:
    code = f"{USES}\ntorch.BROKEN.append(1)\nraise RuntimeError('device-side assert')"
    played.snippet("a.py", code, ON_BOTH, TORCH)
    told = played.verdict("a.py", "--device", "cuda")
    assert told == ("failed", "RuntimeError: device-side assert")


def test_work_that_another_process_did_is_told_as_one_possibility(played: Site) -> None:
    code = f"import os, torch\npid = os.fork()\nif pid == 0:\n    {USES.splitlines()[1]}\n"
    played.snippet("a.py", f"{code}    os._exit(0)\n_ = os.waitpid(pid, 0)", ON_BOTH, TORCH)
    verdict, told = played.verdict("a.py", "--device", "cuda")
    assert verdict == "failed" and "left the work to another process" in told


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import torch\ntorch.ones(2, 2)", "its code chose another device"),
        ("print(1)", "it does not import torch"),
        ("import torch\ntorch.version.cuda = None", "is built without CUDA"),
        ("import torch\ntorch.NEEDS = 'driver'", "torch sees none in the sandbox"),
    ],
)
def test_a_run_that_does_not_use_it_fails_and_says_why(
    played: Site, code: str, message: str
) -> None:
    played.snippet("a.py", code, ON_BOTH, TORCH)
    verdict, told = played.verdict("a.py", "--device", "cuda")
    assert verdict == "failed" and "used no GPU" in told and message in told
    assert not list((played.root / "records").rglob("*.cuda.json"))


@pytest.mark.parametrize(
    ("needs", "layer"),
    [
        ("driver", "plain process"),
        ("variable OTHER_SETTING", "the run's environment"),
        ("limit", "limits of files and processes"),
        ("socket", "closed network"),
        ("power", "root's powers given up"),
        ("file {root}/device", "files closed by Landlock"),
    ],
)
def test_doctor_names_the_layer_and_no_snippet_is_run(
    played: Site, packages: Path, monkeypatch: pytest.MonkeyPatch, needs: str, layer: str
) -> None:
    if needs == "power" and os.geteuid() != 0:
        layer = "plain process"  # only root has powers that a layer could take
    monkeypatch.setenv("OTHER_SETTING", "1")
    (packages / "HIDE").write_text(needs.format(root=played.root), encoding="utf-8")
    done = played.engine("doctor", "--device", "cuda")
    lines = done.stdout.splitlines()
    failed = [line for line in lines if line.startswith("FAILED")]
    assert done.returncode == 1 and len(failed) == 1 and layer in failed[0], done.stdout
    assert "No CUDA GPUs are available" in failed[0]
    played.snippet("a.py", f"{USES}\nopen('/dev/shm/never', 'x')", ON_BOTH, TORCH)
    played.snippet("b.py", USES, ON_BOTH, TORCH)
    done = played.engine("run", "--device", "cuda")
    told = [line for line in done.stdout.splitlines() if "not run: " in line]
    assert done.returncode == 1 and len(told) == 2 and not Path("/dev/shm/never").exists()
    # Plain, or in the sandbox: the run says which of the two it was.
    assert ("the sandbox hides the GPU" in told[0]) == (layer != "plain process")


def test_a_probe_that_hangs_is_told_before_those_that_would_hang_after_it(
    played: Site, packages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "LIMIT", 3.0)
    monkeypatch.setattr(server, "ENGINE", packages)
    (packages / "HIDE").write_text("hang", encoding="utf-8")
    *good, last = doctor.examine(played.load())
    assert [one.failure for one in good] == [None] * 3
    assert last.failure == "no answer: still running after 3 s"


def test_doctor_goes_through_all_layers(played: Site) -> None:
    done = played.engine("doctor")
    assert done.returncode == 0, done.stdout
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines[:-2]] == ["good"] * 7
    assert "1 × NVIDIA H200, product right, 16,384 bytes" in lines[0]
    assert lines[-1] == "doctor: good; snippets reach the GPU"
    told = json.loads(played.engine("doctor", "--json").stdout)
    assert [one["failure"] for one in told["answers"]] == [None] * 7


def test_what_a_library_prints_before_the_probe_speaks_is_not_its_answer(
    played: Site, packages: Path
) -> None:
    file = packages / "torch/__init__.py"
    file.write_text(f"print('welcome')\n{file.read_text()}")
    done = played.engine("doctor")
    assert done.returncode == 0, done.stdout


def test_with_a_driver_but_a_torch_for_the_cpu_every_snippet_fails_in_a_line(site: Site) -> None:
    site.write("bin/nvidia-smi", "#!/bin/sh\necho 'NVIDIA H200'\n").chmod(0o755)
    for name in ("a.py", "b.py"):
        site.snippet(name, 'import torch\nprint(torch.ones(1, device="cuda"))', ON_BOTH, TORCH)
    path = f"{site.root / 'bin'}:{os.environ['PATH']}"
    done = site.engine("run", "--device", "cuda", env=os.environ | {"PATH": path})
    assert done.returncode == 1
    told = [line for line in done.stdout.splitlines() if "not run: " in line]
    assert len(told) == 2 and all("is built without CUDA" in line for line in told)
    assert not (site.root / "records").exists()


def test_without_any_sign_of_a_gpu_it_is_told_once(site: Site) -> None:
    site.snippet("a.py", "print(1)", ON_BOTH)
    done = site.engine("run", "--device", "cuda")
    assert done.returncode == 1 and done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("neverstale: no NVIDIA GPU here") and "--device cpu" in line


@pytest.fixture
def compared(played: Site, noticeboard: Path) -> Callable[[str, str], tuple[str, str]]:
    """Runs one snippet on the CPU, then on the GPU with another output."""
    heard = noticeboard / "heard"

    def compare(cpu: str, cuda: str) -> tuple[str, str]:
        code = f"{USES}\nprint(open({str(heard)!r}).read())"
        played.snippet("a.py", code, f"{ON_BOTH}\ngpu-tolerance = 0.1", TORCH)
        heard.write_text(cpu)
        assert played.verdict("a.py")[0] == "verified"
        heard.write_text(cuda)
        return played.verdict("a.py", "--device", "cuda")

    return compare


def test_a_gpu_is_compared_with_the_cpu(
    played: Site, compared: Callable[[str, str], tuple[str, str]]
) -> None:
    assert compared("loss 1.00", "loss 1.05") == ("verified", "")
    assert record.read(played.load(), "a.py", "cuda") is not None


def test_a_gpu_that_says_something_else_fails(
    played: Site, compared: Callable[[str, str], tuple[str, str]]
) -> None:
    verdict, message = compared("loss 1.00", "loss 2.00")
    assert verdict == "failed"
    assert message.startswith("against the CPU: output line 2 was 'loss 1.00', is 'loss 2.00'")
    assert record.read(played.load(), "a.py", "cuda") is None
    assert record.read(played.load(), "a.py", "cpu") is not None


RATES = """\
devices = ["cpu", "cuda"]
measured = "rates of this machine"
gpu-prints = ['^peak (?P<fp32>\\S+) TFLOPS']
"""


@pytest.mark.parametrize(
    ("cpu", "cuda", "why"),
    [
        ("0.2", "51", ""),
        ("0.2", "0.16", "fp32 of 0.16 is no more than the CPU's, 0.2"),
        ("0.2", "0.3", "no GPU does 0.3"),
        ("0.2", "nothing", "prints nothing like"),
    ],
)
def test_a_rate_that_no_gpu_has_is_refused_where_it_is_measured(
    played: Site, packages: Path, noticeboard: Path, cpu: str, cuda: str, why: str
) -> None:
    settings = played.read("pyproject.toml").replace(
        "possible = false", 'possible = "bounds:impossible"'
    )
    played.write("pyproject.toml", settings)
    (packages / "bounds.py").write_text(
        "def impossible(device, told):\n"
        "    assert (device, told['capability']) == ('NVIDIA H200', '9.0')\n"
        "    return f\"no GPU does {told['fp32']}\" if told['fp32'] < 1 else None\n"
    )
    heard = noticeboard / "heard"
    say = "print('peak', heard, 'TFLOPS' if heard != 'nothing' else '')"
    played.snippet("a.py", f"{USES}\nheard = open({str(heard)!r}).read()\n{say}", RATES, TORCH)
    heard.write_text(cpu)
    assert played.verdict("a.py")[0] == "verified"
    heard.write_text(cuda)
    verdict, told = played.verdict("a.py", "--device", "cuda")
    assert (verdict, why in told) == ("failed" if why else "verified", True)


@pytest.mark.parametrize(("heard", "verdict"), [("51", "verified"), ("nothing", "failed")])
def test_what_a_gpu_prints_is_read_in_the_files_own_words(
    played: Site, noticeboard: Path, heard: str, verdict: str
) -> None:
    board = noticeboard / "heard"
    say = "print('peak', heard, 'TFLOPS' if heard != 'nothing' else '')"
    words = '[tool.neverstale.words.zh]\n"peak" = "峰值"\n'
    code = f"{USES}\nheard = open({str(board)!r}).read()\n{say}"
    played.snippet("a.py", code, f"{RATES}{words}", TORCH)
    board.write_text("0.2")
    assert played.verdict("a.py")[0] == "verified"
    board.write_text(heard)
    assert played.verdict("a.py", "--device", "cuda")[0] == verdict
    found = record.read(played.load(), "a.py", "cuda")
    assert (found is not None) == (verdict == "verified")
    assert found is None or "peak 51 TFLOPS" in found.whole_output


class Nvml:
    """The driver's own accounting, as its library gives it."""

    def __init__(self, pid: int, used: int) -> None:
        self.pid, self.used = pid, used

    def __getattr__(self, name: str) -> object:
        def call(*arguments: object) -> int:
            if name.startswith("nvmlDeviceGetComputeRunningProcesses"):
                _, count, found = arguments
                found[0].pid, found[0].used = self.pid, self.used  # type: ignore[index]
                count._obj.value = int(self.chosen == 1)  # type: ignore[attr-defined]
            elif name == "nvmlDeviceGetCount_v2":
                arguments[0]._obj.value = 2  # type: ignore[attr-defined]
            elif name == "nvmlDeviceGetHandleByIndex_v2":
                self.chosen = arguments[0]  # the process runs on the second of two
            return 0

        return call


@pytest.mark.parametrize(
    ("pid", "used", "expected"),
    [(os.getpid(), 2**20, 2**20), (1, 2**20, 0), (os.getpid(), gpu.UNKNOWN, 0)],
)
def test_what_goes_round_torch_is_counted_by_the_driver_for_this_process_alone(
    monkeypatch: pytest.MonkeyPatch, pid: int, used: int, expected: int
) -> None:
    assert gpu._counted_by_driver(lambda name: Nvml(pid, used)) == 0  # no CUDA in this process
    monkeypatch.setattr(gpu, "_maps_driver", lambda: True)
    assert gpu._counted_by_driver(lambda name: Nvml(pid, used)) == expected


def test_a_driver_without_accounting_counts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> object:
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr(gpu, "_maps_driver", lambda: True)
    assert gpu._counted_by_driver(missing) == 0
