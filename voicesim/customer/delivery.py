"""From mood to voice: how a customer sounds, for any engine's neutral rendering.

    style = voice_style(mood, hurry)
    spoken = apply_style(neutral, style, character)

Values follow what the actors of RAVDESS and SAVEE do when they speak in anger, against their own neutral voice and at
the same level: higher pitch, 5 to 6 dB more above 1 kHz against below, a higher first formant, hardly wider pitch
range, and sharper articulation: onsets, bursts and fast formant movement are what a speech recogniser's encoder hears
most of it by. Anger is not faster. `scripts/judge_voices.py` shows how the result is heard.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from voicesim.customer import articulation
from voicesim.customer import vocal_effort as effort
from voicesim.customer.emphasis import Stretch
from voicesim.customer.pitch_track import FRAME_S
from voicesim.customer.unvoiced import unvoiced_sound, without_unvoiced
from voicesim.customer.vocoder import SAMPLE_RATE_HZ, VoiceFrames, put_together, resampled, take_apart
from voicesim.domain import Mood, Recording

NEUTRAL_LEVEL_DB = -26.0
"""Level of neutral speech in dB full scale (active speech), as ITU-T P.56 practice has it: room for a raised voice."""

_PEAK = 0.97

_UNHURRIED = 0.95
"""Speed of a caller with time against an engine's neutral reading, which is brisk (Piper's 240 words a minute without
pauses): a quarter faster than this is still understood, a quarter faster than the reading is not."""


@dataclass(frozen=True)
class VoiceStyle:
    """How a line is voiced, relative to the voice's own neutral reading. The defaults change nothing.

    `rate` and `pause_scale` multiply speed and the length of pauses; `pitch_st` and `accent_st` are semitones (accent:
    on stressed syllables only); `pitch_range` multiplies excursions; `stress_db` lifts accented syllables;
    `tilt_db_per_octave` and `presence_db` are vocal effort, which follows the accents by `effort_swing`;
    `first_formant` multiplies the first formant (an open mouth); `jitter` is relative roughness; `breath` -1 firm to 1
    whispered; `level_db` is loudness; `emphasis` 0-1 is the weight on the words that matter, `inhale` 0-1 how audible a
    breath is taken before a long line; `crispness` enlarges onsets and bursts (1 doubles them), `consonants_db` lifts
    what is unvoiced.
    """

    rate: float = 1.0
    pause_scale: float = 1.0
    pitch_st: float = 0.0
    pitch_range: float = 1.0
    accent_st: float = 0.0
    stress_db: float = 0.0
    effort_swing: float = 0.0
    tilt_db_per_octave: float = 0.0
    presence_db: float = 0.0
    first_formant: float = 1.0
    jitter: float = 0.0
    breath: float = 0.0
    level_db: float = 0.0
    emphasis: float = 0.0
    inhale: float = 0.0
    crispness: float = 0.0
    consonants_db: float = 0.0


@dataclass(frozen=True)
class Character:
    """What makes a voice this person's: applied in every mood.

    `formants` multiplies all formants (0.85 a large man, 1.2 a small woman), `pitch_st` and `pitch_range` set the
    resting pitch, `rate` the resting speed, `breath`, `jitter` and `tilt_db_per_octave` the resting voice quality.
    `sharpness` is the share of a style's crispness and consonants this voice can take and still be understood.
    """

    formants: float = 1.0
    pitch_st: float = 0.0
    pitch_range: float = 1.0
    rate: float = 1.0
    breath: float = 0.0
    jitter: float = 0.0
    tilt_db_per_octave: float = 0.0
    ceiling_hz: float = 400.0
    sharpness: float = 1.0


def voice_style(mood: Mood, hurry: float) -> VoiceStyle:
    """The delivery of a mood; `hurry` is 0 unhurried to 1 rushing.

    Anger raises pitch, effort and roughness and sharpens articulation; hurry and lost patience raise speed and shorten
    pauses; lost trust flattens the melody of a calm voice, and a patient, trusting mood makes it a shade softer than
    the neutral reading.
    """
    heat = _heat(mood.anger)
    cool = 1.0 - heat
    rush = min(1.0, max(0.0, hurry))
    soft = cool * mood.patience * mood.trust
    return VoiceStyle(
        rate=(_UNHURRIED + 0.27 * rush) * (1.0 - 0.03 * heat + 0.03 * (1.0 - mood.patience)),
        pause_scale=max(0.3, 1.0 - 0.55 * rush - 0.25 * heat),
        pitch_st=3.7 * heat + 0.7 * rush * cool - 0.3 * soft,
        pitch_range=1.0 + 0.2 * heat - 0.15 * (1.0 - mood.trust) * cool,
        accent_st=0.7 * heat,
        stress_db=2.0 * heat,
        effort_swing=0.6 * heat,
        tilt_db_per_octave=4.3 * heat - 1.4 * soft,
        presence_db=4.8 * heat,
        first_formant=1.0 + 0.08 * heat,
        jitter=0.012 * heat,
        breath=-0.6 * heat + 0.05 * soft,
        level_db=9.0 * heat + 1.0 * rush * cool - 1.0 * soft,
        emphasis=0.5 + 0.5 * heat,
        inhale=heat,
        crispness=1.0 * heat,
        consonants_db=6.0 * heat,
    )


def _heat(anger: float) -> float:
    """How heated a voice is, 0-1: rises with anger throughout, steeply between 0.2 and 0.7, where callers are heard."""
    anger = min(1.0, max(0.0, anger))
    ramp = min(1.0, max(0.0, (anger - 0.1) / 0.65))
    return 0.9 * ramp * ramp * (3.0 - 2.0 * ramp) + 0.1 * anger


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
