"""How a snippet is to end: at its last line, or by an exception or exit code that its head says.

A program's last statement often ends it with exit code 0, as what runs a command line does: that is
its end as well.
"""

from __future__ import annotations

import os
import traceback
from typing import Any


def met(failure: BaseException, job: dict[str, Any], at_last: bool) -> bool:
    """Whether a snippet ended as it should; what Python would say last becomes output.

    Args:
        failure: what ended it.
        job: `raises` (name of an exception, or None), `exit` (exit code, or None).
        at_last: whether its last statement had begun.
    """
    plain = 0 if at_last and job["raises"] is None else None
    wanted = plain if job["exit"] is None else job["exit"]
    if isinstance(failure, SystemExit) and wanted is not None:
        code = failure.code
        number = code if isinstance(code, int) else int(code is not None)
        said = "" if code is None or isinstance(code, int) else f"{code}\n"
        good = bool(number == wanted)
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
