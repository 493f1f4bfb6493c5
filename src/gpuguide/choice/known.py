"""The workloads that come with the package: what was traced, and language models that answer."""

from __future__ import annotations

from functools import cache

from gpuguide.choice.language import forms, language, models
from gpuguide.choice.workload import Workload, traced
from gpuguide.problem import GpuguideError, Problem


@cache
def presets() -> tuple[Workload, ...]:
    """All of them, in the order in which a list shows them."""
    return (*traced(), *(language(model, form) for model in models() for form in forms(model)))


def common() -> tuple[Workload, ...]:
    """The same with each language model once, in the form that takes least."""
    return (*traced(), *(language(model, forms(model)[-1]) for model in models()))


def preset(name: str, context: int | None = None) -> Workload:
    """A preset by its id.

    Args:
        name: the id.
        context: of a language model, tokens of a sequence; what is usual if None.

    Raises:
        GpuguideError: no such preset, with a list of them; or the model takes no such context.
    """
    found = {one.id: one for one in presets()}
    if name not in found:
        raise GpuguideError(Problem("", "", "", f"no preset {name!r}; use {', '.join(found)}"))
    if context is None:
        return found[name]
    for model in models():
        for form in forms(model):
            if name == f"{model.id}-{form}":
                if not 1 <= context <= model.most:
                    text = f"{context}; {model.name} takes 1 to {model.most} tokens"
                    raise GpuguideError(Problem("", "", "context", text))
                return language(model, form, context)
    raise GpuguideError(Problem("", "", "context", "only language models that answer have one"))
