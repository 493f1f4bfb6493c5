"""`my_model.py:build` and `32,3,224,224` → a model and its inputs, or one line on what is wrong.

Models of transformers and timm go by `hf:config.json` and `timm:resnet50`, if these are installed.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import json
import re
import sys
import traceback
from collections.abc import Callable, Sequence
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


LIBRARIES = {"hf": "transformers", "timm": "timm"}
"""What stands before the colon, and the library that it means."""


def load_model(target: str) -> nn.Module:
    """The model that a target names, on `meta` where that works, else on the CPU.

    `FILE:FUNCTION` is what the function returns; it may be a module class or take no arguments.
    `hf:CONFIG.json` is what `architectures` in a Hugging Face configuration names, and
    `hf:CONFIG.json:CLASS` another class; `timm:NAME` is a model of timm, without its weights.

    Raises:
        GpuguideError: no such file, function, library or model, or the reader's code fails; the
            line is shown.
    """
    kind, _, rest = target.partition(":")
    if kind in LIBRARIES and not Path(target.rpartition(":")[0]).is_file():
        return _from_library(kind, rest)
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
        model = _without_bytes(build)
    except Exception as error:
        raise complain(path, f"{name}() failed: {_where(error, file)}") from error
    if not isinstance(model, nn.Module):
        kind = type(model).__name__
        raise complain(path, f"{name}() returned {kind}; return a torch.nn.Module")
    return model


def _without_bytes(build: Callable[[], Any]) -> Any:
    try:
        with torch.device("meta"):
            return build()
    except Exception:
        return build()


def _from_library(kind: str, rest: str) -> nn.Module:
    library = LIBRARIES[kind]
    try:
        module = importlib.import_module(library)
    except ImportError as error:
        missing = "" if error.name == library else f" ({_said(error)})"
        raise complain(
            f"{kind}:{rest}", f"needs {library}{missing}: pip install {library}"
        ) from error
    try:
        return _hugging_face(module, rest) if kind == "hf" else _timm(module, rest)
    except GpuguideError:
        raise
    except Exception as error:
        raise complain(f"{kind}:{rest}", f"{library} cannot build it: {_said(error)}") from error


def _hugging_face(transformers: ModuleType, rest: str) -> nn.Module:
    path, _, name = rest.partition(".json:")
    file = Path(f"{path}.json" if name else path)
    if not file.is_file():
        raise complain(f"hf:{rest}", "no such file; give the config.json of a model's page")
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        names = data.get("architectures") or []
    except (ValueError, AttributeError, OSError) as error:
        raise complain(str(file), f"not a configuration: {_said(error)}") from error
    if not name and not names:
        raise complain(str(file), f"it names no architecture; say which class: hf:{file}:CLASS")
    build = getattr(transformers, name or names[0], None)
    if build is None or not hasattr(build, "_from_config"):
        raise complain(str(file), f"transformers has no model class {name or names[0]!r}")
    config = transformers.AutoConfig.for_model(**data)
    model: nn.Module = _without_bytes(lambda: build._from_config(config))
    return model


def _timm(timm: ModuleType, name: str) -> nn.Module:
    if not timm.is_model(name):
        near = difflib.get_close_matches(name, timm.list_models(), 3)
        more = f"; near it are {', '.join(near)}" if near else ""
        raise complain(f"timm:{name}", f"timm has no such model{more}")
    model: nn.Module = _without_bytes(lambda: timm.create_model(name))
    return model


def checkpointed(model: nn.Module, target: str) -> nn.Module:
    """The model with gradient checkpoints, as transformers, diffusers and timm switch them on."""
    for name in ("gradient_checkpointing_enable", "enable_gradient_checkpointing",
                 "set_grad_checkpointing"):  # fmt: skip
        if callable(getattr(model, name, None)):
            getattr(model, name)()
            return model
    message = "has no switch for gradient checkpoints; call torch.utils.checkpoint in its forward()"
    raise complain(target, message)


def parse_inputs(
    texts: Sequence[str], settings: Sequence[str] = ()
) -> tuple[Tensor, ...] | dict[str, Any]:
    """Arguments of forward(): tensors without bytes, and values.

    Args:
        texts: `32,3,224,224` or `8,512:int64`, one per argument; or each with a name, as
            `input_ids=8,512:int64`.
        settings: `use_cache=false`, `timestep=5`: a name and a number, true, false, null or word.

    Returns:
        A tuple; a dict where names are given.

    Raises:
        GpuguideError: a text that is none of these.
    """
    named = [text.partition("=") for text in texts]
    with_name = [bool(sign) for _, sign, _ in named]
    if any(with_name) != all(with_name) or (settings and not all(with_name)):
        raise complain("--input", "give every input a name, such as input_ids=8,512:int64, or none")
    if not any(with_name):
        return tuple(_tensor(text) for text in texts)
    found: dict[str, Any] = {name: _tensor(text) for name, _, text in named}
    for setting in settings:
        name, sign, text = setting.partition("=")
        if not sign or not name.isidentifier():
            raise complain("--set", f"{setting!r}; write a name and a value: use_cache=false")
        try:
            found[name] = json.loads(text)
        except ValueError:
            found[name] = text
    return found


def explain(error: Exception, target: str, inputs: Sequence[str]) -> GpuguideError:
    """An exception that the model raised on its inputs, as one line with the reader's own line."""
    path = target.rpartition(":")[0]
    hint = f"is --input {' '.join(inputs)} what forward() takes?"
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


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"


def _where(error: BaseException, file: Path) -> str:
    """`line 12: x = self.fc(x): RuntimeError: …`: the last line of the reader's file involved."""
    what = _said(error)
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
