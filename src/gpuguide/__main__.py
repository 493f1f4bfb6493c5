"""`python -m gpuguide`: the command line, also from a bare source tree."""

from __future__ import annotations

import sys

from gpuguide.cli import main

sys.exit(main())
