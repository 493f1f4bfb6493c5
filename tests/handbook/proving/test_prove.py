"""The faults that `make prove` injects: real, spread over everything, and told when not caught."""

from __future__ import annotations

import dataclasses
import datetime
import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from handbook.boards import faults as table
from handbook.errors import HandbookError
from handbook.proving.faults import gpu_kinds, kinds, line_kinds, proof_kinds, proving, torch_kinds
from handbook.proving.faults.fault import Fault
from handbook.proving.faults.injecting import Copy, Outcome, grouped
from handbook.proving.faults.kinds import CHECK
from handbook.proving.faults.proving import KINDS, Scratch
from handbook.proving.faults.site_kinds import SITE_KINDS
from neverstale.project import load
from neverstale.proof import possible, record, redrawn
from neverstale.source import drawing, sources

ROOT = Path(__file__).resolve().parents[3]
# Kinds that need a built site.
BUILT = {"built HTML", "link target", "mark removed", "shown number", *SITE_KINDS}


@pytest.fixture(scope="module")
def faults() -> list[Fault]:
    """Every fault that needs no built site."""
    scratch = Scratch(sources.read(load(ROOT)))
    return [
        fault for kind in KINDS if kind not in BUILT for fault in proving.of_kind(kind, scratch)
    ]


def test_there_are_enough_and_each_changes_something(faults: list[Fault]) -> None:
    assert len(faults) >= 1500
    assert {fault.kind for fault in faults} == set(KINDS) - BUILT
    for fault in faults:
        assert fault.edits, fault.target
        for name, text in fault.edits.items():
            if (ROOT / name).exists():
                assert text != (ROOT / name).read_text(encoding="utf-8"), fault.target


def test_they_reach_every_page_and_every_snippet(faults: list[Fault]) -> None:
    found = sources.read(load(ROOT))
    targets = " ".join(fault.target for fault in faults)
    every = {page.path for page in found.pages} | set(found.names())
    assert {name for name in every if name.removeprefix("snippets/") not in targets} == set()


def test_the_same_seed_gives_the_same_faults(faults: list[Fault]) -> None:
    scratch = Scratch(sources.read(load(ROOT)))
    again = proving.of_kind("typed fence", scratch)
    assert again == [fault for fault in faults if fault.kind == "typed fence"]


@pytest.fixture
def copy(proved_root: Path) -> Iterator[Copy]:
    """A small project with our packages as they are, in a folder that faults may write into."""
    (proved_root / "src").mkdir()
    for package in (ROOT / "src").iterdir():
        (proved_root / "src" / package.name).symlink_to(package)
    with Copy(proved_root) as copy:
        yield copy


def caught(copy: Copy, fault: Fault) -> bool:
    (outcome,) = copy.inject([fault])
    return outcome.caught


def test_what_is_not_caught_is_told_and_everything_is_put_back(copy: Copy) -> None:
    page = "docs/en/two.md"
    before = (copy.root / page).read_text(encoding="utf-8")
    wrong = Fault("typed fence", page, {page: before + "\n```python\nprint(1)\n```\n"}, CHECK)
    harmless = dataclasses.replace(wrong, edits={page: before + "\n"})
    assert caught(copy, wrong)
    assert not caught(copy, harmless)
    assert (copy.root / page).read_text(encoding="utf-8") == before
    with pytest.raises(HandbookError, match="fault without effect"):
        copy.inject([dataclasses.replace(wrong, edits={page: before})])


def test_a_run_that_failed_is_not_remembered_for_the_next_fault(copy: Copy) -> None:
    project = load(copy.root)
    name = sources.read(project).names()[0]
    raising = "import sys\nif 'neverstale.running.forkserver' in sys.orig_argv:\n    sys.exit(1)\n"
    fault = Fault("torch renamed", name, {kinds.STUB: raising}, kinds.run(name))
    assert caught(copy, fault)
    code = (project.snippets / name).read_text(encoding="utf-8")
    failing = Fault("", name, {f"snippets/{name}": code + "\n1 / 0\n"}, kinds.run(name))
    assert caught(copy, failing)
    assert not project.scratch.exists()


