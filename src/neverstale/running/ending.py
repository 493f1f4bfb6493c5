"""How a snippet is to end, where its head says so: by an exception, or with an exit code."""

from __future__ import annotations

import os
import traceback
from typing import Any


def met(failure: BaseException, job: dict[str, Any]) -> bool:
    """Whether a snippet ended as its head says; what Python would say last becomes output.

    Args:
        failure: what ended it.
        job: `raises` (name of an exception, or None), `exit` (exit code, or None).
    """
    if isinstance(failure, SystemExit) and job["exit"] is not None:
        code = failure.code
        number = code if isinstance(code, int) else int(code is not None)
        said = "" if code is None or isinstance(code, int) else f"{code}\n"
        good = bool(number == job["exit"])
    else:
        kind = type(failure)
        said = "".join(traceback.format_exception_only(failure))
        good = job["raises"] in (kind.__qualname__, f"{kind.__module__}.{kind.__qualname__}")
    if good:
        os.write(1, said.encode("utf-8", errors="backslashreplace"))
    return good


def missed(job: dict[str, Any]) -> str:
    """What to say of a snippet that came to its last line; "" if it was to."""
    if job["raises"] is not None:
        return f'came to its end, although its head says raises = "{job["raises"]}"'
    if job["exit"]:  # at its last line, the exit code is 0
        return f"came to its end, although its head says exit = {job['exit']}"
    return ""
