"""The words of the interactive figures, in both languages. Braces are filled in by the script."""

from __future__ import annotations

COMMON = {
    "en": {
        "reset": "As at first",
        "wrong": "“{name}” takes a number from {low} to {high}.",
        "twin": "On the page itself there is a figure here to try: {title}",
    },
    "zh": {
        "reset": "恢复原样",
        "wrong": "「{name}」要填 {low} 到 {high} 之间的数。",
        "twin": "网页上这里有一幅可以动手试的图：{title}",
    },
}
"""Language → words of all figures."""

WORDS = {
    "kernel": {
        "en": {
            "title": "A kernel of your own.",
            "try": "Change the nine weights and watch the feature map on the right; then move the "
            "window over the photograph to see which nine pixels make one of its pixels. If the "
            "weights add up to 0, even surfaces turn grey and only edges remain.",
            "picture": "Left the photograph with the window, right the feature map with the pixel "
            "that the window gives",
            "preset": "Kernel",
            "vertical": "vertical edges",
            "horizontal": "horizontal edges",
            "blur": "blur",
            "sharpen": "sharpen",
            "own": "your own",
            "weights": "Weights",
            "cell": "weight in row {row}, column {column}",
            "divisor": "All divided by",
            "row": "Row of the output",
            "column": "Column of the output",
            "here": "Output there",
            "least": "Smallest output",
            "most": "Largest output",
            "mean": "Mean",
            "black": "Drawn black",
            "white": "Drawn white",
            "said": "Output there {here}; all lie between {least} and {most}.",
        },
        "zh": {
            "title": "自己写一个核。",
            "try": "改动九个权重，看右边的特征图怎样变；再在照片上移动窗口，看哪九个像素合成"
            "特征图上的一个像素。权重之和为 0 时，平坦的地方一律变灰，只剩下边缘。",
            "picture": "左边是照片和窗口，右边是特征图和窗口对应的那个像素",
            "preset": "卷积核",
            "vertical": "竖直边缘",
            "horizontal": "水平边缘",
            "blur": "模糊",
            "sharpen": "锐化",
            "own": "自己写的",
            "weights": "权重",
            "cell": "第 {row} 行第 {column} 列的权重",
            "divisor": "全部除以",
            "row": "输出的行",
            "column": "输出的列",
            "here": "该处的输出",
            "least": "最小的输出",
            "most": "最大的输出",
            "mean": "平均",
            "black": "画成全黑",
            "white": "画成全白",
            "said": "该处的输出是 {here}，所有输出在 {least} 与 {most} 之间。",
        },
    },
    "window": {
        "en": {
            "title": "How the window moves.",
            "try": "Change one setting at a time, then move through the outputs: filled on the "
            "left are the cells that the chosen output is made of. Dashed cells are padding, "
            "zeros that belong to no pixel; with a large stride or dilation, some pixels may end "
            "up in no output at all.",
            "picture": "Left the input with its padding and the cells that are seen, right the "
            "output with the chosen cell",
            "size": "Input side",
            "kernel": "Kernel side",
            "stride": "Stride",
            "padding": "Padding",
            "dilation": "Dilation",
            "row": "Row of the output",
            "column": "Column of the output",
            "side": "Output side",
            "formula": "Worked out",
            "rows": "Sees rows",
            "columns": "Sees columns",
            "zeros": "Of these cells, padding",
            "input": "input",
            "output": "output",
            "nowhere": "does not fit",
            "said": "Output side {side}. The output sees rows {rows} and columns {columns}.",
        },
        "zh": {
            "title": "窗口怎样移动。",
            "try": "每次只改一项设置，再逐个选输出：左边涂实的格子，就是选中的输出所用到的。虚线格"
            "是填充的零，不是像素；步幅或膨胀一大，有的像素可能哪个输出都用不到。",
            "picture": "左边是带填充的输入和用到的格子，右边是输出和选中的格子",
            "size": "输入边长",
            "kernel": "核边长",
            "stride": "步幅",
            "padding": "填充",
            "dilation": "膨胀",
            "row": "输出的行",
            "column": "输出的列",
            "side": "输出边长",
            "formula": "算式",
            "rows": "用到的行",
            "columns": "用到的列",
            "zeros": "其中属于填充的格数",
            "input": "输入",
            "output": "输出",
            "nowhere": "放不下",
            "said": "输出边长 {side}。选中的输出用到第 {rows} 行、第 {columns} 列。",
        },
    },
}
"""Figure → language → its words: labels, numbers, options, and what is told when it changes."""
