"""Why a counter differs from the count by hand: what its number is made of, to the last FLOP.

The words for each reason are in `handbook.boards.counters`, per edition. `F` is the forward pass by
hand; other letters are those of the network.
"""

from __future__ import annotations

FUSED = "no-formula", "0", "0"
PRODUCTS = "attention", "2·N·L·C·4·C", "3·2·N·L·C·4·C"
GROUPS = "groups", "", "(2 + C)·F"
OUTPUT = "output-size", "2·N·C·O·(2·H)·(2·W)·K·K", ""
CNN_BIASES = "biases", "F + 2·N·(32·28·28 + 64·14·14 + 128 + 10)", ""
CNN_ALL = "N·(3·(32·28·28 + 64·14·14) + 128)"
GATES = "N·L·10·H"

DIFFERENCES = {
    ("torch (CPU)", "lstm"): FUSED,
    ("torch (CPU)", "attention"): PRODUCTS,
    ("torch (CPU)", "depthwise"): GROUPS,
    ("torch (meta)", "lstm"): ("initial-state", "", "3·F − 2·N·4·H·H"),
    ("torch (meta)", "depthwise"): GROUPS,
    ("fvcore", "lstm"): FUSED,
    ("fvcore", "attention"): PRODUCTS,
    ("ptflops (pytorch)", "cnn"): (
        "pooling-twice", "F + 2·N·(4·(32·28·28 + 64·14·14) + 2·128 + 10)", "",
    ),
    ("ptflops (pytorch)", "lstm"): ("gates", "F + 2·N·L·18·H", ""),
    ("ptflops (pytorch)", "attention"): PRODUCTS,
    ("ptflops (aten)", "cnn"): CNN_BIASES,
    ("ptflops (aten)", "lstm"): FUSED,
    ("ptflops (aten)", "attention"): PRODUCTS,
    ("thop", "lstm"): ("gates", "F + 2·N·L·16·H", ""),
    ("thop", "attention"): PRODUCTS,
    ("thop", "transposed"): OUTPUT,
    ("calflops (FLOPs)", "cnn"): ("elementwise", f"F + {CNN_ALL}", f"3·(F + {CNN_ALL})"),
    ("calflops (FLOPs)", "lstm"): ("fewer-additions", f"F + {GATES}", f"3·(F + {GATES})"),
    ("calflops (FLOPs)", "attention"): PRODUCTS,
    ("calflops (MACs)", "lstm"): ("no-macs", "0", "0"),
    ("calflops (MACs)", "attention"): PRODUCTS,
    ("torchinfo", "cnn"): CNN_BIASES,
    ("torchinfo", "lstm"): ("biases", "F + 2·N·L·8·H", ""),
    ("torchinfo", "attention"): ("one-position", "2·N·C·4·C", ""),
    ("torchinfo", "transposed"): OUTPUT,
    ("gpuguide", "attention"): ("recomputed", "", "3·F + 2·N·L·L·C"),
}  # fmt: skip
"""(counter, network) → reason, and the number without and with the backward pass as formulas; an
empty one means that it is the count by hand, or that there is none."""
