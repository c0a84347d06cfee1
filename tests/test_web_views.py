"""What the pages show, worked out without a browser: cards, plots, replay data, progress."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web_fixtures import NOW, baseline, card_of, make_call, make_turns
from voicesim.customer.scenarios import shipped_scenarios
from voicesim.domain import Ending, Judgements, Mood, Span, Style, Turn
from voicesim.errors import UsageError
from voicesim.scoring.words import in_words, measure_name
from voicesim.store import Store
from voicesim.web.charts import HEIGHT, mood_chart, score_chart
from voicesim.web.compare_view import compare_view
from voicesim.web.customer_cards import Try, make_cards, mood_hint, suggest, weakest_score
from voicesim.web.moments import moment_of, turn_at
from voicesim.web.progress_view import progress_view
from voicesim.web.rendering import clock, points
from voicesim.web.replay_data import marks_data, tracks_data, transcript_data
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
