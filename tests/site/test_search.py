"""Searching as a reader does: typed into the box, in Chromium, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

# What is typed, and the pages of which one must be among the first results ("." is the home page):
# questions as people ask them, other names for a term, names of GPUs, and short words inside longer
# ones (网络 in 卷积神经网络, 平均 in 全局平均池化).
QUERIES: dict[str, dict[str, str]] = {
    "zh": {
        "选什么显卡": "guide/ .",
        "4090 多少钱": "guide/table/ guide/buying/",
        "3090": "guide/table/",
        "显存不够": "start/errors/ guide/memory/",
        "QLoRA": "guide/memory/ guide/ guide/glossary/",
        "汇聚": "cnn/pooling/ guide/glossary/",
        "cuda out of memory": "start/errors/ guide/memory/",
        "安装 pytorch": "start/setup/",
        "租 GPU": "guide/buying/",
        "多大显存够用": "guide/memory/ guide/",
        "大模型微调": "guide/memory/ guide/ guide/estimate/ guide/buying/",
        "国产 GPU": "guide/products/ guide/programming/",
        "昇腾": "guide/products/ guide/programming/ guide/table/",
        "AMD ROCm": "guide/programming/ guide/frameworks/ guide/products/",
        "张量核心": "guide/numbers/",
        "显存带宽": "guide/memory/",
        "混合精度": "guide/numbers/ guide/measure/ rnn/next/ guide/frameworks/",
        "镜像": "start/setup/",
        "张量是什么": "start/tensors/",
        "梯度": "start/gradients/",
        "学习率": "start/training/ start/gradients/ guide/glossary/",
        "过拟合": "start/overfitting/",
        "暂退法": "guide/glossary/ rnn/stacked/",
        "损失函数": "start/training/ cnn/fully-connected/ start/gradients/ guide/glossary/",
        "卷积核": "cnn/convolution/",
        "步幅": "cnn/convolution/",
        "最大池化": "cnn/pooling/",
        "感受野": "cnn/simple-cnn/",
        "全连接层": "cnn/fully-connected/",
        "手写数字": "cnn/mnist-lab/",
        "遗忘门": "rnn/lstm/",
        "隐状态": "rnn/cell/",
        "梯度消失": "rnn/cell/ rnn/lstm/",
        "记忆元": "rnn/lstm/ guide/glossary/",
        "注意力": "rnn/next/",
        "太阳黑子": "rnn/sunspots-lab/",
        "形状不匹配": "start/errors/",
        "mat1 and mat2 shapes cannot be multiplied": "start/errors/",
        "多卡训练": "guide/ guide/buying/ guide/frameworks/",
        "功耗 电费": "guide/buying/",
        "网络": "cnn/ cnn/simple-cnn/",
        "神经": "cnn/",
        "卷积": "cnn/convolution/",
        "互相关": "cnn/convolution/",
        "填充": "cnn/convolution/",
        "膨胀": "cnn/convolution/",
        "通道": "cnn/convolution/",
        "特征图": "cnn/convolution/",
        "池化": "cnn/pooling/",
        "平移": "cnn/pooling/",
        "平均": "cnn/pooling/",
        "展平": "cnn/fully-connected/",
        "全连接": "cnn/fully-connected/",
        "交叉熵": "cnn/fully-connected/",
        "数据类型": "cnn/simple-cnn/",
        "SimpleCNN": "cnn/simple-cnn/",
        "记录": "verification/",
        "连接": "cnn/fully-connected/",
        "循环": "rnn/",
        "门控": "rnn/lstm/",
        "黑子": "rnn/sunspots-lab/",
    },
    "en": {
        "which gpu should i buy": "guide/ .",
        "best gpu for deep learning": "guide/ .",
        "rtx 3090": "guide/table/",
        "4090 price": "guide/table/ guide/buying/",
        "cheapest gpu": "guide/ guide/buying/ guide/table/",
        "H100 vs A100": "guide/products/ guide/table/",
        "how much vram for llama 8b": "guide/memory/ guide/ guide/estimate/",
        "QLoRA": "guide/memory/ guide/ guide/glossary/",
        "cuda out of memory": "start/errors/ guide/memory/",
        "install pytorch": "start/setup/",
        "wsl": "start/setup/",
        "rent gpu": "guide/buying/",
        "amd rocm": "guide/programming/ guide/frameworks/ guide/products/",
        "apple mps": "guide/frameworks/ start/setup/ guide/products/ start/tensors/",
        "nvlink": "guide/buying/ guide/memory/ guide/products/ guide/table/",
        "tensor cores": "guide/numbers/",
        "bf16 vs fp16": "guide/numbers/",
        "mixed precision": "guide/numbers/ guide/measure/ rnn/next/ guide/frameworks/",
        "memory bandwidth": "guide/memory/",
        "gradient checkpointing": "guide/memory/",
        "shape mismatch": "start/errors/ cnn/simple-cnn/",
        "mat1 and mat2 shapes cannot be multiplied": "start/errors/",
        "learning rate": "start/training/ start/gradients/ guide/glossary/",
        "overfitting": "start/overfitting/",
        "what is a tensor": "start/tensors/",
        "backpropagation": "start/gradients/ guide/glossary/",
        "convolution stride padding": "cnn/convolution/",
        "max pooling": "cnn/pooling/",
        "dropout": "rnn/stacked/ guide/glossary/ start/overfitting/",
        "lstm gates": "rnn/lstm/",
        "vanishing gradient": "rnn/cell/ rnn/lstm/",
        "batch_first": "rnn/stacked/",
        "pack_padded_sequence": "rnn/stacked/",
        "mnist": "cnn/mnist-lab/",
        "cross entropy": "cnn/fully-connected/ start/training/",
        "model.eval()": "start/overfitting/ start/training/ start/errors/ rnn/stacked/",
        "attention": "rnn/next/",
        "torch.compile": "guide/frameworks/ rnn/next/ guide/measure/",
        "measure gpu speed": "guide/measure/",
        "receptive field": "cnn/simple-cnn/",
        "convolution": "cnn/convolution/",
        "kernel": "cnn/convolution/",
        "cross-correlation": "cnn/convolution/",
        "stride": "cnn/convolution/",
        "padding": "cnn/convolution/",
        "dilation": "cnn/convolution/",
        "channels": "cnn/convolution/",
        "photograph": "cnn/convolution/",
        "pooling": "cnn/pooling/",
        "pool": "cnn/pooling/",
        "global average": "cnn/pooling/",
        "flatten": "cnn/fully-connected/",
        "logits": "cnn/fully-connected/",
        "dtype": "cnn/simple-cnn/",
        "SimpleCNN": "cnn/simple-cnn/",
        "handwritten": "cnn/mnist-lab/",
        "MNIST": "cnn/mnist-lab/",
        "proof line": "verification/",
        "hidden state": "rnn/cell/",
        "forget gate": "rnn/lstm/",
        "packing": "rnn/stacked/",
        "sunspots": "rnn/sunspots-lab/",
    },
}
FIRST = 3  # results that a reader sees at once


@pytest.fixture(scope="module", params=list(QUERIES))
def searching(request: pytest.FixtureRequest, browser: Browser, base: str) -> Iterator[Page]:
    """A home page with the search open, one per language."""
    page = browser.new_page(base_url=base)
    page.goto(f"/{request.param}/")
    page.locator("[data-hb-search]").click()
    yield page
    page.close()


def search(page: Page, text: str) -> list[str]:
    """Type `text` into the box; addresses of what is found, below the edition's root."""
    box, told = page.locator(".hb-search__input"), page.locator(".hb-search__told")
    box.fill("")
    expect(told).to_be_empty()
    box.fill(text)
    expect(told).not_to_be_empty()
    paths = [urlsplit(address).path for address in found(page)]
    return [path.removeprefix("/").partition("/")[2] or "." for path in paths]


