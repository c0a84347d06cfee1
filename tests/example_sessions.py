"""Sessions made up for tests and benchmarks: any length, any number of turns, deterministic for a seed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

import numpy as np

from voicesim.domain import (
    Advice,
    Analysis,
    Beat,
    BehaviourFinding,
    CallEnding,
    CallTiming,
    CustomerLine,
    Delivery,
    DeliveryMoment,
    Ending,
    Evidence,
    LineChoice,
    Mood,
    MoodChange,
    Pace,
    Persona,
    Prosody,
    ResponseGap,
    Scenario,
    Score,
    ScoreCard,
    Session,
    SessionKind,
    SignalQuality,
    Span,
    Style,
    Transcript,
    Turn,
    Word,
    Wording,
)

SENTENCE = "I am so sorry to hear that let me look at your order right now please give me one moment thank you"
VOCABULARY = SENTENCE.split()
START = datetime(2026, 11, 21, 19, 34, tzinfo=UTC)


def make_transcript(start_s: float, end_s: float, *, extra: str = "") -> Transcript:
    """Two and a half words a second between two moments, `extra` words first."""
    texts = extra.split()
    texts += [VOCABULARY[i % len(VOCABULARY)] for i in range(int((end_s - start_s) * 2.5) - len(texts))]
    step = (end_s - start_s) / max(1, len(texts))
    words = tuple(
        Word(text, Span(start_s + i * step, start_s + (i + 0.9) * step), 0.93) for i, text in enumerate(texts)
    )
    return Transcript(" ".join(texts), words, "en", "example")


def make_card(
    tone: float | None = 72.0, pace: float | None = 64.0, warmth: float | None = 80.0, version: str = "1"
) -> ScoreCard:
    """A scorecard with evidence for each score, an overall when all three stand."""

    def score(name: str, value: float | None) -> Score:
        if value is None:
            return Score(name, None, "less than 15 s of speech")
        span = Span(6.0, 9.5)
        seen = Evidence(f"{name}_measure", value / 2, "wpm", "120-160", "example", span, "I am so sorry", value - 100)
        return Score(name, value, None, (seen,))

    known = [value for value in (tone, pace, warmth) if value is not None]
    return ScoreCard(
        score("tone", tone),
        score("pace", pace),
        score("warmth", warmth),
        sum(known) / 3 if len(known) == 3 else None,
        "default",
        version,
        (Advice("Say what you heard before you solve it.", "empathy", Span(6.0, 9.5), "I am so sorry", 8.0),),
        ("at 150 words a minute this would be 82",),
        {"tone": 1.0, "pace": 1.0, "warmth": 1.0},
    )


def make_analysis(
    start_s: float,
    end_s: float,
    card: ScoreCard,
    *,
    seed: int = 0,
    hop_s: float = 0.01,
    extra: str = "",
    heat: float | None = 0.2,
) -> Analysis:
    """What is measured about one stretch of speech, contours every `hop_s`."""
    rng = np.random.default_rng(seed)
    times_s = np.arange(start_s, end_s, hop_s)
    f0_hz = 120 + 20 * rng.standard_normal(len(times_s)).cumsum() / max(1.0, len(times_s) ** 0.5)
    f0_hz[rng.random(len(times_s)) < 0.3] = np.nan
    level_db = -25 + 5 * rng.standard_normal(len(times_s))
    span, speech_s = Span(start_s, end_s), end_s - start_s
    transcript = make_transcript(start_s, end_s, extra=extra)
    words = len(transcript.words)
    return Analysis(
        source="example",
        duration_s=speech_s,
        spans=(span,),
        transcript=transcript,
        prosody=Prosody(speech_s, times_s, f0_hz, level_db, 121.0, 5.0, -25.0, 8.0, None, 14.0, {"f0_mean_st": 1.5}),
        pace=Pace(speech_s, words, 150.0, 4.4, words * 2, (), 0.1, ((span, 150.0),), 0),
        delivery=Delivery(heat, 0.6, 0.7, 0.8, "cues", "example", (), (DeliveryMoment(span, heat, 0.6, None),)),
        wording=Wording((BehaviourFinding("apologised", "I am so sorry", Span(start_s, start_s + 1.0)),), words),
        signal=SignalQuality(0.0, 30.0, 7800.0, None, ()),
        scores=card,
    )


def make_scenario(kind: Literal["angry", "hurried"] = "angry", name: str = "Zoë <Brandt>") -> Scenario:
    """A customer with one beat."""
    persona = Persona(name, "anna", Style.PERSONAL, "parcel lost", "to be heard", 0.3, Mood(0.8, 0.4, 0.3))
    line = (LineChoice("Where is my parcel?"),)
    return Scenario(
        "lost-parcel", "The lost parcel", "A parcel is late.", "retail", 1, kind, persona, "Example Ltd",
        (Beat("open", line),), line, line, {Ending.RESOLVED: line}, version="1",
    )  # fmt: skip


def make_session(
    session_id: str = "20261121-1934-k3f",
    *,
    turns: int = 3,
    turn_s: float = 12.0,
    trainee: str = "Ana",
    scenario: Scenario | None = None,
    card: ScoreCard | None = None,
    minutes_later: float = 0.0,
    private: bool = False,
    kind: SessionKind = SessionKind.PRACTICE,
    extra: str = "",
    heat: float | None = 0.2,
    recording_path: str | None = None,
    hop_s: float = 0.01,
    seed: int = 0,
) -> Session:
    """A call of `turns` exchanges of `turn_s` each: the customer speaks the first third, the trainee the rest."""
    scenario, card = scenario or make_scenario(), card or make_card()
    duration_s = turns * turn_s
    made = [
        _make_turn(i, i * turn_s, turn_s, card, extra=extra, heat=heat, hop_s=hop_s, seed=seed) for i in range(turns)
    ]
    trainee_spans = tuple(turn.reply_span for turn in made if turn.reply_span)
    customer_spans = tuple(turn.customer_span for turn in made)
    gaps = tuple(ResponseGap(Span(turn.customer_span.end_s, turn.customer_span.end_s + 0.5), 0.5) for turn in made)
    timing = CallTiming(
        trainee_spans, customer_spans, trainee_spans, customer_spans, gaps, (), (), 0.6, 0.0, 0.05, turn_s * 0.6
    )
    return Session(
        id=session_id,
        kind=kind,
        scenario_id=scenario.id,
        trainee=trainee,
        started_at=START + timedelta(minutes=minutes_later),
        duration_s=duration_s,
        ending=CallEnding(Ending.RESOLVED),
        turns=tuple(made),
        analysis=make_analysis(0.0, duration_s, card, seed=seed, hop_s=hop_s, extra=extra, heat=heat),
        scores=card,
        timing=timing,
        recording_path=recording_path,
        private=private,
        scenario=scenario,
    )


def _make_turn(
    index: int,
    start_s: float,
    turn_s: float,
    card: ScoreCard,
    *,
    extra: str,
    heat: float | None,
    hop_s: float,
    seed: int,
) -> Turn:
    middle_s = start_s + turn_s / 3
    reply = Span(middle_s + 0.5, start_s + turn_s)
    mood = Mood(max(0.0, 0.8 - index * 0.1), 0.4, 0.3)
    change = MoodChange(
        "said sorry", "apologised", -0.1, 0.0, 0.05, Span(reply.start_s, reply.start_s + 1), "I am so sorry"
    )
    return Turn(
        index,
        CustomerLine(f"Where is my parcel number {index}?", mood, "open"),
        Span(start_s, middle_s),
        reply,
        make_analysis(reply.start_s, reply.end_s, card, seed=seed + index + 1, hop_s=hop_s, extra=extra, heat=heat),
        Mood(max(0.0, 0.7 - index * 0.1), 0.4, 0.35),
        (change,),
        0.5,
    )
