"""`python -m handbook`."""

import signal
import sys

# Builder processes import this module again, under another name, and need none of it.
if __name__ == "__main__":
    from handbook.cli import main

    # Whoever asks for the end gets it as with Ctrl-C: what was begun is cleared up.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main())
