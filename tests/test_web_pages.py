"""The pages as they are served: the overall as it stands after a person changed a score, and lists that stay honest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.request import urlopen

import pytest

pytest.importorskip("starlette", reason="the page's packages are not installed (voicesim[web])")

from tests.web_fixtures import make_call
from tests.web_server import serving
from tests.web_stages import staged_parts
from voicesim.customer.scenarios import shipped_scenarios
from voicesim.store import Store


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Two calls, of which one had its warmth changed from 81 to 30: the overall from 71 to 54."""
    scenario = next(s for s in shipped_scenarios() if s.id == "angry_refund")
    with Store(tmp_path_factory.mktemp("standing")) as store:
        for name in ("changed", "measured"):
            make_call(store, name, scenario, turns=2, tone=74.0, pace=58.0, warmth=81.0, sound=False)
        store.override_score("changed", "Ruth", "warmth", 30.0, "colder than it measures")
        with serving(staged_parts(store)) as address:
            yield address


def shown(base: str, path: str) -> str:
    """The page's words in order."""
    with urlopen(f"{base}{path}", timeout=20) as answer:
        page = answer.read().decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_page_after_a_call_shows_the_overall_that_stands(base: str) -> None:
    page = shown(base, "/sessions/changed")
    assert "Overall 54 . Includes warmth given by Ruth (measured 71)." in page
    assert "Given by Ruth (measured 81): colder than it measures" in page
    assert "Overall 71 . Scored with" in shown(base, "/sessions/measured")


def test_the_trainers_page_shows_it_and_lets_the_overall_be_changed_too(base: str) -> None:
    page = shown(base, "/sessions/changed/replay")
    assert "Overall includes a change 54 Change overall Includes warmth given by Ruth (measured 71)" in page
    assert "Overall 71 Change overall" in shown(base, "/sessions/measured/replay")


def test_the_list_marks_it_with_what_was_measured(base: str) -> None:
    page = shown(base, "/team")
    assert "30 * changed by a person" in page
    assert "54 * includes a score changed by a person; measured 71" in page
    assert "* changed by a person, or an overall that includes such a change" in page


def test_a_page_beyond_the_last_is_the_last(base: str) -> None:
    page = shown(base, "/team?page=7")
    assert "2 calls" in page and "No calls yet" not in page


def test_two_attempts_are_compared_by_what_stands(base: str) -> None:
    page = shown(base, "/compare?a=changed&b=measured")
    assert "Warmth 30 * 81" in page and "Overall 54 * 71" in page
    assert "* Warmth, first attempt: Given by Ruth (measured 81): colder than it measures" in page
    assert "* Overall, first attempt: Includes warmth given by Ruth (measured 71)" in page
