"""Agreement with common sense: what published advice would have each buyer get."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from gpuguide.catalogue import find
from gpuguide.choice.choose import choose
from gpuguide.choice.known import preset
from gpuguide.choice.wishes import Constraints

FILE = Path(__file__).parent / "buyers.toml"
DATA: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
BUYERS, SOURCES = DATA["buyer"], DATA["sources"]
IDS = [buyer["name"] for buyer in BUYERS]


def test_there_are_forty_each_with_a_reason() -> None:
    assert len(BUYERS) >= 40 and len(set(IDS)) == len(IDS)
    for buyer in BUYERS:
        assert buyer["source"] in SOURCES and len(buyer["why"]) > 10, buyer
        assert "answers" in buyer or buyer.get("never"), buyer
        for gpu in (*buyer.get("answers", ()), *buyer.get("never", ())):
            assert find(gpu).id == gpu
    assert set(SOURCES) == {buyer["source"] for buyer in BUYERS}


@pytest.mark.parametrize("buyer", BUYERS, ids=IDS)
def test_the_first_answer_is_one_that_a_friend_would_give(buyer: dict[str, Any]) -> None:
    wishes = Constraints(**buyer.get("wishes", {}))
    offered = [one.gpu for one in choose(preset(buyer["workload"]), wishes).options]
    assert not set(buyer.get("never", ())) & set(offered)
    if buyer.get("answers") == []:
        assert offered == []
    elif "answers" in buyer:
        assert offered and offered[0] in buyer["answers"], offered[:5]
