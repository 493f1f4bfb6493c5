"""Shapes in comments, held against the values while the snippet runs.

`x = conv(x)  # (N, 32, 14, 14)` becomes, in effect, `x = conv(x); held(x)`: numbers must agree, a
letter that stands twice must be the same twice, also in sums and products such as `2T − 1`, and
there must be as many dimensions.

Beside a call whose value nobody takes, the comment is about what the call is given; beside a layer
in a list of layers, about what the layer gives when it is first called.
"""

from __future__ import annotations

import ast
import io
import operator
import re
import tokenize
from collections.abc import Callable, Iterable, Mapping
from typing import Any

MARK = "\0 a shape is said"  # stands for a `Held`, till the code is compiled
SHAPE = r"\((?:[\w*+−· -]+,)+(?: ?[\w*+−· -]+)?\)"
SAID = re.compile(
    rf"# (?:.*(?:->|→|=) )?(?P<times>\w+ × )?(?P<shapes>{SHAPE}(?:, {SHAPE})*)(?P<each> each)?"
    r"(?=$|[ ,:;.])"
)
# Between two shapes, these make one of them; which, only a reader knows.
RECKONED = re.compile(rf"{SHAPE} (?:[-+*/@×]|and|or) ")
# What turns functions into other programs, in which nothing more can be called, or reads them.
COMPILED = (r"\bcompile\(", r"jit\b", "set_trace", "getsource")

# What a comment is about: one value, the values of a tuple, what a function is given.
VALUE, TUPLE, GIVEN = "value", "tuple", "given"

OPERATIONS: dict[type, Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}


class WrongShape(BaseException):
    """A comment says another shape than the value has; no `except Exception` takes it."""


def said(text: str) -> dict[int, tuple[list[list[str]], bool]]:
    """Line → the shapes that a comment at its end says, and whether each value has the last one."""
    found = {}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        code = token.line[: token.start[1]].strip()
        if token.type == tokenize.COMMENT and code and ";" not in code:
            match = SAID.match(token.string)
            if match and not RECKONED.search(match["shapes"] + token.string[match.end() :]):
                shapes = [
                    [part.strip() for part in shape[1:-1].split(",") if part.strip()]
                    for shape in re.findall(SHAPE, match["shapes"])
                ]
                found[token.start[0]] = shapes, bool(match["each"] or match["times"])
    return found


def insert(tree: ast.Module, text: str, compilers: Iterable[str] = ()) -> ast.Module:
    """The program with a call wherever a comment says shapes of a value that it stands beside.

    Code inside functions is left alone where something compiles or reads functions: see COMPILED,
    and `compilers` for more names.
    """
    found = said(text)
    return _Insert(found, not _compiled(text, compilers)).visit(tree) if found else tree


def _compiled(text: str, compilers: Iterable[str]) -> bool:
    names = (rf"\b{re.escape(name)}\b" for name in compilers)
    return re.search("|".join((*COMPILED, *names)), text) is not None


def unheld(text: str, compilers: Iterable[str] = ()) -> list[int]:
    """Lines whose comment says a shape of nothing that could be looked at."""
    found = said(text)
    insertion = _Insert(found, not _compiled(text, compilers))
    insertion.visit(ast.parse(text))
    return sorted(set(found) - insertion.held)


