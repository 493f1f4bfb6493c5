"""A snippet in its sandbox: snippets in, what each run left behind out."""

import sys

from neverstale.problem import NeverstaleError, Problem

if sys.platform != "linux":  # whose modules and calls everything here uses
    raise NeverstaleError(
        Problem(
            "neverstale",
            0,
            "snippets run on Linux only (on Windows in WSL 2, on a Mac in a container)",
        )
    )
