"""A small product on the GPU, and what torch says of it: a file of its own, run like a snippet.

Prints one line of JSON: `torch` (version), `built` (its CUDA, or null), `devices` (how many it
sees), `name` (of the first), `bytes` (that the product took there) and `error` (the first line of
what torch raised, or null).
"""

import json
import os
from typing import Any

told: dict[str, Any] = dict.fromkeys(("torch", "built", "name", "error"))
told |= {"devices": 0, "bytes": 0}
try:
    import torch

    told["torch"], told["built"] = str(torch.__version__), torch.version.cuda
    told["devices"] = torch.cuda.device_count()
    ones = torch.ones(64, 64, device="cuda")
    if (ones @ ones).sum().item() != 64**3:
        told["error"] = "a product of ones came out wrong"
    told["name"] = torch.cuda.get_device_name()
    told["bytes"] = torch.cuda.max_memory_allocated()
except Exception as error:  # whatever it is, it is what to tell
    told["error"] = (str(error).strip() or type(error).__name__).splitlines()[0]
hidden = os.environ.get("CUDA_VISIBLE_DEVICES")
if told["error"] and hidden is not None:
    told["error"] += f" (CUDA_VISIBLE_DEVICES is '{hidden}')"
print(json.dumps(told))
