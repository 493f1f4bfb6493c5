"""Proof that staleness is caught: faults are injected one by one, and each must be noticed.

`fault.py` says what a fault is, `kinds.py` makes them, `proving.py` injects them into a scratch
copy and runs the ordinary checks, `table.py` keeps the result and shows it on a page.
"""

from handbook.prove.proving import prove

__all__ = ["prove"]
