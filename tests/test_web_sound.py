"""Sound behind the page: excerpts, waveforms, headset findings, replies taken again."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.conftest import noise, silence, tone
from tests.web_fixtures import analysis_of, card_of, speech_like
from tests.web_stages import StagedLine
from voicesim.domain import Recording, Span
from voicesim.errors import AudioError, DeviceError, UsageError
from voicesim.web.api_retake import reply_in
from voicesim.web.headset import judge_echo, judge_quiet, judge_reading
from voicesim.web.media import cut, wav
from voicesim.web.peaks import MAGIC, measure_peaks, peaks_of
from voicesim.web.recorder import Captured, Recorder
from voicesim.web.retakes import KEPT, Retakes


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
