"""Agreement with common sense: what published advice would have each buyer get."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from gpuguide.catalogue import find
from gpuguide.choice.choose import choose
from gpuguide.choice.known import preset
from gpuguide.choice.picks import pick
from gpuguide.choice.wishes import Constraints

FILE = Path(__file__).parent / "buyers.toml"
DATA: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
BUYERS, SOURCES = DATA["buyer"], DATA["sources"]
ROLES = ("second", "cheapest", "rent")
IDS = [buyer["name"] for buyer in BUYERS]


def test_there_are_forty_each_with_a_reason() -> None:
    assert len(BUYERS) >= 40 and len(set(IDS)) == len(IDS)
    for buyer in BUYERS:
        assert buyer["source"] in SOURCES and len(buyer["why"]) > 10, buyer
        assert "answers" in buyer or buyer.get("never"), buyer
        named = [buyer.get(key, ()) for key in ("answers", "never", *ROLES)]
        for gpu in (one for several in named for one in several):
            assert find(gpu).id == gpu
    assert set(SOURCES) == {buyer["source"] for buyer in BUYERS}


@pytest.mark.parametrize("buyer", BUYERS, ids=IDS)
def test_the_first_answer_is_one_that_a_friend_would_give(buyer: dict[str, Any]) -> None:
    wishes = Constraints(**buyer.get("wishes", {}))
    workload = preset(buyer["workload"], buyer.get("context"))
    choice = choose(workload, wishes)
    offered = [one.gpu for one in choice.options]
    assert not set(buyer.get("never", ())) & set(offered)
    if buyer.get("answers") == []:
        assert offered == []
    elif "answers" in buyer:
        assert offered and offered[0] in buyer["answers"], offered[:5]
    found = pick(workload, wishes, choice)
    for role in ROLES:
        one = getattr(found, role)
        assert role not in buyer or (one and one.gpu in buyer[role]), (role, one)