def test_the_record_of_a_run_that_saw_no_fault_is_put_back(copy: Copy) -> None:
    """Else that snippet is stale for all faults that follow, and every check finds that."""
    project = load(copy.root)
    name = sources.read(project).names()[0]
    records = {path: path.read_bytes() for path in project.records.rglob("*.json")}
    code = (project.snippets / name).read_text(encoding="utf-8")
    unseen = Fault("", name, {f"snippets/{name}": f"{code}\nunseen = 1\n"}, kinds.run(name))
    assert not caught(copy, unseen)
    assert {path: path.read_bytes() for path in project.records.rglob("*.json")} == records


def test_of_a_kind_with_more_faults_than_needed_some_from_all_over_are_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = [Fault("typed fence", str(i), {}, CHECK) for i in range(137)]
    monkeypatch.setitem(KINDS, "typed fence", lambda *_: iter(made))
    scratch = Scratch(sources.read(load(ROOT)))
    taken = [int(fault.target) for fault in proving.of_kind("typed fence", scratch)]
    assert len(set(taken)) == proving.MOST
    assert {b - a for a, b in pairwise([-1, *taken, 137])} == {1, 2}


def test_torch_changes_in_what_is_called_by_the_runs_that_would_show_it() -> None:
    """A function that nothing calls can lose what it likes, and readers are told that."""
    scratch = Scratch(sources.read(load(ROOT)))
    found = {item.name: torch_kinds.called(scratch, item) for item in scratch.snippets()}
    assert "mem_get_info" in scratch.text("snippets/guide/device.py")
    assert "torch.cuda.mem_get_info" not in found["guide/device.py"]
    assert {"torch.nn.BatchNorm2d"} <= {*found["cnn/batch_norm_torch.py"]}
    assert all(re.fullmatch(r"[\w.]+", name) for names in found.values() for name in names)
    assert "torch.arange" in found["cnn/printed_letters.py"]
    assert "torch.randn" not in found["cnn/printed_letters.py"]  # in what only slow ones call


def test_what_is_one_change_is_injected_once_and_looked_for_in_each() -> None:
    stub = {kinds.STUB: torch_kinds.NEXT_TORCH.format(holder="torch", name="Tensor", how="gone")}
    faults = [Fault("torch renamed", name, stub, kinds.run(name)) for name in ("one.py", "two.py")]
    other = dataclasses.replace(faults[0], edits={kinds.STUB: ""})
    checked = [dataclasses.replace(each, check=CHECK) for each in faults]
    assert grouped([*faults, other, *checked], {}) == [
        faults,
        [other],
        *([each] for each in checked),
    ]


def test_of_one_change_only_the_snippets_that_failed_have_noticed_it(copy: Copy) -> None:
    project = load(copy.root)
    one = sources.read(project).names()[0]
    two = one.replace(".py", "_too.py")
    code = (project.snippets / one).read_text(encoding="utf-8")
    (project.snippets / two).write_text(code, encoding="utf-8")
    edits = {f"snippets/{one}": f"{code}\n1 / 0\n"}
    faults = [Fault("", name, edits, kinds.run(name)) for name in (one, two)]
    assert [outcome.caught for outcome in copy.inject(faults)] == [True, False]


def test_a_fault_in_code_is_met_by_a_python_that_has_not_imported_it(copy: Copy) -> None:
    broken = Fault("", "x", {"src/json.py": "import sys\nsys.exit(7)\n"}, CHECK)
    assert copy.check(broken)[0] == 0  # the warm one has imported Python's own
    (copy.root / "src/json.py").write_text(broken.edits["src/json.py"], encoding="utf-8")
    assert copy.check(broken)[0] == 7
    assert copy.check(dataclasses.replace(broken, edits={}))[0] == 0


def test_the_warm_python_answers_as_a_fresh_one(copy: Copy) -> None:
    for words in (("neverstale", "check"), ("neverstale", "check", "--wrong"), ("nothing",)):
        fault = Fault("", "", {}, words)
        fresh = dataclasses.replace(fault, edits={"src/x.py": ""})
        (status, said), (fresh_status, fresh_said) = copy.check(fault), copy.check(fresh)
        assert status == fresh_status
        assert said.splitlines()[-1].split(": ")[-1] == fresh_said.splitlines()[-1].split(": ")[-1]


