"""What the pages show, worked out without a browser: cards, plots, replay data, headset findings, the live call."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import noise, silence, tone
from tests.web_fixtures import NOW, analysis_of, baseline, card_of, make_call, make_turns, speech_like
from tests.web_stages import StagedDesk, StagedLine
from voicesim.customer.scenarios import shipped_scenarios
from voicesim.domain import Ending, Judgements, Mood, Recording, Span, Style, Turn
from voicesim.errors import AudioError, DeviceError, UsageError
from voicesim.scoring.words import in_words, measure_name
from voicesim.store import Store
from voicesim.web import CallRequest
from voicesim.web.api_retake import reply_in
from voicesim.web.charts import HEIGHT, mood_chart, score_chart
from voicesim.web.compare_view import compare_view
from voicesim.web.customer_cards import Try, make_cards, mood_hint, suggest, weakest_score
from voicesim.web.headset import judge_echo, judge_quiet, judge_reading
from voicesim.web.live import CallBoard, LiveCall
from voicesim.web.live_cues import CueGiver, plainest_cue
from voicesim.web.media import cut, wav
from voicesim.web.moments import moment_of, turn_at
from voicesim.web.peaks import MAGIC, measure_peaks, peaks_of
from voicesim.web.progress_view import progress_view
from voicesim.web.recorder import Captured, Recorder
from voicesim.web.rendering import clock, points
from voicesim.web.replay_data import marks_data, tracks_data, transcript_data
from voicesim.web.retakes import KEPT, Retakes
from voicesim.web.thoughts import mood_word

ANGRY = next(s for s in shipped_scenarios() if s.id == "angry_refund")


def a_try(scenario_id: str, ending: Ending = Ending.RESOLVED, **scores: float) -> Try:
    values = {"tone": 80.0, "pace": 80.0, "warmth": 80.0} | scores
    return Try("id", scenario_id, ending, values["tone"], values["pace"], values["warmth"], 80.0)


def test_a_card_never_names_the_style() -> None:
    for scenario in shipped_scenarios():
        hint = mood_hint(scenario).lower()
        assert not any(style.value in hint for style in Style)


def test_the_first_suggestion_is_an_easy_customer() -> None:
    cards = make_cards(shipped_scenarios(), [])
    chosen = suggest(cards, [])
    assert chosen is not None and chosen.card.scenario.difficulty == 1


def test_a_call_that_went_badly_is_suggested_again_but_not_for_ever() -> None:
    bad = [a_try(ANGRY.id, Ending.HUNG_UP)]
    again = suggest(make_cards(shipped_scenarios(), bad), bad)
    assert again is not None and again.card.scenario.id == ANGRY.id
    three = bad * 3
    other = suggest(make_cards(shipped_scenarios(), three), three)
    assert other is not None and other.card.scenario.id != ANGRY.id


def test_a_weak_pace_brings_a_hurried_customer() -> None:
    tries = [a_try(ANGRY.id, pace=40.0)]
    assert weakest_score(tries) == ("pace", 40.0)
    chosen = suggest(make_cards(shipped_scenarios(), tries), tries)
    assert chosen is not None and chosen.card.scenario.persona.hurry >= 0.5
    assert "pace averages 40" in chosen.why


def test_nothing_is_suggested_without_customers() -> None:
    assert suggest((), []) is None
    assert weakest_score([]) is None


@given(st.lists(st.one_of(st.none(), st.floats(0, 100)), min_size=1, max_size=60))
def test_a_plot_stays_inside_its_frame_and_skips_what_is_missing(values: list[float | None]) -> None:
    chart = score_chart(["Tone"], [values], [str(i) for i in range(len(values))])
    known = [value for value in values if value is not None]
    assert sum(len(line.dots) for line in chart.lines) == len(known)
    for line in chart.lines:
        assert all(0 <= x <= chart.right and 0 <= y <= HEIGHT for x, y in line.dots)


@given(st.lists(st.tuples(*[st.floats(0, 1)] * 3), min_size=1, max_size=5))
def test_names_at_the_end_of_lines_never_cover_each_other(moods: list[tuple[float, float, float]]) -> None:
    made = make_turns(ANGRY, len(moods), card_of(70, 70, 70, Span(0, 1), ""), warm=1.0)
    turns = [replace(turn, mood_after=Mood(*mood)) for turn, mood in zip(made, moods, strict=True)]
    heights = sorted(line.end[1] for line in mood_chart(Mood(0.5, 0.5, 0.5), turns).lines)
    assert all(later - earlier >= 15.9 for earlier, later in pairwise(heights))
    assert heights[-1] <= HEIGHT


def test_transcript_words_of_both_parties_come_in_order_and_inside_the_call(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        session = make_call(store, "one", ANGRY, turns=4, sound=False)
    lines = transcript_data(session)
    assert [line["side"] for line in lines] == ["customer", "trainee"] * 4
    assert session.analysis is not None
    spoken = [word for line in lines if line["side"] == "trainee" for word in line["words"]]
    assert len(spoken) == len(session.analysis.transcript.words)
    for line in lines:
        times = [word[1] for word in line["words"]]
        assert times == sorted(times)
        assert line["start"] - 0.01 <= times[0] and times[-1] <= line["end"]


def test_marks_name_what_they_mark(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        session = make_call(store, "one", ANGRY, turns=4, sound=False)
        store.add_comment("one", "Ruth", Span(3, 4), "here")
        marks = marks_data(session, store.judgements("one"))
    kinds = {mark["kind"] for mark in marks}
    assert {"evidence", "advice", "comment", "note", "silence"} <= kinds
    assert [mark["start"] for mark in marks] == sorted(mark["start"] for mark in marks)
    assert next(mark["label"] for mark in marks if mark["kind"] == "comment") == "Ruth: here"


def test_tracks_hold_nothing_where_nothing_was_said(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        session = make_call(store, "one", ANGRY, turns=2, sound=False)
    tracks = tracks_data(session, baseline("Ana"))
    first = session.turns[0].customer_span
    middle = round((first.start_s + first.end_s) / 2 / tracks["step_s"])
    assert tracks["pitch"][middle] is None and tracks["loudness"][middle] is None
    reply = session.turns[0].reply_span
    assert reply is not None
    spoken = tracks["pitch"][round((reply.start_s + 1) / tracks["step_s"])]
    assert 130 < spoken < 230
    low, high = tracks["bands"]["pitch"]
    assert low < 182 < high
    assert tracks_data(session, None)["bands"] == {}


def test_a_moment_plays_the_customers_line_before_it(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        session = make_call(store, "one", ANGRY, turns=3)
    reply = session.turns[1].reply_span
    assert reply is not None
    moment = moment_of(session, Span(reply.start_s + 1, reply.start_s + 2))
    assert moment is not None and moment.turn == 1
    assert moment.said_before == session.turns[1].line.text
    assert f"from={session.turns[1].customer_span.start_s:.2f}" in moment.whole
    assert moment_of(session, None) is None
    assert moment_of(replace(session, recording_path=None), reply) is None
    assert turn_at((), reply) is None


@given(st.floats(0, 5000), st.floats(0, 5000))
def test_a_moment_never_leaves_the_call(start: float, length: float) -> None:
    turns = make_turns(ANGRY, 2, card_of(70, 70, 70, Span(0, 1), ""), warm=1.0)
    shape = make_call_shape(turns)
    moment = moment_of(shape, Span(start, start + length))
    if moment is not None:
        assert 0 <= moment.start_s <= shape.duration_s


def make_call_shape(turns: Sequence[Turn]) -> Any:
    """What `moment_of` looks at, without a store."""
    from types import SimpleNamespace

    last = turns[-1].reply_span
    return SimpleNamespace(id="x", turns=turns, duration_s=last.end_s if last else 0.0, recording_path="r")


def test_excerpts_are_cut_to_the_sample_and_to_the_side(tmp_path: Path) -> None:
    rate = 8000
    left, right = np.zeros(rate * 4), np.zeros(rate * 4)
    left[rate : rate * 2], right[rate * 2 : rate * 3] = 0.5, 0.25
    path = tmp_path / "two.flac"
    soundfile.write(path, np.stack([left, right], axis=1), rate)
    customer = cut(path, Span(0.5, 1.5), "customer")
    assert len(customer.samples) == rate
    assert customer.samples[: rate // 2].max() == 0 and customer.samples[rate // 2 :].min() == pytest.approx(
        0.5, abs=1e-3
    )
    assert cut(path, Span(2.0, 2.5), "trainee").samples.min() == pytest.approx(0.25, abs=1e-3)
    assert cut(path, Span(2.0, 2.5), "both").samples.max() == pytest.approx(0.125, abs=1e-3)
    assert len(cut(path, Span(3.5, 9.0), "both").samples) == rate // 2
    with pytest.raises(AudioError, match="no sound at this moment"):
        wav(cut(path, Span(20.0, 21.0), "both"))


def test_peaks_are_the_extremes_of_every_bucket_and_are_kept(tmp_path: Path) -> None:
    rate = 8000
    samples = np.zeros((rate * 2, 2), dtype=np.float32)
    samples[100, 0], samples[rate + 250, 1] = 0.5, -1.0
    path = tmp_path / "two.flac"
    soundfile.write(path, samples, rate)
    peaks = measure_peaks(path)
    assert peaks.shape == (80, 2, 2)
    assert peaks[0, 0].tolist() == [0, 64] and peaks[41, 1].tolist() == [-127, 0]
    assert np.count_nonzero(peaks) == 2
    first = peaks_of(path, tmp_path, "one")
    kept = tmp_path / "peaks" / "one.peaks"
    assert first.startswith(MAGIC) and kept.read_bytes() == first
    kept.write_bytes(b"kept")
    assert peaks_of(path, tmp_path, "one") == b"kept"


def test_headset_findings_say_what_to_change() -> None:
    assert judge_quiet(silence(3)).level == "bad" and "Unmute" in judge_quiet(silence(3)).advice
    assert judge_quiet(noise(3, level=0.0005)).level == "good"
    assert judge_quiet(noise(3, level=0.0025)).level == "warn"
    assert judge_quiet(noise(3, level=0.05)).level == "bad"
    spoken = speech_like((Span(0.3, 6.0),), 6.5, 150)
    good, clean = judge_reading(Recording(spoken, 8000))
    assert (good.level, clean.level) == ("good", "good")
    assert judge_reading(Recording(spoken * 0.01, 8000))[0].level == "bad"
    clipped = np.clip(spoken * 40, -1, 1).astype(np.float32)
    assert judge_reading(Recording(clipped, 8000))[1].level == "bad"


@pytest.mark.parametrize(("share", "level"), [(0.0, "good"), (0.5, "bad")])
def test_echo_is_the_customer_heard_in_the_microphone(share: float, level: str) -> None:
    rng = np.random.default_rng(0)
    played = Recording(speech_like((Span(0.2, 3.0),), 3.5, 130), 8000)
    heard = share * np.roll(played.samples, 400) + rng.normal(0, 1e-4, len(played.samples))
    assert judge_echo(Captured(Recording(heard.astype(np.float32), 8000), played)).level == level
    assert judge_echo(Captured(played, silence(3.5, rate_hz=8000))).level == "warn"


def test_only_what_follows_the_line_counts_as_the_answer() -> None:
    played = np.concatenate([tone(200, 1.0).samples, np.zeros(16000, np.float32)])
    heard = np.concatenate([np.full(16000, 0.5, np.float32), np.full(16000, 0.1, np.float32)])
    reply = reply_in(Captured(Recording(heard, 16000), Recording(played, 16000)))
    assert reply.duration_s == pytest.approx(1.0, abs=0.01) and reply.samples.max() == pytest.approx(0.1)
    with pytest.raises(AudioError, match="wait for its end"):
        reply_in(Captured(Recording(heard[:17000], 16000), Recording(played[:17000], 16000)))


def test_a_recorder_captures_and_says_when_the_device_is_lost() -> None:
    recorder = Recorder(StagedLine())
    captured = recorder.capture(0.5, tone(200, 0.3))
    assert captured.heard.duration_s >= 0.5
    assert np.count_nonzero(captured.played.samples) > 4000
    recorder.close()
    recorder.close()
    broken = Recorder(StagedLine(breaks_after_s=0.2))
    deadline = time.monotonic() + 5
    while broken.problem is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert broken.problem == "Test headset was unplugged"
    broken.begin()
    with pytest.raises(DeviceError, match="unplugged"):
        broken.end()
    with pytest.raises(DeviceError, match="cannot be opened"):
        Recorder(StagedLine("Broken headset"))


def test_retakes_are_kept_beside_the_recordings_and_the_oldest_makes_room(tmp_path: Path) -> None:
    retakes = Retakes(tmp_path)
    span = Span(0, 1)
    analysis = analysis_of("one two three", span, (span,), card_of(80, 70, 60, span, ""))
    for _ in range(KEPT + 2):
        last = retakes.keep("one", 3, tone(200, 0.5), analysis)
    takes = retakes.takes("one", 3)
    assert [take.number for take in takes] == list(range(3, KEPT + 3)) and takes[-1] == last
    assert retakes.file("one", 3, last.number).is_file()
    assert retakes.takes("one", 4) == ()
    with pytest.raises(UsageError):
        retakes.file("one", 3, 1)
    with pytest.raises(UsageError):
        retakes.takes("../one", 3)


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


def test_two_attempts_stand_side_by_side_by_beat(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        first = make_call(store, "one", ANGRY, turns=2, sound=False)
        second = make_call(store, "two", ANGRY, turns=3, sound=False)
        other = make_call(store, "three", shipped_scenarios()[1], turns=2, sound=False)
    rows = compare_view(first, second).rows
    assert [(bool(a), bool(b)) for a, b in rows] == [(True, True), (True, True), (False, True)]
    assert all(a.line == b.line for a, b in rows if a and b)
    for wrong in (first, other):
        with pytest.raises(UsageError):
            compare_view(first, wrong)


def test_progress_tells_the_change_and_groups_many_calls_by_week(tmp_path: Path) -> None:
    assert progress_view(()).chart is None
    with Store(tmp_path) as store:
        for i in range(20):
            make_call(store, f"s{i:02d}", ANGRY, turns=1, tone=40.0 + i, sound=False, started_at=NOW.replace(day=1 + i))
        view = progress_view(store.progress("Ana"))
    assert view.by_week and view.chart is not None
    assert next(c for c in view.changes if c.name == "tone").words == "up 15 since the start"
    assert view.kinds[0].kind == "angry" and view.kinds[0].calls == 20


def test_values_read_as_people_write_them() -> None:
    assert (clock(0), clock(61.4), clock(3661), clock(None)) == ("0:00", "1:01", "1:01:01", "–")
    assert (points(None), points(71.6)) == ("–", "72")
    assert measure_name("speech_rate_wpm") == "Speech rate" and measure_name("odd_thing_db") == "Odd thing"
    assert in_words(0.123, "share of speech") == "12% of speech"
    assert in_words(1.0, "1 yes, 0 no") == "yes" and in_words(178.2, "words/min") == "178 words/min"
    assert mood_word(0.9, 0.5, 0.5) == "furious" and mood_word(0.1, 0.8, 0.9) == "content"


def test_no_judgements_give_no_marks(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        session = make_call(store, "one", ANGRY, turns=2, sound=False)
    bare = replace(session, scores=None, timing=None, analysis=None)
    assert marks_data(bare, Judgements()) == []
    assert tracks_data(bare, None)["pitch"] == []
