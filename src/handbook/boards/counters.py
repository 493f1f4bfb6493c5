"""Counters of FLOPs against the count by hand, `[[counters]]`: from what `make counters` wrote."""

from __future__ import annotations

from typing import Any

from handbook.boards.tables import Recorded, Table

WRONG = frozenset({
    "no-formula", "no-macs", "attention", "pooling-twice", "one-position", "groups", "output-size",
})  # fmt: skip
"""Reasons that make a number wrong; the others say that something else is counted."""

WORDS: dict[str, Any] = {
    "en": {
        "told": "Counted on {date}. Each figure is the count divided by that by hand, a "
        "multiply-add (MAC) taken as 2 FLOPs; bold figures are wrong, the others differ by what "
        "they choose to count. F is the forward pass by hand, 3·F that with the backward pass.",
        "none": "Nothing has been counted yet.",
        "by-hand": ("Network", "Layers", "Sizes", "By hand (F)", "FLOPs"),
        "forward": ("Forward pass", "Counts"),
        "backward": ("Forward and backward", "Counts"),
        "why": ("Network", "Counter", "Why", "Says"),
        "join": ", ",
        "says": "{said}, not {right}",
        "networks": {
            "cnn": "SimpleCNN",
            "lstm": "LSTM",
            "attention": "Attention",
            "depthwise": "Depthwise",
            "transposed": "Transposed",
        },
        "reasons": {
            "no-formula": "The whole LSTM reaches the counter as one operator. It has no formula "
            "for that, and adds 0.",
            "no-macs": "For recurrent layers it works out FLOPs only; their MACs stay 0.",
            "attention": "Only the linear layers are counted. The two products inside "
            "scaled_dot_product_attention are left out.",
            "pooling-twice": "Biases, ReLU and pooling count as multiply-adds, and pooling counts "
            "twice: as a layer, and as the function that the layer calls.",
            "one-position": "A linear layer is counted for one position of the sequence, and the "
            "products of attention are left out.",
            "groups": "The gradient of the weights is counted as if the convolution had one group: "
            "C times what it takes.",
            "output-size": "Counted for every position of the output instead of the input, as in "
            "an ordinary convolution; at stride 2 that is four times as many.",
            "biases": "Adding a bias counts as a multiply-add.",
            "elementwise": "Biases of the convolutions, ReLU and pooling count one FLOP for each "
            "number. The backward pass is not looked at: it is taken as twice the forward pass.",
            "gates": "Biases and the arithmetic of the gates count, each operation as a "
            "multiply-add.",
            "fewer-additions": "Biases and the arithmetic of the gates count, and a sum of n "
            "products has n − 1 additions. The backward pass is taken as twice the forward pass.",
            "initial-state": "The initial state is zeros and needs no gradient, so one product is "
            "never computed. cuDNN computes it all the same.",
            "recomputed": "On a GPU, fused attention does not keep the scores; its backward pass "
            "computes them again. The GPU does that product, so an estimate counts it.",
        },
    },
    "zh": {
        "told": "{date} 计数。表中是各工具的结果除以手算的结果，一次乘加（MAC）算 2 个 FLOP。"
        "粗体是错的；其余不等于 1 的，只是计入的范围不同。F 是手算的前向，3·F 是前向加反向。",
        "none": "尚未计数。",
        "by-hand": ("网络", "层", "尺寸", "手算（F）", "FLOPs"),
        "forward": ("前向传播", "单位"),
        "backward": ("前向加反向", "单位"),
        "why": ("网络", "工具", "原因", "结果"),
        "join": "、",
        "says": "{said}，而不是 {right}",
        "networks": {
            "cnn": "SimpleCNN",
            "lstm": "LSTM",
            "attention": "注意力",
            "depthwise": "逐通道卷积",
            "transposed": "转置卷积",
        },
        "reasons": {
            "no-formula": "工具看到的整个 LSTM 只是一个算子，没有对应的公式，于是记作 0。",
            "no-macs": "循环层只算 FLOPs，MACs 一直是 0。",
            "attention": "只数了线性层，scaled_dot_product_attention 里的两次矩阵乘法都漏了。",
            "pooling-twice": "偏置、ReLU 和池化都按乘加计入，池化还数了两遍："
            "池化层一遍，层里调用的函数又一遍。",
            "one-position": "线性层只按序列的一个位置数，注意力里的矩阵乘法也漏了。",
            "groups": "权重的梯度按不分组的卷积来数，成了实际的 C 倍。",
            "output-size": "像普通卷积那样按输出的位置数，其实应按输入；步幅为 2 时成了四倍。",
            "biases": "加偏置也算一次乘加。",
            "elementwise": "卷积的偏置、ReLU 和池化，每个数算 1 个 FLOP。"
            "反向传播不看实际运算，一律取前向的两倍。",
            "gates": "偏置和门的逐元素运算也计入，每次运算都算一次乘加。",
            "fewer-additions": "偏置和门的逐元素运算也计入，n 个乘积相加只算 n − 1 次加法。"
            "反向传播一律取前向的两倍。",
            "initial-state": "初始状态是全零，不需要梯度，有一次矩阵乘法就不用做；cuDNN 照做不误。",
            "recomputed": "GPU 上融合的注意力不保存注意力分数，反向传播时重算一遍。"
            "这次乘法 GPU 真的要做，估算就计入。",
        },
    },
}


