"""The live call behind the page: one at a time, never left running, at most one cue."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.web_fixtures import card_of, make_turns
from tests.web_stages import StagedDesk
from voicesim.customer.scenarios import shipped_scenarios
from voicesim.domain import Ending, Span
from voicesim.errors import UsageError
from voicesim.store import Store
from voicesim.web import CallRequest
from voicesim.web.live import CallBoard, LiveCall
from voicesim.web.live_cues import CueGiver, plainest_cue

ANGRY = next(s for s in shipped_scenarios() if s.id == "angry_refund")


def wait_for(condition: Callable[[], object], timeout_s: float = 10.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_one_call_at_a_time_and_the_next_after_it(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        desk = StagedDesk(store)
        board = CallBoard(desk, lambda: None)
        with pytest.raises(UsageError, match="no call is ringing"):
            board.answer()
        first = board.ring(CallRequest(ANGRY.id, "Ana"), "title", "Margaret")
        assert first.ringing and board.busy
        with pytest.raises(UsageError, match="Margaret is running"):
            board.ring(CallRequest(ANGRY.id, "Ana"), "title", "Tom")
        board.answer()
        board.answer()
        first.hang_up()
        wait_for(lambda: first.over)
        assert [e.name for e in first.events_after(0)].count("ended") == 1
        assert store.session(str(first.session_id)).ending.ending is Ending.LEFT
        second = board.ring(CallRequest(ANGRY.id, "Ana", private=True), "title", "Tom")
        second.hang_up()
        assert second.over and second.session_id is None and not board.busy


def test_a_call_nobody_watches_is_hung_up_and_kept(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        desk = StagedDesk(store)
        call = LiveCall(CallRequest(ANGRY.id, "Ana"), "title", "Margaret")
        call.watched(1)
        call.answer(desk)
        call.watched(-1)
        call.check_left_alone(time.monotonic() + 5)
        assert not call.over
        call.watched(1)
        call.check_left_alone(time.monotonic() + 500)
        call.watched(-1)
        call.check_left_alone(time.monotonic() + 500)
        wait_for(lambda: call.over)
        assert "page was closed" in str(call.events_after(0)[-1].values["text"])
        assert call.session_id is not None


def test_a_fault_in_the_call_ends_it_with_a_sentence(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    class Faulty:
        def prepare(self, request: CallRequest, tell: object) -> None:
            raise ValueError("boom")

    call = LiveCall(CallRequest(ANGRY.id, "Ana"), "title", "Margaret")
    call.answer(Faulty())  # type: ignore[arg-type]
    wait_for(lambda: call.over)
    last = call.events_after(0)[-1]
    assert last.name == "failed" and "boom" not in str(last.values["text"])
    assert "boom" in caplog.text


def test_at_most_one_cue_and_then_a_rest() -> None:
    turn = make_turns(ANGRY, 1, card_of(70, 70, 70, Span(0, 1), ""), warm=1.0)[0]
    assert turn.analysis is not None
    calm = turn
    heated = replace(turn, analysis=replace(turn.analysis, delivery=replace(turn.analysis.delivery, heat=0.9)))
    fast = replace(turn, analysis=replace(turn.analysis, pace=replace(turn.analysis.pace, speech_rate_wpm=210.0)))
    assert plainest_cue(calm) is None and plainest_cue(replace(turn, analysis=None)) is None
    assert "Lower" in str(plainest_cue(heated)) and "Slow" in str(plainest_cue(fast))
    giver = CueGiver()
    assert [bool(giver.after(heated)) for _ in range(4)] == [True, False, False, True]
