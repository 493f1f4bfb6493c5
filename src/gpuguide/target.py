"""`my_model.py:build` and `32,3,224,224` → a model and its inputs, or one line on what is wrong."""

from __future__ import annotations

import importlib.util
import re
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn

from gpuguide.problem import GpuguideError, Problem

DTYPES = {
    "float32": torch.float32,
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
    "int64": torch.int64,
    "int32": torch.int32,
    "bool": torch.bool,
}


def complain(where: str, message: str) -> GpuguideError:
    """The exception for one mistake of the reader's."""
    return GpuguideError(Problem(where, "", "", message))


def load_model(target: str) -> nn.Module:
    """The model that `FILE:FUNCTION` returns; FUNCTION may be a module class or take no arguments.

    It is built on `meta` where that works, so that a large model costs no memory, else on the CPU.

    Raises:
        GpuguideError: no such file or function, or the reader's code fails; the line is shown.
    """
    path, _, name = target.rpartition(":")
    if not path:
        raise complain(target, f"say which function builds the model: {target}:build")
    file = Path(path)
    if not file.is_file():
        raise complain(path, "no such file; give the path of a Python file")
    module = _import(file)
    build = getattr(module, name, None)
    if not callable(build):
        known = [key for key, one in vars(module).items() if _own(one, module)]
        near = f"; it has {', '.join(known)}" if known else ""
        raise complain(path, f"no function {name!r}{near}")
    try:
        with torch.device("meta"):
            model = build()
    except Exception:
        try:
            model = build()
        except Exception as error:
            raise complain(path, f"{name}() failed: {_where(error, file)}") from error
    if not isinstance(model, nn.Module):
        kind = type(model).__name__
        raise complain(path, f"{name}() returned {kind}; return a torch.nn.Module")
    return model


def parse_inputs(texts: Sequence[str]) -> tuple[Tensor, ...]:
    """`32,3,224,224` or `8,512:int64`, one text per argument → tensors without bytes.

    Raises:
        GpuguideError: a text that is neither.
    """
    return tuple(_tensor(text) for text in texts)


def explain(error: Exception, target: str, inputs: Sequence[str]) -> GpuguideError:
    """An exception that the model raised on its inputs, as one line with the reader's own line."""
    path = target.rpartition(":")[0]
    shapes = " ".join(inputs)
    hint = f"is --input {shapes} what forward() takes?"
    if "meta" in str(error) and re.search(r"item|scalar|data-dependent|nonzero", str(error)):
        hint = "it reads a tensor's values, which an estimate has not"
    return complain(path, f"{_where(error, Path(path))} ({hint})")


def _import(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(file.stem, file)
    if spec is None or spec.loader is None:
        raise complain(str(file), "not a Python file; its name must end in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[file.stem] = module
    sys.path.insert(0, str(file.parent.resolve()))
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise complain(str(file), f"cannot be imported: {_where(error, file)}") from error
    finally:
        sys.path.pop(0)
    return module


def _own(value: Any, module: ModuleType) -> bool:
    return callable(value) and getattr(value, "__module__", None) == module.__name__


def _where(error: BaseException, file: Path) -> str:
    """`line 12: x = self.fc(x): RuntimeError: …`: the last line of the reader's file involved."""
    what = f"{type(error).__name__}: {' '.join(str(error).split())}"
    if isinstance(error, SyntaxError) and error.lineno is not None:
        return f"line {error.lineno}: {what}"
    frames = traceback.extract_tb(error.__traceback__)
    own = [one for one in frames if Path(one.filename).resolve() == file.resolve()]
    return f"line {own[-1].lineno}: {own[-1].line}: {what}" if own else what


def _tensor(text: str) -> Tensor:
    sizes, _, dtype = text.partition(":")
    if not re.fullmatch(r"[1-9]\d*(,[1-9]\d*)*", sizes):
        raise complain("--input", f"{text!r}; write sizes such as 32,3,224,224 or 8,512:int64")
    if dtype and dtype not in DTYPES:
        raise complain("--input", f"no type {dtype!r}; use {', '.join(DTYPES)}")
    kind = DTYPES[dtype or "float32"]
    return torch.empty([int(size) for size in sizes.split(",")], dtype=kind, device="meta")