class _Insert(ast.NodeTransformer):
    def __init__(self, found: Mapping[int, Any], functions: bool) -> None:
        self.found = found
        self.functions = functions
        self.held: set[int] = set()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        if not self.functions:
            return node
        self.generic_visit(node)
        first = node.body[0]
        documented = ast.get_docstring(node, clean=False) is not None
        given = [each for each in node.args.args if each.arg not in ("self", "cls")]
        for line in range(node.lineno, first.lineno):
            # Those that stand on the line; all of them behind the parenthesis that closes.
            args = [each for each in given if each.lineno == line] or given
            if line in self.found and args:
                values: list[ast.expr] = [ast.Name(each.arg, ast.Load()) for each in args]
                check = self._check(line, values, GIVEN, first)
                node.body.insert(int(documented), check)
        return node

    def visit_For(self, node: ast.For) -> ast.AST:
        self.generic_visit(node)
        line = node.iter.end_lineno or node.lineno
        if line in self.found and line < node.body[0].lineno:
            target = node.target.elts[-1] if isinstance(node.target, ast.Tuple) else node.target
            names, several = _names(target)
            if names:
                kind = TUPLE if several else VALUE
                node.body.insert(0, self._check(line, names, kind, node.body[0]))
        return node

    def visit_Assign(self, node: ast.Assign) -> Any:
        self.generic_visit(node)
        names, several = _names(node.targets[-1])
        line = node.end_lineno or node.lineno
        if line not in self.found:
            return node
        if isinstance(node.targets[-1], ast.Subscript):
            node.value = self._wrapped(line, node.value)
            return node
        kind = TUPLE if several else VALUE
        return [node, self._check(line, names, kind, node)] if names else node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        self.generic_visit(node)
        line = node.end_lineno or node.lineno
        if line in self.found and isinstance(node.value, ast.Call):
            args, (shapes, _) = node.value.args, self.found[line]
            if args and len(shapes) == 1:
                args[-1] = self._inner(line, args[-1])
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self._elements(node, node.args, node.keywords)
        return node

    def visit_List(self, node: ast.List) -> ast.AST:
        self._elements(node, node.elts)
        return node

    def visit_Tuple(self, node: ast.Tuple) -> ast.AST:
        self._elements(node, node.elts)
        return node

    def visit_Dict(self, node: ast.Dict) -> ast.AST:
        self._elements(node, node.values)
        return node

    def _elements(self, node: ast.expr, elements: list[ast.expr], named: Any = ()) -> None:
        """Hold each element that has a line, and a comment, of its own."""
        ends = [each.end_lineno for each in (*elements, *named)]
        self.generic_visit(node)

        def alone(line: int | None) -> bool:
            return line in self.found and ends.count(line) == 1 and line != node.end_lineno

        for i, each in enumerate(elements):
            if self.functions and alone(each.end_lineno):
                elements[i] = self._inner(each.end_lineno or 0, each)
        for keyword in named:
            if self.functions and alone(keyword.end_lineno):
                keyword.value = self._inner(keyword.end_lineno, keyword.value)

    def _inner(self, line: int, value: ast.expr) -> ast.expr:
        """A value held; of `*(a, b)`, the last one."""
        if isinstance(value, ast.Starred):
            if isinstance(value.value, ast.Tuple | ast.List) and value.value.elts:
                value.value.elts[-1] = self._inner(line, value.value.elts[-1])
            return value
        return self._wrapped(line, value)

    def _check(self, line: int, values: list[ast.expr], kind: str, at: ast.AST) -> ast.stmt:
        call = self._call(line, ast.Tuple(values, ast.Load()), kind)
        return ast.fix_missing_locations(ast.copy_location(ast.Expr(call), at))

    def visit_Return(self, node: ast.Return) -> ast.AST:
        self.generic_visit(node)
        line = node.end_lineno or node.lineno
        if line in self.found and node.value is not None:
            if isinstance(node.value, ast.Tuple):
                call = self._call(line, node.value, TUPLE)
                node.value = ast.fix_missing_locations(ast.copy_location(call, node))
            else:
                node.value = self._wrapped(line, node.value)
        return node

    def _wrapped(self, line: int, value: ast.expr) -> ast.expr:
        """The same value, held."""
        call = self._call(line, ast.Tuple([value], ast.Load()), VALUE)
        item = ast.Subscript(call, ast.Constant(0), ast.Load())
        return ast.fix_missing_locations(ast.copy_location(item, value))

    def _call(self, line: int, values: ast.expr, kind: str) -> ast.Call:
        self.held.add(line)
        shapes, each = self.found[line]
        told: Any = (line, tuple(map(tuple, shapes)), each, kind)
        return ast.Call(ast.Constant(MARK), [ast.Constant(told), values], [])


def _names(target: ast.expr) -> tuple[list[ast.expr], bool]:
    """What is assigned to, to be read again, None for what has no name; and if it is a tuple."""
    several = isinstance(target, ast.Tuple | ast.List)
    found: list[ast.expr] = []
    for each in target.elts if isinstance(target, ast.Tuple | ast.List) else [target]:
        plain = isinstance(each, ast.Name)
        dotted = isinstance(each, ast.Attribute) and not several
        known = ast.parse(ast.unparse(each), mode="eval").body if plain or dotted else None
        found.append(known or ast.Constant(None))
    return (found if not isinstance(found[0], ast.Constant) else []), several


