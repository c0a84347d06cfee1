"""The one pipeline that practice and recorded calls both run: sound in, words, delivery and scores out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from voicesim.audio import resample
from voicesim.delivery import DeliveryModels, make_baseline, measure_delivery
from voicesim.domain import (
    Analysis,
    Baseline,
    CallTiming,
    Delivery,
    EncoderFrames,
    Measured,
    Prosody,
    Recording,
    Rubric,
    ScoreCard,
    Session,
    SignalQuality,
    Span,
    Transcript,
    Turn,
)
from voicesim.errors import AudioError
from voicesim.pace import measure_pace
from voicesim.ports import SpeechDetector, SpeechEncoder, Transcriber
from voicesim.prosody import measure_prosody
from voicesim.scoring import CustomerContext, load_rubric, score
from voicesim.signal_quality import measure_signal
from voicesim.wording import Lexicons, find_wording

WORKING_RATE_HZ = 16_000
"""Everything is measured at the recognisers' rate; what lies above 8 kHz carries neither words nor delivery here."""
MIN_ENROLMENT_S = 1.5


@dataclass(frozen=True, eq=False)
class Ears:
    """The engines that listen. `encoder` None means delivery is heard from cues alone."""

    detector: SpeechDetector
    transcriber: Transcriber
    encoder: SpeechEncoder | None
    models: DeliveryModels
    lexicons: Lexicons


@dataclass(frozen=True, eq=False)
class Sound:
    """What the sound of one speaker says without its words; `recording` is it as measured, one channel at 16 kHz."""

    recording: Recording
    spans: tuple[Span, ...]
    prosody: Prosody
    delivery: Delivery
    signal: SignalQuality


def analyse(
    recording: Recording,
    ears: Ears,
    *,
    baseline: Baseline | None = None,
    rubric: Rubric | None = None,
    customer: CustomerContext | None = None,
    customer_name: str | None = None,
    other: Recording | None = None,
    spans: Sequence[Span] | None = None,
    transcript: Transcript | None = None,
    timing: CallTiming | None = None,
) -> Analysis:
    """Everything about one speaker in `recording` (mixed down to one channel), scored by `rubric` (the shipped one).

    `other` is the other party's channel on the same timeline, for echo. `spans` and `transcript` are taken over where
    they are known already. Silence and noise give null scores with a reason. Raises EngineError.
    """
    sound = hear_sound(recording, ears, baseline=baseline, other=other, spans=spans)
    words = transcript if transcript is not None else ears.transcriber.transcribe(sound.recording, sound.spans)
    return analyse_heard(
        sound, words, ears.lexicons, rubric=rubric, customer=customer, customer_name=customer_name, timing=timing
    )


def hear_sound(
    recording: Recording,
    ears: Ears,
    *,
    baseline: Baseline | None = None,
    other: Recording | None = None,
    spans: Sequence[Span] | None = None,
) -> Sound:
    """The half of `analyse` that needs no words. Raises EngineError."""
    heard, found, prosody, frames = _heard(recording, ears, spans)
    return Sound(
        recording=heard,
        spans=found,
        prosody=prosody,
        delivery=measure_delivery(heard, found, prosody, frames, baseline, ears.models),
        signal=measure_signal(heard, found, working(other) if other is not None else None),
    )


def analyse_heard(
    sound: Sound,
    words: Transcript,
    lexicons: Lexicons,
    *,
    rubric: Rubric | None = None,
    customer: CustomerContext | None = None,
    customer_name: str | None = None,
    timing: CallTiming | None = None,
) -> Analysis:
    """The other half: `words` are on the sound's timeline."""
    measured = Measured(
        duration_s=sound.recording.duration_s,
        spans=sound.spans,
        transcript=words,
        prosody=sound.prosody,
        pace=measure_pace(words, sound.spans, sound.recording),
        delivery=sound.delivery,
        wording=find_wording(words, lexicons, customer_name),
        signal=sound.signal,
        timing=timing,
    )
    return Analysis.of(sound.recording.source, measured, score(measured, rubric or load_rubric(None), customer))


def hear_delivery(recording: Recording, ears: Ears, baseline: Baseline | None = None) -> Delivery:
    """Delivery alone; no recognition is run. Raises EngineError."""
    return measure_delivery(*_heard(recording, ears), baseline, ears.models)


def enrol(recordings: Sequence[Recording], ears: Ears, *, speaker: str = "") -> Baseline:
    """The resting voice in some recordings of one speaker. Raises AudioError when there is too little speech."""
    heard = [_heard(recording, ears) for recording in recordings]
    speech_s = sum(span.duration_s for _, spans, _, _ in heard for span in spans)
    if speech_s < MIN_ENROLMENT_S:
        sources = ", ".join(recording.source for recording in recordings) or "nothing"
        raise AudioError(f"{sources}: only {speech_s:.1f} s of speech, too little to learn a resting voice from")
    return make_baseline(heard, speaker=speaker)


def rescore(session: Session, rubric: Rubric, customer: CustomerContext | None = None) -> ScoreCard:
    """A stored session's scores by another rubric, from its stored measures; no audio is needed.

    Raises AudioError when the session was never analysed.
    """
    if session.analysis is None:
        raise AudioError(f"{session.id}: nothing was measured in this call, so there is nothing to score again")
    return score(session.analysis, rubric, customer or context_of(session))


def context_of(session: Session) -> CustomerContext | None:
    """What scoring knows about a session's customer; None for recorded calls."""
    if session.scenario is None:
        return None
    spoken = session.timing.customer_spans if session.timing else ()
    return CustomerContext.of(session.scenario.persona, customer_rate_wpm(session.turns, spoken))


def customer_rate_wpm(turns: Sequence[Turn], spoken: Sequence[Span]) -> float | None:
    """The customer's own words a minute of speech; None after less than a second of it."""
    words, speech_s = 0, 0.0
    for turn in turns:
        words += len(turn.line.text.split())
        speech_s += sum(span.overlap_s(turn.customer_span) for span in spoken)
    return 60.0 * words / speech_s if speech_s >= 1.0 else None


def working(recording: Recording) -> Recording:
    """The recording as it is measured: one channel at 16 kHz."""
    return replace(resample(recording.mono(), WORKING_RATE_HZ), source=recording.source)


def _heard(
    recording: Recording, ears: Ears, spans: Sequence[Span] | None = None
) -> tuple[Recording, tuple[Span, ...], Prosody, EncoderFrames | None]:
    """The recording as it is measured, the speech in it (`spans` where known), and what delivery is heard from."""
    heard = working(recording)
    found = tuple(spans) if spans is not None else ears.detector.detect(heard)
    frames = ears.encoder.encode(heard) if ears.encoder is not None and found else None
    return heard, found, measure_prosody(heard, found), frames
