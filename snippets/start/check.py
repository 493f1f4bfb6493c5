# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
# measured = "what this machine is"
# gpu-prints = [" cuda"]
# varies = [{ match = '^\d\S+ (None|cuda) 3\.0$', reason = "every machine answers for itself" }]
# ///
# --8<-- [start:check]
import torch

gpu = torch.accelerator.current_accelerator(check_available=True)
total = torch.ones(3, device=gpu or "cpu").sum().item()
print(torch.__version__, gpu, total)
# --8<-- [end:check]