class Held:
    """Holds values against what their lines' comments say, the first time that each is reached.

    Later the last batch of a loop may be smaller; a reader knows that.
    """

    def __init__(self) -> None:
        self.seen: set[Any] = set()

    def __call__(
        self, told: tuple[int, tuple[tuple[str, ...], ...], bool, str], values: Any
    ) -> Any:
        """Compare them, and give them back.

        Raises:
            WrongShape: one of them has another shape.
        """
        if told not in self.seen:
            self.seen.add(told)
            _, shapes, each, kind = told
            some = values
            if kind == GIVEN:  # an integer or a layer among them has no shape
                some = [value for value in values if _shape(value) is not None]
            elif kind == TUPLE and not each and len(shapes) == 1:
                some = values[:1]
            for shape, value in zip(
                shapes[-1:] * len(some) if each else shapes, some, strict=False
            ):
                if kind == VALUE and hasattr(value, "register_forward_hook"):
                    _once_called(value, shape)
                else:
                    _compare(shape, value)
        return values


def _once_called(layer: Any, shape: tuple[str, ...]) -> None:
    """Compare what a layer, such as one of torch's, gives when it is called for the first time."""

    def given(_layer: Any, _inputs: Any, output: Any) -> None:
        handle.remove()
        _compare(shape, output)

    handle = layer.register_forward_hook(given)


def _compare(shape: tuple[str, ...], value: Any) -> None:
    has = _shape(value)
    if has is not None and not _fits(shape, has):
        said = f"({', '.join(shape)}{',' * (len(shape) == 1)})"
        raise WrongShape(f"the comment says {said}, but the value has {has}")


def _shape(value: Any) -> tuple[int, ...] | None:
    """A tensor's or an array's shape, or a tuple that is one; None of anything else."""
    shape = value if isinstance(value, tuple) else getattr(value, "shape", None)
    if isinstance(shape, tuple) and all(isinstance(size, int) for size in shape):
        return tuple(shape)
    return None


def _fits(shape: tuple[str, ...], has: tuple[int, ...]) -> bool:
    """Whether numbers agree, and equal letters stand for equal numbers."""
    letters: dict[str, int] = {}
    return len(shape) == len(has) and all(
        _agrees(size, number, letters) for size, number in zip(shape, has, strict=True)
    )


def _agrees(size: str, number: int, letters: dict[str, int]) -> bool:
    """Whether a size may be that number; what a letter stands for then is noted.

    Of `2T − 1`, the letter may be any whole number that makes it right.
    """
    if size.isdecimal():
        return int(size) == number
    if size.isidentifier():
        return letters.setdefault(size, number) == number
    written = re.sub(r"(?<=\d)(?=[^\W\d])", "*", size.replace("−", "-").replace("·", "*"))
    try:
        tree = ast.parse(written, mode="eval").body
        unknown = sorted({each.id for each in ast.walk(tree) if isinstance(each, ast.Name)})
        unknown = [name for name in unknown if name not in letters]
        if not unknown:
            return _value(tree, letters) == number
        if len(unknown) == 1:
            zero, one = (_value(tree, {**letters, unknown[0]: value}) for value in (0, 1))
            whole, rest = divmod(number - zero, one - zero) if one != zero else (0, 1)
            letters[unknown[0]] = whole
            return rest == 0 and whole > 0 and _value(tree, letters) == number
    except (SyntaxError, TypeError):
        pass
    return letters.setdefault(size, number) == number  # an expression of several letters


def _value(tree: ast.expr, letters: Mapping[str, int]) -> int:
    """A sum or product; TypeError for anything else."""
    match tree:
        case ast.Constant(int(value)):
            return value
        case ast.Name(name):
            return letters[name]
        case ast.BinOp(left, operation, right) if type(operation) in OPERATIONS:
            return OPERATIONS[type(operation)](_value(left, letters), _value(right, letters))
    raise TypeError(ast.unparse(tree))
