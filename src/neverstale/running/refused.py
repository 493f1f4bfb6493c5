"""What to do about something that the sandbox refused: which way out helps."""

from __future__ import annotations

import os
import re
import socket
import traceback
from collections.abc import Iterator

NETWORK = (
    "a snippet has no network; put what it needs into a file beside it, named in 'files'; to talk "
    "to a server of its own, its head says loopback = true"
)
READ = "a snippet reads what its head lists in 'files': put it beside the snippet, and list it"
MODULE = (
    "it imports {}, which is no installed package: name the folder that holds it in "
    '[tool.neverstale] imports, such as imports = ["src"]'
)
WRITE = "a snippet writes to its own folder only: give a bare file name, without a folder"
UNLISTED = "it lies beside the snippet, but the head does not list it in 'files'"
# Code that writes, by what is usual.
WRITING = re.compile(r"""["'][wax]b?\+?["']|\.(?:write_|save|mkdir|touch|unlink|rename)""")


def advice(failure: BaseException, snippet: str) -> str:
    """What helps against a failure that the sandbox caused; "" if it did not.

    Args:
        failure: what ended the snippet.
        snippet: its file.
    """
    for each in _chain(failure):
        if isinstance(each, socket.gaierror) or _of_socket(each):
            return NETWORK
        name = getattr(each, "filename", None)
        if not isinstance(name, str | bytes):
            continue
        file = os.path.abspath(os.fsdecode(name))
        if isinstance(each, PermissionError) and _importing(each):
            return MODULE.format(_package(file))
        if isinstance(each, PermissionError):
            writing = WRITING.search(_lines(each)) or not os.path.exists(file) or _readable(file)
            return WRITE if writing else READ
        if isinstance(each, FileNotFoundError):
            beside = os.path.join(os.path.dirname(snippet), os.path.basename(file))
            own = os.path.dirname(file) in (os.getcwd(), os.path.dirname(snippet))
            return UNLISTED if own and os.path.isfile(beside) else ""
    return ""


def _chain(failure: BaseException) -> Iterator[BaseException]:
    """A failure and those behind it; a library tells of the first with one of its own."""
    seen: list[BaseException] = []
    waiting: list[object] = [failure]
    while waiting:
        each = waiting.pop()
        if isinstance(each, BaseException) and each not in seen:
            seen.append(each)
            yield each
            waiting += [each.__context__, each.__cause__, getattr(each, "reason", None)]


def _of_socket(failure: BaseException) -> bool:
    """Whether a socket was refused: such an error names no file."""
    if not isinstance(failure, PermissionError) or failure.filename is not None:
        return False
    frames = traceback.extract_tb(failure.__traceback__)
    return any(os.path.basename(frame.filename) == "socket.py" for frame in frames) or any(
        "socket" in (frame.line or "") for frame in frames[-1:]
    )


def _importing(failure: BaseException) -> bool:
    """Whether it was Python that read a file, to import it."""
    frames = traceback.extract_tb(failure.__traceback__)
    return frames[-1:] != [] and frames[-1].filename.startswith("<frozen importlib")


def _package(file: str) -> str:
    """The name by which a module's file is imported, of a package that of the whole."""
    folder, name = os.path.split(os.path.splitext(file)[0])
    while os.path.isfile(os.path.join(folder, "__init__.py")):
        folder, name = os.path.split(folder)
    return name


def _lines(failure: BaseException) -> str:
    """The lines of code that led to a failure."""
    return "\n".join(frame.line or "" for frame in traceback.extract_tb(failure.__traceback__))


def _readable(file: str) -> bool:
    try:
        if os.path.isdir(file):
            os.listdir(file)
        else:
            with open(file, "rb"):
                pass
    except OSError:
        return False
    return True
