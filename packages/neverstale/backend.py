"""Makes the wheel of neverstale: a build backend (PEP 517), and a command.

pip wheel --no-deps packages/neverstale        # as any project
python packages/neverstale/backend.py FOLDER   # prints the wheel's path
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import wheels  # noqa: E402  (it lies beside this folder)


def build_wheel(
    wheel_directory: str, config_settings: Any = None, metadata_directory: str | None = None
) -> str:
    """Write the wheel into a folder and return its name, as pip asks for."""
    return wheels.build(HERE, Path(wheel_directory)).name


if __name__ == "__main__":
    print(wheels.build(HERE, Path(sys.argv[1])))
