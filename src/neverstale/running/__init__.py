"""A snippet in its sandbox: snippets in, what each run left behind out."""

import sys

from neverstale.problem import NeverstaleError, Problem

if sys.platform == "win32":  # everything here uses modules and calls of POSIX
    raise NeverstaleError(
        Problem(
            "neverstale",
            0,
            "snippets do not run on this system: on Windows, run them in WSL 2",
        )
    )
