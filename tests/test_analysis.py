"""One recording through the whole pipeline with the real engines: known words come out, and nothing out of nothing."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import jiwer
import numpy as np
import pytest

import voicesim
from tests.conftest import noise, silence, tone
from voicesim.audio import read_audio, resample, write_flac
from voicesim.domain import Recording
from voicesim.errors import AudioError
from voicesim.measures import analysis_object, measures

SAID = (
    "I am so sorry about that, Mrs Miller. I can see the order here in front of me, and the parcel was lost last week. "
    "I will send you a new one today, and it will be at your door tomorrow before noon. "
    "Is there anything else that I can do for you this morning?"
)
WORDS = jiwer.Compose([jiwer.ToLowerCase(), jiwer.RemovePunctuation(), jiwer.ReduceToListOfListOfWords()])


@pytest.fixture(scope="module")
def spoken() -> Recording:
    """Known words in an ordinary synthesized voice."""
    from voicesim.backends.hibari_voice import HibariVoice

    return HibariVoice().render(SAID)


@pytest.fixture(scope="module")
def analysis(spoken: Recording) -> voicesim.Analysis:
    return voicesim.analyse(spoken)


def word_errors(truth: str, heard: str) -> float:
    return jiwer.wer(truth, heard, reference_transform=WORDS, hypothesis_transform=WORDS)


def test_the_words_that_were_spoken_are_heard_in_order_and_in_time(
    spoken: Recording, analysis: voicesim.Analysis
) -> None:
    assert word_errors(SAID, analysis.transcript.text) <= 0.06
    starts = [word.span.start_s for word in analysis.transcript.words]
    assert starts == sorted(starts)
    assert analysis.transcript.words[-1].span.end_s <= spoken.duration_s + 0.05
    assert all(word.confidence is not None and 0 <= word.confidence <= 1 for word in analysis.transcript.words)


def test_speech_rate_follows_from_the_words_and_the_speaking_time(analysis: voicesim.Analysis) -> None:
    speaking_s = analysis.pace.speaking_s
    expected_wpm = 60 * len(SAID.split()) / speaking_s
    assert analysis.pace.speech_rate_wpm == pytest.approx(expected_wpm, rel=0.05)


def test_every_score_given_has_evidence_with_seconds_inside_the_recording(analysis: voicesim.Analysis) -> None:
    for score in (analysis.scores.tone, analysis.scores.pace, analysis.scores.warmth):
        if score.value is None:
            assert score.reason
            continue
        assert 0 <= score.value <= 100
        assert score.evidence
        for evidence in score.evidence:
            assert evidence.source
            assert evidence.span is not None
            assert 0 <= evidence.span.start_s <= evidence.span.end_s <= analysis.duration_s + 0.05


def chord(duration_s: float) -> Recording:
    """Music: slowly changing chords."""
    parts = [
        np.sum([tone(f0, 1.0, harmonics=6).samples for f0 in (220 * 2 ** (n / 12), 277 * 2 ** (n / 12), 330)], axis=0)
        for n in range(int(duration_s))
    ]
    return Recording((0.2 * np.concatenate(parts)).astype(np.float32), 16_000, source="music")


@pytest.mark.parametrize(
    "nothing", [silence(6), noise(6), noise(6, level=0.001), tone(440, 6), chord(6)], ids=lambda r: r.source
)
def test_silence_noise_and_music_give_null_scores_with_a_reason(nothing: Recording) -> None:
    heard = voicesim.analyse(nothing)
    assert heard.transcript.words == ()
    assert (heard.delivery.heat, heard.delivery.liveliness, heard.delivery.warmth) == (None, None, None)
    for score in (heard.scores.tone, heard.scores.pace, heard.scores.warmth):
        assert score.value is None
        assert score.reason
    assert heard.scores.overall is None
    assert measures(heard)["speech_rate_wpm"] is None


def test_a_quieter_or_louder_microphone_leaves_the_scores_alone(spoken: Recording, analysis: voicesim.Analysis) -> None:
    for gain_db in (-12.0, 6.0):
        louder = replace(spoken, samples=(spoken.samples * 10 ** (gain_db / 20)).astype(np.float32))
        again = voicesim.analyse(louder)
        for before, after in zip(
            (analysis.scores.tone, analysis.scores.pace, analysis.scores.warmth),
            (again.scores.tone, again.scores.pace, again.scores.warmth),
            strict=True,
        ):
            assert after.value is None or before.value is None or after.value == pytest.approx(before.value, abs=3)


def test_delivery_needs_no_recognition_and_agrees_with_the_whole_analysis(
    spoken: Recording, analysis: voicesim.Analysis
) -> None:
    delivery = voicesim.measure_delivery(spoken)
    assert delivery.heat == pytest.approx(analysis.delivery.heat, abs=0.02)
    assert delivery.warmth == pytest.approx(analysis.delivery.warmth, abs=0.02)


def test_enrolment_names_the_speaker_s_own_voice_as_what_delivery_is_measured_against(spoken: Recording) -> None:
    baseline = voicesim.enrol([spoken])
    with_baseline = voicesim.measure_delivery(spoken, baseline)
    without = voicesim.measure_delivery(spoken)
    assert with_baseline.certainty > without.certainty
    assert with_baseline.against != without.against


def test_too_little_speech_to_enrol_is_said_so() -> None:
    with pytest.raises(AudioError, match="too little"):
        voicesim.enrol([silence(5)])


def test_the_command_prints_the_same_as_one_json_object(
    spoken: Recording, analysis: voicesim.Analysis, tmp_path: Path
) -> None:
    file = tmp_path / "reply.flac"
    write_flac(resample(spoken, 16_000), file)
    command = [sys.executable, "-m", "voicesim", "analyse", str(file), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    printed = json.loads(done.stdout)
    expected = analysis_object(analysis)
    assert word_errors(expected["transcript"]["text"], printed["transcript"]["text"]) <= 0.03  # 16-bit sound in between
    assert set(printed["transcript"]["words"][0]) == {"text", "start_s", "end_s", "confidence"}
    assert set(printed["delivery"]) >= {"heat", "liveliness", "warmth"}
    assert set(printed["scores"]) == {"tone", "pace", "warmth"}
    for score in printed["scores"].values():
        assert set(score) == {"value", "reason", "evidence"}
        for evidence in score["evidence"]:
            wanted = {"measure", "value", "unit", "band", "source", "start_s", "end_s", "quote"}
            assert set(evidence) >= wanted
    assert {"speech_s", "speech_rate_wpm", "articulation_rate_sps", "f0_median_hz", "f0_range_st", "level_db"} <= set(
        printed["measures"]
    )


def test_read_speech_is_recognised_as_well_as_the_model_can(shared_data: Path) -> None:
    folder = shared_data / "librispeech"
    with (folder / "transcripts.tsv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file, delimiter="\t") if (folder / f"{row[0]}.flac").is_file()][::25]
    heard = [voicesim.analyse(read_audio(folder / f"{row[0]}.flac")).transcript.text for row in rows]
    errors = jiwer.wer([row[1] for row in rows], heard, reference_transform=WORDS, hypothesis_transform=WORDS)
    assert errors <= 0.12


def test_a_word_that_the_recogniser_times_in_pieces_is_one_word() -> None:
    from voicesim.backends.hibari_voice import HibariVoice

    heard = voicesim.analyse(HibariVoice().render("Your parcel will arrive by four o'clock today.")).transcript
    assert [word.text for word in heard.words][-2:] == ["o'clock", "today."]
    assert heard.text.endswith("o'clock today.")
