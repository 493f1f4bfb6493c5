"""Which GPU for it: a workload and the buyer's limits in, GPUs in order with reasons out."""
