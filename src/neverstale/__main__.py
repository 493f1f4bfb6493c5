"""`python -m neverstale`."""

import sys

from neverstale.cli import main

sys.exit(main())
