"""The words of the domain: frozen dataclasses every other part speaks in.

Units live in names: `_s` seconds, `_hz` hertz, `_st` semitones, `_db` decibels, `_wpm` words a minute, `_sps` syllables
a second. A value that could not be measured is `None`, never 0. Only NumPy and the standard library are imported here.
"""

from voicesim.domain.audio import Recording, Span
from voicesim.domain.calls import CallEnding, Session, SessionKind, Turn
from voicesim.domain.customers import (
    Beat,
    CustomerLine,
    Ending,
    FactCheck,
    LineChoice,
    Mood,
    MoodChange,
    Persona,
    Scenario,
    Style,
    StyleCue,
)
from voicesim.domain.judgements import SCORE_NAMES, Comment, Example, Judgements, Override, ScoreVersion, Trainee
from voicesim.domain.scores import (
    Advice,
    AdviceText,
    Analysis,
    Band,
    Evidence,
    Measured,
    Rubric,
    Score,
    ScoreCard,
    WordingMeasure,
)
from voicesim.domain.speech import EncoderFrames, SignalQuality, Transcript, Word
from voicesim.domain.timing import CallTiming, DeadAir, Overlap, ResponseGap
from voicesim.domain.voice import Baseline, Cue, CueNorm, Delivery, DeliveryMoment, Pace, Prosody, StretchCues
from voicesim.domain.wording import BehaviourFinding, Wording

__all__ = [
    "SCORE_NAMES",
    "Advice",
    "AdviceText",
    "Analysis",
    "Band",
    "Baseline",
    "Beat",
    "BehaviourFinding",
    "CallEnding",
    "CallTiming",
    "Comment",
    "Cue",
    "CueNorm",
    "CustomerLine",
    "DeadAir",
    "Delivery",
    "DeliveryMoment",
    "EncoderFrames",
    "Ending",
    "Evidence",
    "Example",
    "FactCheck",
    "Judgements",
    "LineChoice",
    "Measured",
    "Mood",
    "MoodChange",
    "Overlap",
    "Override",
    "Pace",
    "Persona",
    "Prosody",
    "Recording",
    "ResponseGap",
    "Rubric",
    "Scenario",
    "Score",
    "ScoreCard",
    "ScoreVersion",
    "Session",
    "SessionKind",
    "SignalQuality",
    "Span",
    "StretchCues",
    "Style",
    "StyleCue",
    "Trainee",
    "Transcript",
    "Turn",
    "Word",
    "Wording",
    "WordingMeasure",
]
