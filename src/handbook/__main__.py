"""`python -m handbook`."""

import sys

# Builder processes import this module again, under another name, and need none of it.
if __name__ == "__main__":
    from handbook.cli import main

    sys.exit(main())
