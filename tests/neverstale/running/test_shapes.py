"""Shapes in comments: right ones change nothing, wrong ones fail the run at their line."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import pytest

from neverstale.running import program, shapes

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Site

# A stand-in with a shape, so that no run here has to import torch.
TENSOR = """
class T:
    def __init__(self, *shape):
        self.shape = shape
    def __iter__(self):
        return iter([T(*self.shape[1:])] * self.shape[0])

class Handle:
    def __init__(self, hooks, hook):
        self.hooks, self.hook = hooks, hook
    def remove(self):
        self.hooks.remove(self.hook)

class Layer:
    def __init__(self, *shape):
        self.made, self.hooks = T(*shape), []
    def register_forward_hook(self, hook):
        self.hooks.append(hook)
        return Handle(self.hooks, hook)
    def __call__(self, x):
        for hook in list(self.hooks):
            hook(self, (x,), self.made)
        return self.made

def f(*given, **named):
    for each in given:
        if isinstance(each, Layer):
            each(None)
            assert not each.hooks

"""


def execute(tmp_path: Path, code: str) -> dict[str, Any]:
    """Run code as a snippet runs."""
    file = tmp_path / "a.py"
    file.write_text(TENSOR + code + "\n", encoding="utf-8")
    names: dict[str, Any] = {"__name__": "__main__"}
    for part in program.parts(file, {}, lambda *_: None):
        exec(part, names)
    return names


@pytest.mark.parametrize(
    "code",
    [
        "x = T(8, 16, 28, 28)  # (8, 16, 28, 28)",
        "x = T(8, 16, 28, 28)  # (N, C, H, W)",
        "x = T(8, 16, 28, 28)  # (N, 16, 28, 28): half of it",
        "x = T(5)  # (5,)",
        "x = T(5, 5)  # (T, T)",
        "x = T(127)  # (2T − 1,)",
        "x = T(127, 64)  # (2T - 1, T)",
        "x = T(64, 65, 128)  # (T, T + 1, 2·T)",
        "x = T(3, 4, 12)  # (H, W, H*W)",
        "x = T(7, 12)  # (H + W, H*W): two letters say little",
        "x, y = T(5), T(3, 2)  # (5,), (3, 2)",
        "x, y = T(5), T(5)  # (5,) each",
        "x, y = T(2, 5)  # 2 × (5,)",
        "x, _ = T(5), 1  # (5,)",
        "x = T(3, 4)  # (2, 3) @ (3, 4) -> (3, 4)",
        "x = T(2, 784)  # (N, in) = (2, 784)",
        "x = T(28, 28)  # (5000, 28, 28) - (28, 28): no single shape",
        "size = T(3, 4).shape  # (3, 4)",
        "x = 'text'  # (3, 4)",
        "def f(x):  # (N, 3)\n    '''doc'''\n    return T(3)  # (3,)\nx = f(T(2, 3))",
        "def f():\n    return T(2), T(3, 4)  # (2,), (3, 4)\nx, y = f()\nassert y.shape == (3, 4)",
        "def f():\n    return T(2)  # (2,)\nassert f().shape == (2,)",
        "for x in T(3, 2):  # (2,)\n    pass",
        "for i, x in enumerate(T(3, 2)):  # (2,)\n    pass",
        "class A:\n    pass\na = A()\na.x = T(4)  # (4,)",
        "x = (\n    T(4)\n)  # (4,)",
        "if True:\n    x = T(4)  # (4,)",
        "x = T(4); y = T(5)  # (5,)",
        "def g(x):  # (N, 3)\n    # why\n    pass\ng(T(2, 3))",
        "def g(\n    x,  # (N, 3)\n    y,  # (N,)\n):\n    pass\ng(T(2, 3), T(2))",
        "def g(n, layer, x):  # (N, 3)\n    layer(None)\ng(2, Layer(9), T(2, 3))",
        "f(T(1), T(2, 3))  # (2, 3)",
        "print(T(2, 3).shape)  # (2, 3)",
        "a = {}\na[1] = T(2, 3)  # (2, 3)",
        "a = {\n    1: T(2, 3),  # (2, 3)\n    2: T(4),  # (4,)\n}",
        "a = [\n    T(2, 3),  # (2, 3)\n    T(1), T(2),  # (9,): which?\n]",
        "f(\n    T(2, 3),  # (2, 3)\n    x=T(4),  # (4,)\n)",
        "f(\n    *(1, Layer(5, 32)),  # (N, 32)\n    Layer(5, 10),  # (N, 32) -> (N, 10)\n)",
        "for n in (64, 64, 32):\n    x = T(n, 1)  # (64, 1)",  # the last batch
    ],
)  # fmt: skip
def test_a_right_shape_is_let_through(tmp_path: Path, code: str) -> None:
    execute(tmp_path, code)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("x = T(8, 16)  # (8, 15)", "the comment says (8, 15), but the value has (8, 16)"),
        ("x = T(8, 16)  # (N,)", "the comment says (N,), but the value has (8, 16)"),
        ("x = T(8, 16)  # (N, C, H, W)", "says (N, C, H, W), but the value has (8, 16)"),
        ("x = T(5, 6)  # (T, T)", "the comment says (T, T), but the value has (5, 6)"),
        ("x = T(127)  # (3T − 1,)", "says (3T − 1,), but the value has (127,)"),
        ("x = T(127, 63)  # (2T − 1, T)", "says (2T − 1, T), but the value has (127, 63)"),
        ("x = T(64, 65)  # (T, T + 2)", "says (T, T + 2), but the value has (64, 65)"),
        ("x = T(3, 4, 13)  # (H, W, H*W)", "says (H, W, H*W), but the value has (3, 4, 13)"),
        ("x, y = T(5), T(3, 2)  # (5,), (3, 3)", "says (3, 3), but the value has (3, 2)"),
        ("x, y = T(5), T(6)  # (5,) each", "says (5,), but the value has (6,)"),
        ("x, y = T(2, 5)  # 2 × (4,)", "says (4,), but the value has (5,)"),
        ("x = T(2, 784)  # (N, in) = (3, 784)", "says (3, 784), but the value has (2, 784)"),
        ("def f(x):  # (N, 3)\n    return x\nf(T(3))", "says (N, 3), but the value has (3,)"),
        ("def f():\n    return T(2)  # (3,)\nf()", "says (3,), but the value has (2,)"),
        ("for x in T(3, 2):  # (3,)\n    pass", "says (3,), but the value has (2,)"),
        ("for n in (32, 64):\n    x = T(n)  # (64,)", "says (64,), but the value has (32,)"),
        (
            "def g(x):  # (N, 3)\n    # why\n    pass\ng(T(2))",
            "says (N, 3), but the value has (2,)",
        ),
        ("def g(\n    x,  # (3,)\n    y,\n):\n    pass\ng(T(2), T(3))", "says (3,), but the value"),
        ("def g(\n    x,\n    y,  # (3,)\n):\n    pass\ng(T(3), T(2))", "says (3,), but the value"),
        (
            "def g(n, x):  # (N, 3)\n    pass\ng(2, T(2, 4))",
            "says (N, 3), but the value has (2, 4)",
        ),
        ("f(T(1), T(2, 3))  # (1,)", "says (1,), but the value has (2, 3)"),
        ("print(T(2, 3).shape)  # (2, 4)", "says (2, 4), but the value has (2, 3)"),
        ("a = {}\na[1] = T(2, 3)  # (2,)", "says (2,), but the value has (2, 3)"),
        ("a = {\n    1: T(2, 3),  # (2,)\n}", "says (2,), but the value has (2, 3)"),
        ("a = [\n    T(2, 3),  # (2,)\n]", "says (2,), but the value has (2, 3)"),
        ("f(\n    T(2, 3),  # (2,)\n)", "says (2,), but the value has (2, 3)"),
        ("f(\n    x=T(2, 3),  # (2,)\n)", "says (2,), but the value has (2, 3)"),
        ("x = f(\n    f(\n        T(2),  # (3,)\n    )\n)", "says (3,), but the value has (2,)"),
        ("f(\n    Layer(5, 10),  # (N, 32)\n)", "says (N, 32), but the value has (5, 10)"),
        ("f(\n    *(1, Layer(5, 10)),  # (N, 32)\n)", "says (N, 32), but the value has (5, 10)"),
        ("try:\n    x = T(2)  # (3,)\nexcept Exception:\n    pass", "says (3,), but the value"),
    ],
)
def test_a_wrong_shape_is_raised(tmp_path: Path, code: str, told: str) -> None:
    with pytest.raises(shapes.WrongShape) as raised:
        execute(tmp_path, code)
    assert told in str(raised.value)


def test_it_fails_the_run_at_its_line(site: Site) -> None:
    code = TENSOR + "x = T(2, 3)  # (2, 3)\ny = T(2, 3)  # (3, 2)\nprint(1)"
    line = site.snippet("a.py", code)
    result = site.results()["a.py"]
    at = line + code.strip().split("\n").index("y = T(2, 3)  # (3, 2)")
    told = "WrongShape: the comment says (3, 2), but the value has (2, 3)"
    assert (result["verdict"], result["problem"]) == ("failed", f"snippets/a.py:{at}: {told}")


def test_functions_that_are_compiled_are_left_alone() -> None:
    """There a call would make it another program; at the top level it does not."""
    code = "import numba\n@numba.njit\ndef f(x):\n    y = x  # (3,)\n    return y\nz = 1  # (3,)\n"
    tree = shapes.insert(ast.parse(code), code)
    calls = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert calls == [6]


def test_a_comment_beside_nothing_that_can_be_looked_at_is_known() -> None:
    code = "x: int = 1  # (3,)\ny = 1  # (3,)\nx += 1  # (3,)\nprint()  # (3,)\nf(*x)  # (3,)\n"
    assert shapes.unheld(code) == [1, 3, 4, 5]
    compiled = "import numba\ndef f(x):  # (3,)\n    return x  # (3,)\nz = 1  # (3,)\n"
    assert shapes.unheld(compiled, ["numba"]) == [2, 3]
    assert shapes.unheld(compiled) == [] != shapes.unheld(compiled, ["numba", "x"])


def test_without_a_shape_the_program_is_the_same() -> None:
    code = "x = 1  # one, two\n"
    assert ast.dump(shapes.insert(ast.parse(code), code)) == ast.dump(ast.parse(code))
