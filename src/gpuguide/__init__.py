"""The guide's library: which GPU for which work.

- `gpuguide.catalogue`: GPUs, with the source of every number.
- `gpuguide.cost.estimate`: memory and operators of a step of one's own model, without a GPU.
- `gpuguide.cost.speed`: time of a step on a GPU, as a range.
- `gpuguide.choice.choose`: GPUs for a workload in order, with reasons.
- `gpuguide.choice.picks`: of these one to buy, a runner-up, the cheapest, and what to rent.

Only what traces a model needs torch; the rest needs the standard library alone. Knows nothing of
documentation and imports neither the engine nor the site.
"""

from __future__ import annotations

from gpuguide.problem import GpuguideError, Problem

__version__ = "0.1.0"
__all__ = ["GpuguideError", "Problem", "__version__"]