def _read(say: Any, data: Any) -> tuple[str, list[Table]]:
    """The sentence above, and the tables."""
    tables = [
        _by_hand(say, data),
        _ratios(say, data, False),
        _ratios(say, data, True),
        _why(say, data),
    ]
    return say["told"].format(date=data["date"]), tables


def _by_hand(say: Any, data: Any) -> Table:
    rows = [
        [
            say["networks"][name],
            one["code"],
            ", ".join(f"{letter}={size}" for letter, size in one["sizes"].items()),
            one["formula"],
            f"{one['flops']:,}",
        ]
        for name, one in data["networks"].items()
    ]
    return Table(say["by-hand"], rows)


def _ratios(say: Any, data: Any, backward: bool) -> Table:
    """A line for every counter that counts this, a column for every network."""
    networks = data["networks"]
    found = {
        (row["counter"], row["network"]): row for row in data["rows"] if row["backward"] == backward
    }
    rows = [
        [
            f"{name} {one['version']}",
            one["unit"],
            *(
                _ratio(found[name, network], _right(data, network, backward))
                for network in networks
            ),
        ]
        for name, one in data["counters"].items()
        if any(name == counter for counter, _ in found)
    ]
    head = say["backward" if backward else "forward"]
    return Table([*head, *(say["networks"][network] for network in networks)], rows)


def _right(data: Any, network: str, backward: bool) -> int:
    """FLOPs by hand."""
    return int(data["networks"][network]["flops"]) * (3 if backward else 1)


def _ratio(row: Any, right: int) -> str:
    ratio = row["flops"] / right
    text = f"{ratio:.0f}" if ratio.is_integer() else f"{ratio:.3f}"
    return f"**{text}**" if row["reason"] in WRONG else text


def _why(say: Any, data: Any) -> Table:
    """Differences; counters that say the same of a network for the same reason share a line."""
    groups: dict[tuple[Any, ...], list[str]] = {}
    for row in data["rows"]:
        if row["reason"]:
            said = f"{row['formula']} = {row['flops']:,}" if row["flops"] else "0"
            says = say["says"].format(said=said, right="3·F" if row["backward"] else "F")
            key = (say["networks"][row["network"]], say["reasons"][row["reason"]], says)
            groups.setdefault(key, []).append(row["counter"])
    rows = [
        [network, say["join"].join(names), reason, says]
        for (network, reason, says), names in groups.items()
    ]
    return Table(say["why"], rows)


BOARD = Recorded("counters.json", "counters", WORDS, _read)
show, markdown = BOARD.show, BOARD.markdown
