"""A neutral reading spoken again in a style, by a character: taken apart, shaped, timed anew and put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from voicesim.customer import articulation
from voicesim.customer import vocal_effort as effort
from voicesim.customer.delivery import Character, VoiceStyle
from voicesim.customer.emphasis import Stretch
from voicesim.customer.pitch_track import FRAME_S
from voicesim.customer.unvoiced import unvoiced_sound, without_unvoiced
from voicesim.customer.vocoder import SAMPLE_RATE_HZ, VoiceFrames, put_together, resampled, take_apart
from voicesim.domain import Recording

NEUTRAL_LEVEL_DB = -26.0
"""Level of neutral speech in dB full scale (active speech), as ITU-T P.56 practice has it: room for a raised voice."""

_PEAK = 0.97


@dataclass(frozen=True)
class Footing:
    """What the first part of a reading settles for the parts after it: pitch about which it moves, and its gain."""

    middle_hz: float | None
    gain: float


@dataclass(frozen=True, eq=False)
class Respoken:
    """Respoken sound, mono at `SAMPLE_RATE_HZ`; `taken_s` says for each of its frames when in the source it was."""

    sound: Recording
    taken_s: NDArray[np.float64]
    footing: Footing | None

    def sample_at(self, source_s: float) -> int:
        """The sample that stands for `source_s` seconds of the source."""
        frame = int(np.searchsorted(self.taken_s, source_s - 1e-9))
        return min(round(frame * FRAME_S * SAMPLE_RATE_HZ), len(self.sound.samples))


def apply_style(
    neutral: Recording, style: VoiceStyle, character: Character, seed: int = 0, stressed: Sequence[Stretch] = ()
) -> Recording:
    """`neutral` (mono, any rate) respoken in `style` by `character`: mono float32 at `SAMPLE_RATE_HZ`.

    `stressed` says where the words that matter lie (`emphasis.stretches`).
    The same arguments always give the same samples. Duration changes by the style's and the character's rate and by
    `pause_scale` where the recording is silent. Digital silence comes back as silence.
    """
    return respoken(neutral, style, character, seed, stressed).sound


def respoken(
    neutral: Recording,
    style: VoiceStyle,
    character: Character,
    seed: int = 0,
    stressed: Sequence[Stretch] = (),
    footing: Footing | None = None,
) -> Respoken:
    """As `apply_style`, with what it takes to speak the next part of the same reading on the same `footing`."""
    source = resampled(neutral)
    samples = source.samples.astype(np.float64)
    if not np.any(np.abs(samples) > 1e-5) or len(samples) < SAMPLE_RATE_HZ // 50:
        return Respoken(source, np.arange(0.0, source.duration_s, FRAME_S), footing)
    apart = take_apart(samples, character.ceiling_hz)
    frames = articulation.with_weight(apart, stressed, style.emphasis)
    about_hz = footing.middle_hz if footing else effort.middle_hz(frames)
    frames = shaped(frames, style, character, seed, about_hz)
    frames = _retimed(frames, style.rate * character.rate, style.pause_scale)
    spoken = put_together(without_unvoiced(frames)) + unvoiced_sound(samples, apart, frames)
    gain = footing.gain if footing else _gain(spoken, NEUTRAL_LEVEL_DB + style.level_db)
    sound = replace(source, samples=_rounded_off(spoken * gain))
    return Respoken(sound, frames.taken_s, Footing(about_hz, gain))


def shaped(
    frames: VoiceFrames, style: VoiceStyle, character: Character, seed: int, about_hz: float | None = None
) -> VoiceFrames:
    """The frames with pitch, formants, effort, stress and roughness changed; their timing as before."""
    frames = effort.moved_pitch(
        frames,
        style.pitch_st + character.pitch_st,
        style.pitch_range * character.pitch_range,
        style.accent_st,
        about_hz=about_hz,
    )
    frames = effort.scaled_formants(frames, character.formants, style.first_formant)
    frames = articulation.crisper(frames, style.crispness * character.sharpness)
    frames = effort.stressed(frames, style.stress_db)
    tilt = style.tilt_db_per_octave + character.tilt_db_per_octave
    frames = effort.tilted(frames, tilt, style.presence_db, style.effort_swing)
    frames = articulation.harder_consonants(frames, style.consonants_db * character.sharpness)
    frames = effort.breathy(frames, max(-1.0, min(1.0, style.breath + character.breath)))
    return effort.roughened(frames, style.jitter + character.jitter, seed)


def _gain(samples: NDArray[np.float64], level_db: float) -> float:
    """What brings the RMS of the speech in `samples` to `level_db` dB full scale; 1 for silence."""
    frame = int(0.02 * SAMPLE_RATE_HZ)
    whole = samples[: len(samples) // frame * frame].reshape(-1, frame)
    power = (whole**2).mean(axis=1) if len(whole) else np.array([float((samples**2).mean())])
    active = power[power > power.max() * 1e-4]
    rms = float(np.sqrt(active.mean())) if len(active) else 0.0
    return float(10 ** (level_db / 20) / rms) if rms > 0.0 else 1.0


def _rounded_off(samples: NDArray[np.float64]) -> NDArray[np.float32]:
    """`samples` with peaks above 0.7 bent, so that none exceeds 0.97."""
    knee = 0.7
    over = np.abs(samples) > knee
    soft = knee + (_PEAK - knee) * np.tanh((np.abs(samples) - knee) / (_PEAK - knee))
    return np.where(over, np.sign(samples) * soft, samples).astype(np.float32)


def _retimed(frames: VoiceFrames, rate: float, pause_scale: float) -> VoiceFrames:
    """The frames at `rate` times the speed, silences besides at `pause_scale` times their length."""
    if rate == 1.0 and pause_scale == 1.0:
        return frames
    silent = _long_silences(frames.speech())
    return articulation.stretched(frames, np.where(silent, pause_scale, 1.0) / rate)


def _long_silences(speech: NDArray[np.bool_], shortest_s: float = 0.06) -> NDArray[np.bool_]:
    """Frames in silences longer than the closure of a stop consonant, shape (frames,)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[True], speech, [True]]).astype(int)))
    silent = np.zeros(len(speech), dtype=bool)
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        silent[first:last] = (last - first) * FRAME_S > shortest_s
    return silent
