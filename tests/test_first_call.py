"""The whole product at once: `voicesim practice` on a virtual headset, answered by real people's recorded speech.

One process is the product, another listens to the customer and answers, PulseAudio is the headset between them. What
was stored is then held against what was played.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.headset_rig import (
    CLIPS,
    LONGEST_WAIT_S,
    WORD_ERRORS_AT_MOST,
    Played,
    Talkative,
    brief_customer,
    clips_of_one_speaker,
    need_headset,
    trainee_who_plays,
    word_errors,
)
from voicesim.audio import read_audio
from voicesim.backends.virtual_headset import VirtualHeadset
from voicesim.domain import Ending, Recording, Session
from voicesim.store import Store


@dataclass(frozen=True)
class FirstCall:
    session: Session
    recording: Recording
    played: tuple[Played, ...]
    told: str


def practice_command(data_dir: Path) -> list[str]:
    """A call from the customer who says the least at first."""
    options = ["--scenario", brief_customer().id, "--trainee", "Ada", "--seed", "3"]
    return ["voicesim", "--data-dir", str(data_dir), "practice", *options]


@pytest.fixture(scope="module")
def first_call(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirstCall]:
    need_headset()
    played = clips_of_one_speaker(shared_data)
    data_dir = tmp_path_factory.mktemp("first-call")
    with VirtualHeadset() as headset:
        trainee = trainee_who_plays(headset, played)
        practice = Talkative(practice_command(data_dir), headset.customer_environment)
        try:
            practice.wait_for("You:", times=CLIPS)
            code = practice.end(signal.SIGINT)
        finally:
            practice.process.kill()
            trainee.process.kill()
    assert code == 0, practice.told
    with Store(data_dir) as store:
        [summary] = store.list_sessions()
        session = store.session(summary.id)
        path = store.recording_file(session)
        assert path is not None
        yield FirstCall(session, read_audio(path), played, practice.told)


def test_the_call_is_stored_as_it_was_held(first_call: FirstCall) -> None:
    session = first_call.session
    assert session.trainee == "Ada" and session.ending.ending in set(Ending) - {Ending.LOST}
    assert sum(turn.analysis is not None for turn in session.turns) >= CLIPS
    assert first_call.recording.channels == 2
    assert first_call.recording.duration_s == pytest.approx(session.duration_s, abs=0.05)
    told = " ".join(first_call.told.split())
    assert all(turn.line.text in told for turn in session.turns)


def test_the_words_are_those_that_were_played(first_call: FirstCall) -> None:
    assert first_call.session.analysis is not None
    heard = first_call.session.analysis.transcript
    assert word_errors(first_call.played, heard) <= WORD_ERRORS_AT_MOST, heard.text


def test_words_lie_where_they_were_spoken(first_call: FirstCall) -> None:
    trainee = first_call.recording.channel(1).samples
    for turn in first_call.session.turns:
        if turn.analysis is None or turn.reply_span is None:
            continue
        for word in turn.analysis.transcript.words:
            assert turn.reply_span.start_s - 0.3 <= word.span.start_s <= word.span.end_s <= turn.reply_span.end_s + 0.3
            assert word.confidence is None or 0.0 <= word.confidence <= 1.0
    loud_s = np.flatnonzero(np.abs(trainee) > 0.02) / 16_000
    spans = [turn.reply_span for turn in first_call.session.turns if turn.reply_span is not None]
    inside = sum(np.count_nonzero((span.start_s - 0.3 <= loud_s) & (loud_s <= span.end_s + 0.3)) for span in spans)
    assert inside / len(loud_s) > 0.98


def test_replies_are_as_long_as_what_was_played(first_call: FirstCall) -> None:
    answered = [turn for turn in first_call.session.turns if turn.analysis is not None]
    for turn, clip in zip(answered, first_call.played, strict=False):
        assert turn.reply_span is not None
        loud = np.flatnonzero(np.abs(clip.sound.samples) > 0.02)
        assert turn.reply_span.duration_s == pytest.approx((loud[-1] - loud[0]) / 16_000, abs=0.5)


def test_measures_and_scores_are_those_of_the_clips_themselves(first_call: FirstCall) -> None:
    """Pitch within a semitone, rate within 12 %, level within 1.5 dB, scores within 15 points of the clips alone."""
    from voicesim import analyse

    session = first_call.session
    pause = np.zeros(16_000, dtype=np.float32)
    parts = [part for clip in first_call.played for part in (clip.sound.samples, pause)]
    alone = analyse(Recording(np.concatenate(parts), 16_000, source="the clips"))
    heard = session.analysis
    assert heard is not None and session.scores is not None
    assert heard.prosody.f0_median_hz and alone.prosody.f0_median_hz
    assert 12 * abs(np.log2(heard.prosody.f0_median_hz / alone.prosody.f0_median_hz)) < 1.0
    assert heard.pace.speech_rate_wpm == pytest.approx(alone.pace.speech_rate_wpm, rel=0.12)
    assert heard.prosody.level_db == pytest.approx(alone.prosody.level_db, abs=1.5)
    for name in ("tone", "pace", "warmth"):
        score, expected = getattr(session.scores, name), getattr(alone.scores, name)
        assert (score.value is None) == (expected.value is None), name
        if score.value is not None:
            assert score.value == pytest.approx(expected.value, abs=15), name
            assert score.evidence


def test_unplugged_mid_call_the_call_is_kept_and_told_in_one_line(
    shared_data: Path, tmp_path: Path, first_call: FirstCall
) -> None:
    """The sound server is killed, as a pulled plug would, while the trainee speaks."""
    with VirtualHeadset() as headset:
        trainee = trainee_who_plays(headset, first_call.played[:1])
        practice = Talkative(practice_command(tmp_path), headset.customer_environment)
        try:
            practice.wait_for("You:")
            headset.unplug()
            code = practice.process.wait(LONGEST_WAIT_S)
            practice.wait_for("voicesim: ")
        finally:
            practice.process.kill()
            trainee.process.kill()
    assert code == 2
    last = [line for line in practice.lines if line.startswith("voicesim: ")]
    assert len(last) == 1 and "unplugged" in last[0] and "kept" in last[0]
    assert "Traceback" not in practice.told and "ALSA" not in practice.told
    with Store(tmp_path) as store:
        [summary] = store.list_sessions()
        session = store.session(summary.id)
        assert session.ending.ending is Ending.LOST
        assert session.turns[0].analysis is not None
        assert word_errors(first_call.played[:1], session.turns[0].analysis.transcript) <= WORD_ERRORS_AT_MOST
