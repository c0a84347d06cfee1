"""Long calls are taken window by window, and the windows become one call again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.conftest import tone
from voicesim.audio import open_audio, read_audio
from voicesim.batch import windows
from voicesim.domain import Span, Transcript, Word
from voicesim.domain.timeline import shifted


@pytest.fixture
def short_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "WHOLE_S", 40.0)
    monkeypatch.setattr(windows, "WINDOW_S", 35.0)
    monkeypatch.setattr(windows, "LAST_WINDOW_S", 40.0)


def long_call(path: Path, seconds: float = 150.0) -> Path:
    """A tone with a silence of half a second every ten seconds."""
    samples = tone(200, seconds, rate_hz=8000).samples.copy()
    for at in range(10, int(seconds), 10):
        samples[at * 8000 : at * 8000 + 4000] = 0.0
    soundfile.write(path, np.stack([samples, 0.5 * samples], axis=1), 8000)
    return path


def test_windows_put_together_are_the_call_and_are_cut_in_silence(tmp_path: Path, short_windows: None) -> None:
    path = long_call(tmp_path / "long.wav")
    with open_audio(path) as stream:
        parts = list(windows.windows_of(stream, 16_000))
    whole = read_audio(path, sample_rate_hz=16_000)
    assert len(parts) >= 4
    assert np.array_equal(np.concatenate([part.samples for _, part in parts]), whole.samples)
    starts = np.cumsum([0.0, *(part.duration_s for _, part in parts[:-1])])
    assert [start for start, _ in parts] == pytest.approx(list(starts))
    for start_s, part in parts[1:]:
        assert 0.0 <= start_s % 10 <= 0.5
        assert np.abs(part.samples[:100]).max() < 0.01


def test_a_call_that_is_not_long_is_one_window(tmp_path: Path) -> None:
    with open_audio(long_call(tmp_path / "short.wav", 20.0)) as stream:
        ((start_s, part),) = windows.windows_of(stream, 8000)
    assert (start_s, part.duration_s) == (0.0, 20.0)


def test_everything_timed_moves_along() -> None:
    said = Transcript("a", (Word("a", Span(1.0, 2.0), 0.5),), "en", "test")
    later = shifted(said, 10.0)
    assert later.words[0].span == Span(11.0, 12.0)
    assert (later.text, later.words[0].confidence) == ("a", 0.5)
    both = Transcript.joined([said, later])
    assert both.text == "a a"
    assert [word.span.start_s for word in both.words] == [1.0, 11.0]