def found(page: Page) -> list[str]:
    """The addresses that results lead to."""
    links = page.locator(".hb-search__found a")
    addresses: list[str] = links.evaluate_all("all => all.map(link => link.getAttribute('href'))")
    return addresses


def test_queries(searching: Page) -> None:
    edition = searching.url.rstrip("/").rpartition("/")[2]
    missed = []
    for text, right in QUERIES[edition].items():
        results = search(searching, text)
        if not set(right.split()) & set(results[:FIRST]):
            missed.append(f"{text}: none of {right} is first among {results}")
    assert not missed, "\n".join(missed)


def test_every_gpu_is_found_by_its_name(searching: Page) -> None:
    edition = searching.url.rstrip("/").rpartition("/")[2]
    index = searching.request.get(f"/{edition}/search/index.json").json()
    missed = []
    for name, called in index["gpus"]:
        search(searching, called)
        if not any(address.endswith(f"#{name}") for address in found(searching)[:FIRST]):
            missed.append(called)
    assert not missed


def test_nothing_found_is_said(searching: Page) -> None:
    assert search(searching, "SimpleCNN")
    before = searching.locator(".hb-search__told").inner_text()
    assert search(searching, "zzzzqqqq") == []
    assert searching.locator(".hb-search__told").inner_text() not in ("", before)


def test_what_is_typed_is_shown_as_text(searching: Page) -> None:
    """And what is found is marked, whatever signs are in it."""
    search(searching, "<img src=x onerror=alert(1)>")
    assert searching.locator(".hb-search img").count() == 0
    search(searching, "nn.Conv2d(")
    marks = searching.locator(".hb-search__found mark").all_inner_texts()
    assert {mark.lower() for mark in marks} == {"nn.conv2d"}


def test_a_result_leads_to_its_section(browser: Browser, base: str) -> None:
    page = browser.new_page(base_url=base)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.goto("/en/")
    page.wait_for_load_state("networkidle")
    assert not any(path.startswith("/en/search/") for path in asked)  # until it is wanted
    page.keyboard.press("Control+k")
    page.keyboard.type("global average pooling")
    page.locator(".hb-search__found a").first.wait_for()
    page.keyboard.press("ArrowDown")
    link = page.locator(".hb-search__found a").first
    target = link.get_attribute("href") or ""
    assert "#" in target
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{urlsplit(target).path}*")
    assert urlsplit(page.url).fragment == urlsplit(target).fragment
    expect(page.locator("dialog.hb-search")).to_be_hidden()
    page.close()