def test_a_check_that_breaks_has_caught_nothing(
    copy: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = (1, "Traceback (most recent call last):\nTypeError")
    monkeypatch.setattr(copy, "check", lambda fault, command: broken)
    fault = Fault("record damaged", "x", {"records/x.cpu.json": "null"}, CHECK)
    assert not caught(copy, fault)


def test_a_record_sealed_anew_is_taken_until_a_fault_is_put_into_it(copy: Copy) -> None:
    scratch = Scratch(sources.read(load(copy.root)))
    item = line_kinds.alone(scratch)[0]
    at = item.lines.index("# ///", 1) + 1
    table = [] if "# [tool.neverstale]" in item.lines else ["# [tool.neverstale]"]
    for line, noticed in (("# timeout = 61", False), ("# tolerance = 1e9", True)):
        edits = line_kinds.with_lines(scratch, item, at, [*table, line])
        fault = Fault("tolerance widened", item.name, edits, CHECK)
        assert caught(copy, fault) is noticed


def test_a_repainted_picture_is_a_picture_with_other_pixels() -> None:
    scratch = Scratch(sources.read(load(ROOT)))
    fault = next(proof_kinds.pixel_changed(scratch, Random(1)))
    (where, new), *_ = fault.edits.items()
    assert redrawn.difference(scratch.text(where), new, redrawn.SHARE)
    drawing.read(where, new)


def test_what_fails_without_a_fault_proves_nothing(copy: Copy) -> None:
    project = load(copy.root)
    name = sources.read(project).names()[0]
    fault = Fault("torch renamed", name, {}, kinds.run(name))
    assert copy.broken([fault]) == set()
    with (project.snippets / name).open("a", encoding="utf-8") as file:
        file.write("\n1 / 0\n")
    assert copy.broken([fault]) == {f"snippets/{name}"}
    assert copy.broken([]) == set()


def test_gpu_records_are_taken_until_a_fault_is_put_into_them() -> None:
    scratch = Scratch(sources.read(load(ROOT)))
    for item in gpu_kinds.plain(scratch):
        assert possible.unused(gpu_kinds.possible(scratch, item)) is None
    for item in gpu_kinds.for_gpu(scratch):
        if item.name in gpu_kinds.PRINTED or not item.options.gpu_prints:
            good = gpu_kinds.possible(scratch, item)
            cpu = record.read(scratch.project, item.name, "cpu")
            assert possible.impossible(scratch.project, item.options, good, cpu) is None


def test_a_record_that_was_put_there_is_taken_away_again(copy: Copy) -> None:
    new = Fault("GPU exchanged", "x", {"records/new.cuda.json": "{}"}, CHECK)
    assert caught(copy, new)  # of no snippet that is there
    assert not (copy.root / "records/new.cuda.json").exists()


def test_one_kind_renews_its_own_line(proved_root: Path) -> None:
    project = load(proved_root)
    old = {"kind": "heading id", "injected": 2, "caught": 2, "by": ["check"], "seconds": 0.3}
    other = old | {"kind": "typed fence"}
    file = proved_root / "records" / table.FILE
    file.write_text(json.dumps({"date": "2026-11-24", "kinds": [old, other]}), encoding="utf-8")
    fault = Fault("heading id", "x", {}, CHECK)
    proving._keep(project, [Outcome(fault, True, "", 0.1)])
    one, two = table.rows(project)
    assert (one["injected"], one["date"]) == (1, datetime.date.today().isoformat())
    assert (two["injected"], two["date"]) == (2, "2026-11-24")
    assert "3 faults injected from 2026-11-24 to" in table.show(project, "en")


def test_an_unknown_kind_is_told() -> None:
    with pytest.raises(HandbookError, match="no such kind; there are torch renamed"):
        proving.prove(load(ROOT), ["nothing"], lambda line: None)


def test_the_table_says_what_its_file_says(proved_root: Path) -> None:
    project = load(proved_root)
    assert "No faults" in table.show(project, "en") and "尚未" in table.show(project, "zh")
    kind = {"kind": "heading id", "injected": 2, "caught": 1, "by": ["check"], "seconds": 0.3}
    file = proved_root / "records" / table.FILE
    file.write_text(json.dumps({"date": "2026-11-24", "kinds": [kind]}), encoding="utf-8")
    assert "2 faults injected on 2026-11-24, 1 of them caught." in table.show(project, "en")
    assert "| 改了标题的 id | 2 | 1 | check | 0.3 |" in table.markdown(project, "zh")


def test_every_kind_has_a_chinese_name() -> None:
    assert set(table.KINDS_ZH) == set(KINDS)


def test_a_fault_in_what_only_defines_is_looked_for_in_all_that_use_it() -> None:
    scratch = Scratch(sources.read(load(ROOT)))
    stacked = next(each for each in scratch.snippets() if each.name == "rnn/stacked_lstm.py")
    runners = {each.name for each in scratch.runners(stacked)}
    assert {"rnn/stacked_shapes.py", "rnn/learned_state.py"} <= runners
    assert stacked.name not in runners and not any(name.endswith("_lab.py") for name in runners)
    printing = next(each for each in scratch.snippets() if each.name == "rnn/stacked_shapes.py")
    assert scratch.runners(printing) == [printing]


def test_the_published_table_names_all_kinds_and_each_fault_was_caught() -> None:
    """One that has not been injected yet, which takes `make prove`, is told as that."""
    data = json.loads((ROOT / "records" / table.FILE).read_text(encoding="utf-8"))
    injected = [kind["kind"] for kind in data["kinds"]]
    assert injected == [kind for kind in KINDS if kind in injected], "run: make prove"
    assert [kind for kind in data["kinds"] if kind["caught"] != kind["injected"]] == []
    assert set(table.KINDS_ZH) == set(KINDS)
    shown = table.show(load(ROOT), "en")
    assert shown.count("not injected yet") == len(KINDS) - len(injected)


def test_faults_in_snippets_that_share_no_changed_code_are_one_run() -> None:
    imports = {"a.py": ("c.py",), "b.py": ("c.py",), "c.py": ()}

    def fault(name: str, file: str) -> Fault:
        return Fault("", name, {file: name + file}, kinds.run(name))

    a, b, c = (fault(name, f"snippets/{name}") for name in imports)
    assert grouped([a, b, c], imports) == [[a, b], [c]]  # a run of a would show c's fault as its
    record_of_a, other = fault("a.py", "records/a.cpu.json"), fault("a.py", "pyproject.toml")
    assert grouped([a, record_of_a, b], imports) == [[a, b], [record_of_a]]
    assert grouped([b, other], imports) == [[other], [b]]
    assert grouped([a, b], {}) == [[a], [b]]
    many = {f"{i}.py": () for i in range(30)}
    faults = [fault(name, f"snippets/{name}") for name in many]
    assert {len(group) for group in grouped(faults, many)} == {12, 6}


def test_of_several_changes_in_one_run_each_is_looked_for_in_its_own_snippet(copy: Copy) -> None:
    project = load(copy.root)
    one = sources.read(project).names()[0]
    code = (project.snippets / one).read_text(encoding="utf-8")
    names = [one.replace(".py", f"_{which}.py") for which in ("raises", "harmless", "unreadable")]
    added = ("1 / 0", "unseen = 1", "not Python")
    for name in names:
        (project.snippets / name).write_text(code, encoding="utf-8")
    faults = [
        Fault("", name, {f"snippets/{name}": f"{code}\n{line}\n"}, kinds.run(name))
        for name, line in zip(names, added, strict=True)
    ]
    assert len(grouped(faults, dict.fromkeys(names, ()))) == 1
    assert [outcome.caught for outcome in copy.inject(faults)] == [True, False, True]
    for name in names:
        assert (project.snippets / name).read_text(encoding="utf-8") == code
