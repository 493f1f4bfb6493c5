# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [[tool.neverstale.allow-stderr]]
# match = '^Traceback|^File "|_main\(|pickle|\^\^|^AttributeError: Can.t get attribute'
# reason = "the worker's own message, which the page quotes"
# ///
# --8<-- [start:workers]
import re

from torch.utils.data import DataLoader

if __name__ == "__main__":

    class Numbers(list):
        pass

    loader = DataLoader(
        Numbers([1, 2, 3]), num_workers=1, multiprocessing_context="spawn"
    )
    try:
        next(iter(loader))
    except RuntimeError as error:
        # zh: 进程的编号每次不同，换成 …
        # en: the number of the process, which differs each time, becomes …
        print("RuntimeError:", re.sub(r"\d+", "…", str(error)))
# --8<-- [end:workers]
