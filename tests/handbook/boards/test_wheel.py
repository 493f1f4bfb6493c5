"""The commands that install our packages from this site."""

from __future__ import annotations

import re

import pytest

from handbook.boards import wheel


@pytest.mark.parametrize(
    ("url", "address"),
    [
        (None, "http://127.0.0.1:8000/downloads/"),
        ("https://example.org/handbook/en/", "https://example.org/handbook/downloads/"),
        ("https://example.org/en", "https://example.org/downloads/"),
    ],
)
def test_the_address_is_the_sites(
    url: str | None, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SITE_URL_EN", raising=False)
    if url:
        monkeypatch.setenv("SITE_URL_EN", url)
    for package in ("gpuguide", "neverstale"):
        name = wheel.name(package)
        for text in (wheel.show(package, "en", "/"), wheel.markdown(package, "zh", "/")):
            assert re.search(rf"pip install {re.escape(address + name)}[<`]", text)
            assert f"/downloads/{name}" in text
