"""Lines cut into phrases, rendered ahead and kept; the engine is a fake that counts what it was asked for."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicesim.customer.breath import BREATH_S
from voicesim.customer.delivery import Character, VoiceStyle
from voicesim.customer.phrases import split_phrases
from voicesim.customer.pitch_track import track_pitch
from voicesim.customer.rendering import LineRenderer, joined, render_line, render_phrases
from voicesim.customer.vocoder import SAMPLE_RATE_HZ
from voicesim.domain import Mood, Recording
from voicesim.errors import EngineError
from voicesim.telephone import TelephoneLine

LINE = "I have been waiting for three weeks, and nobody has called me back. What now?"
CALM = Mood(0.0, 1.0, 1.0)


class BuzzVoice:
    """Buzzes for 40 ms a character; `gate` holds it up, `broken` makes it fail."""

    name = "fake:buzz"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.gate = threading.Event()
        self.gate.set()
        self.broken = False

    def render(self, text: str) -> Recording:
        assert self.gate.wait(10)
        self.asked.append(text)
        if self.broken:
            raise EngineError("the buzz is broken")
        time = np.arange(int(0.04 * len(text) * 16_000)) / 16_000
        buzz = sum(np.sin(2 * np.pi * 120 * h * time) / h for h in range(1, 20))
        return Recording((0.05 * np.asarray(buzz)).astype(np.float32), 16_000)


class SyllableVoice:
    """Says a buzz of 120 Hz for every word, with gaps between."""

    name = "fake:syllables"
    STEP_S = 0.25

    def render(self, text: str) -> Recording:
        time = np.arange(int(self.STEP_S * len(text.split()) * 16_000)) / 16_000
        buzz = np.asarray(sum(np.sin(2 * np.pi * 120 * h * time) / h for h in range(1, 20)))
        gate = np.clip(40 * (np.sin(2 * np.pi * time / self.STEP_S) + 0.6), 0.0, 1.0)
        return Recording((0.05 * buzz * gate).astype(np.float32), 16_000)


@given(st.text(alphabet="ab, .!?;—andbut'", max_size=300))
def test_splitting_loses_nothing_but_white_space(text: str) -> None:
    assert "".join(" ".join(split_phrases(text)).split()) == "".join(text.split())


def test_sentences_are_cut_apart_and_only_long_ones_at_their_commas() -> None:
    assert split_phrases(LINE) == ("I have been waiting for three weeks, and nobody has called me back.", "What now?")
    assert split_phrases("No. Absolutely not, never.") == ("No.", "Absolutely not, never.")
    long = "I have been waiting for three weeks, and nobody has called me back, " + "not once " * 7
    assert split_phrases(long)[0] == "I have been waiting for three weeks,"
    assert split_phrases("") == ()


def test_pieces_played_one_after_another_are_the_line() -> None:
    style = VoiceStyle(pitch_st=2.0)
    pieces = list(render_phrases(BuzzVoice(), LINE, style, Character(), TelephoneLine(), seed=3))
    whole = render_line(BuzzVoice(), LINE, style, Character(), TelephoneLine(), seed=3)
    assert len(pieces) == 4
    assert np.array_equal(np.concatenate([piece.samples for piece in pieces]), whole.samples)
    assert {piece.sample_rate_hz for piece in pieces} == {SAMPLE_RATE_HZ}


def test_the_first_piece_is_short_and_comes_before_the_next_phrase_is_asked_for() -> None:
    voice = BuzzVoice()
    first = next(render_phrases(voice, LINE, VoiceStyle(), Character()))
    assert first.duration_s < 0.7
    assert voice.asked == ["I have been waiting for three weeks, and nobody has called me back."]


def test_a_reading_is_cut_in_its_gaps_and_its_seams_are_silent() -> None:
    voice = SyllableVoice()
    pieces = list(render_phrases(voice, "la " * 12, VoiceStyle(pitch_st=3.0), Character()))
    assert len(pieces) == 3
    line = joined(tuple(pieces)).samples.astype(np.float64)
    for seam in np.cumsum([len(piece.samples) for piece in pieces])[:-1]:
        assert np.abs(line[seam - 160 : seam + 160]).max() < 0.05 * np.abs(line).max()
    assert len(line) / SAMPLE_RATE_HZ == pytest.approx(12 * SyllableVoice.STEP_S, abs=0.2)


def test_the_parts_of_a_phrase_keep_its_level_and_pitch() -> None:
    pieces = list(render_phrases(SyllableVoice(), "la " * 12, VoiceStyle(pitch_st=3.0, pitch_range=2.0), Character()))
    levels_db = [20 * np.log10(np.sqrt(np.mean(piece.samples.astype(np.float64) ** 2))) for piece in pieces]
    assert max(levels_db) - min(levels_db) < 2.0
    for piece in pieces:
        f0 = track_pitch(piece.samples.astype(np.float64), SAMPLE_RATE_HZ, 60.0, 400.0)
        assert 12 * np.log2(float(np.median(f0[f0 > 0])) / 120.0) == pytest.approx(3.0, abs=0.3)


def test_an_angry_customer_takes_a_breath_before_a_long_line_only() -> None:
    angry = VoiceStyle(inhale=1.0)
    pieces = list(render_phrases(BuzzVoice(), LINE, angry, Character()))
    assert len(pieces) == 5
    assert pieces[0].duration_s == pytest.approx(BREATH_S, abs=0.001)
    assert pieces[0].samples.std() < 0.3 * pieces[1].samples.std()
    assert len(list(render_phrases(BuzzVoice(), "What now?", angry, Character()))) == 1
    assert len(list(render_phrases(BuzzVoice(), LINE, VoiceStyle(inhale=0.05), Character()))) == 4


def test_a_stressed_word_makes_its_part_longer_and_the_engine_never_hears_of_it() -> None:
    style, voice = VoiceStyle(emphasis=1.0), BuzzVoice()
    plain = list(render_phrases(voice, LINE, style, Character()))
    spoken = list(render_phrases(voice, LINE, style, Character(), stress=("nobody",)))
    assert voice.asked[:2] == voice.asked[2:]
    changed_s = [b.duration_s - a.duration_s for a, b in zip(plain, spoken, strict=True)]
    assert sum(changed_s) > 0.05
    assert changed_s[0] == changed_s[3] == 0.0


def test_the_same_line_stressed_otherwise_is_rendered_again() -> None:
    voice = BuzzVoice()
    renderer = LineRenderer(voice, Character())
    for stress in ((), ("hello",), ("hello",)):
        renderer.line("Hello.", CALM, stress=stress)
    renderer.close()
    assert voice.asked == ["Hello.", "Hello."]


def test_an_empty_line_is_an_empty_recording() -> None:
    assert len(render_line(BuzzVoice(), " ", VoiceStyle(), Character()).samples) == 0


def test_a_line_is_rendered_once_and_then_remembered_for_moods_that_round_alike() -> None:
    voice = BuzzVoice()
    renderer = LineRenderer(voice, Character())
    first = renderer.line("Hello.", Mood(0.52, 0.5, 0.5))
    again = renderer.line("Hello.", Mood(0.48, 0.5, 0.5))
    renderer.line("Hello.", Mood(0.8, 0.5, 0.5))
    renderer.close()
    assert voice.asked == ["Hello.", "Hello."]
    assert np.array_equal(first.samples, again.samples)


def test_a_line_rendered_ahead_is_there_when_it_is_asked_for() -> None:
    voice = BuzzVoice()
    renderer = LineRenderer(voice, Character())
    renderer.ahead(LINE, CALM)
    renderer.ahead(LINE, CALM)
    renderer._thread.submit(lambda: None).result(20)
    assert len(voice.asked) == 2
    ahead = renderer.line(LINE, CALM)
    assert len(voice.asked) == 2
    assert np.array_equal(ahead.samples, LineRenderer(BuzzVoice(), Character()).line(LINE, CALM).samples)
    renderer.close()


def test_a_line_still_waiting_behind_another_is_rendered_at_once() -> None:
    voice = BuzzVoice()
    renderer = LineRenderer(voice, Character())
    busy = threading.Event()
    renderer._thread.submit(busy.wait, 10)
    renderer.ahead(LINE, CALM)
    assert renderer.line(LINE, CALM).duration_s > 1.0
    busy.set()
    renderer.close()


def test_a_failing_voice_is_told_when_the_line_is_asked_for_and_may_recover() -> None:
    voice = BuzzVoice()
    voice.broken = True
    renderer = LineRenderer(voice, Character())
    renderer.ahead(LINE, CALM)
    renderer._thread.submit(lambda: None).result(20)
    with pytest.raises(EngineError, match="the buzz is broken"):
        renderer.line(LINE, CALM)
    voice.broken = False
    assert renderer.line(LINE, CALM).duration_s > 1.0
    renderer.close()


def test_old_lines_make_room() -> None:
    voice = BuzzVoice()
    renderer = LineRenderer(voice, Character(), capacity=2)
    for text in ("One.", "Two.", "Three.", "One."):
        renderer.line(text, CALM)
    renderer.close()
    assert voice.asked == ["One.", "Two.", "Three.", "One."]
