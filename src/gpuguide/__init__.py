"""The guide's library: a catalogue of GPUs in which every number names its source.

Standard library only; knows nothing of documentation and imports neither the engine nor the site.
"""

from __future__ import annotations

from gpuguide.problem import GpuguideError, Problem

__all__ = ["GpuguideError", "Problem"]
