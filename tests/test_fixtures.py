"""The clips of audio_fixtures are what their manifest says, and measure as they were made."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Any

import jiwer
import numpy as np
import pytest

import voicesim
from voicesim.audio import read_audio
from voicesim.backends.silero_activity import SileroActivity
from voicesim.domain import Span
from voicesim.prosody import measure_prosody

FOLDER = Path(__file__).parents[1] / "audio_fixtures"
CLIPS: dict[str, Any] = {
    clip["file"]: clip for clip in tomllib.loads((FOLDER / "manifest.toml").read_text(encoding="utf-8"))["clips"]
}
WORDS = jiwer.Compose([jiwer.ToLowerCase(), jiwer.RemovePunctuation(), jiwer.ReduceToListOfListOfWords()])


def test_every_clip_is_in_the_manifest_and_unchanged() -> None:
    assert {path.name for path in FOLDER.iterdir()} - {"manifest.toml"} == set(CLIPS)
    for name, clip in CLIPS.items():
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == clip["sha256"]
        assert clip["licence"]
        assert clip["origin"]


@pytest.mark.parametrize("name", ["apology.flac", "apology_phone.wav", "apology_studio.flac"])
def test_the_same_words_are_heard_from_every_format(name: str) -> None:
    heard = voicesim.analyse(FOLDER / name).transcript.text
    assert (
        jiwer.wer(CLIPS[name]["known"]["words"], heard, reference_transform=WORDS, hypothesis_transform=WORDS) <= 0.07
    )


def test_pauses_are_found_where_they_were_made() -> None:
    known = CLIPS["pauses.flac"]["known"]
    analysis = voicesim.analyse(FOLDER / "pauses.flac")
    long_pauses = [pause for pause in analysis.pace.pauses if pause.duration_s >= 0.7]
    assert len(long_pauses) == known["pauses"]
    assert [pause.duration_s for pause in long_pauses] == pytest.approx([known["pause_s"]] * 2, abs=0.2)


def test_pitch_follows_a_glide() -> None:
    known = CLIPS["glide.flac"]["known"]
    recording = read_audio(FOLDER / "glide.flac")
    prosody = measure_prosody(recording, (Span(0.0, recording.duration_s),))
    expected_hz = known["f0_start_hz"] * (known["f0_end_hz"] / known["f0_start_hz"]) ** (
        prosody.times_s / recording.duration_s
    )
    off_cents = 1200 * np.log2(prosody.f0_hz / expected_hz)
    assert np.nanmedian(np.abs(off_cents)) < 30


def test_a_quiet_room_holds_no_speech() -> None:
    assert SileroActivity().detect(read_audio(FOLDER / "quiet_room.flac")) == ()
