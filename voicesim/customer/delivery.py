"""From mood to voice: how a customer sounds, for any engine's neutral rendering (`respeaking` makes it sound so).

    style = voice_style(mood, hurry)
    spoken = apply_style(neutral, style, character)

Values follow what the actors of RAVDESS and SAVEE do when they speak in anger, against their own neutral voice and at
the same level: higher pitch, 5 to 6 dB more above 1 kHz against below, a higher first formant, hardly wider pitch
range, and sharper articulation: onsets, bursts and fast formant movement are what a speech recogniser's encoder hears
most of it by. Anger is not faster. `scripts/judge_voices.py` shows how the result is heard.
"""

from __future__ import annotations

from dataclasses import dataclass

from voicesim.domain import Mood

_UNHURRIED = 0.95
"""Speed of a caller with time against an engine's neutral reading, which is brisk (hibari's 270 words a minute without
pauses)."""


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
