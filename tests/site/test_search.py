"""Searching as a reader does: typed into the box, in Chromium, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, TimeoutError

# What is typed, and a page that must be among the first results. Several are short words inside
# longer ones (网络 in 卷积神经网络, 平均 in 全局平均池化).
QUERIES = {
    "zh": {
        "网络": "cnn/",
        "神经": "cnn/",
        "卷积": "cnn/convolution/",
        "卷积核": "cnn/convolution/",
        "互相关": "cnn/convolution/",
        "步幅": "cnn/convolution/",
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
        "感受野": "cnn/simple-cnn/",
        "数据类型": "cnn/simple-cnn/",
        "手写数字": "cnn/mnist-lab/",
        "SimpleCNN": "cnn/simple-cnn/",
        "记录": "verification/",
        "连接": "cnn/fully-connected/",
        "循环": "rnn/",
        "隐状态": "rnn/cell/",
        "门控": "rnn/lstm/",
        "黑子": "rnn/sunspots-lab/",
    },
    "en": {
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
        "cross entropy": "cnn/fully-connected/",
        "receptive field": "cnn/simple-cnn/",
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
FIRST = 5  # results that a reader sees without scrolling far


@pytest.fixture(scope="module", params=list(QUERIES))
def searching(request: pytest.FixtureRequest, browser: Browser, base: str) -> Iterator[Page]:
    """A home page with the search open, one per language."""
    page = browser.new_page(base_url=base)
    page.goto(f"/{request.param}/", wait_until="networkidle")
    page.locator(".md-search__input").focus()
    yield page
    page.close()


def search(page: Page, text: str) -> None:
    """Put `text` into the box; filling it fires no key event, which the theme waits for."""
    box = page.locator(".md-search__input")
    box.fill(text)
    box.dispatch_event("keyup")


def found(page: Page, text: str) -> list[str]:
    """Addresses of the first pages found for `text`, below the edition's root."""
    results = page.locator(".md-search-result__item")
    search(page, "")
    results.first.wait_for(state="detached")
    search(page, text)
    try:
        results.first.wait_for(state="attached")
    except TimeoutError:
        return []
    links = [result.locator("a").first.get_attribute("href") for result in results.all()[:FIRST]]
    paths = [urlsplit(link or "").path for link in links]
    return [path.removeprefix("/").partition("/")[2] for path in paths]


def test_queries(searching: Page) -> None:
    edition = searching.url.rstrip("/").rpartition("/")[2]
    missed = []
    for text, expected in QUERIES[edition].items():
        results = found(searching, text)
        if expected not in results:
            missed.append(f"{text}: {expected} is not among {results}")
    assert not missed, "\n".join(missed)


def test_nothing_found_is_said(searching: Page) -> None:
    assert found(searching, "SimpleCNN")
    said = searching.locator(".md-search-result__meta")
    before = said.inner_text()
    search(searching, "zzzzqqqq")
    searching.locator(".md-search-result__item").first.wait_for(state="detached")
    assert said.inner_text() not in ("", before)
