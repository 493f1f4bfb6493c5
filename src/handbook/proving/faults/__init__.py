"""Proof that staleness is caught: faults are injected one by one, and each must be noticed.

`fault.py` says what a fault is, `kinds.py` makes them, `proving.py` injects them into a scratch
copy, runs the ordinary checks and keeps the result, which `handbook.boards.faults` shows.
"""

from handbook.proving.faults.proving import prove

__all__ = ["prove"]
