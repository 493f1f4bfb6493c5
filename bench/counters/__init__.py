"""Counters of FLOPs on five small networks, against the count by hand."""
