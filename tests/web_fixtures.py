"""A data folder with a story for the web page: calls with sound, scores and judgements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import soundfile
from numpy.typing import NDArray

from voicesim.domain import (
    Advice,
    Analysis,
    Baseline,
    CallEnding,
    CallTiming,
    CueNorm,
    CustomerLine,
    DeadAir,
    Delivery,
    Ending,
    Evidence,
    Mood,
    MoodChange,
    Overlap,
    Pace,
    Prosody,
    Scenario,
    Score,
    ScoreCard,
    Session,
    SessionKind,
    SignalQuality,
    Span,
    Transcript,
    Turn,
    Word,
    Wording,
)
from voicesim.store import Store

RATE_HZ = 8_000
NOW = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)
NORMS = "NORMS: comfortable speech rate"


def speech_like(spans: Sequence[Span], duration_s: float, f0_hz: float, seed: int = 0) -> NDArray[np.float32]:
    """Buzz with syllables inside the spans, near silence outside; a low voice sounds other than a high one."""
    rng = np.random.default_rng(seed)
    times_s = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    pitch = f0_hz * (1 + 0.08 * np.sin(2 * np.pi * 0.7 * times_s))
    phase = 2 * np.pi * np.cumsum(pitch) / RATE_HZ
    voice = sum(np.sin(k * phase) / k for k in range(1, 6))
    syllables = 0.35 + 0.65 * np.abs(np.sin(2 * np.pi * 2.1 * times_s + seed))
    inside = np.zeros(len(times_s), dtype=bool)
    for span in spans:
        inside[round(span.start_s * RATE_HZ) : round(span.end_s * RATE_HZ)] = True
    noise = rng.normal(0, 0.002, len(times_s))
    return (0.12 * voice * syllables * inside + noise).astype(np.float32)


def words_in(text: str, span: Span, engine: str = "tiny.en") -> Transcript:
    """The words spread over the span; every eleventh unsure."""
    texts = text.split()
    step = span.duration_s / max(1, len(texts))
    words = tuple(
        Word(word, Span(span.start_s + i * step, span.start_s + (i + 0.9) * step), 0.4 if i % 11 == 10 else 0.93)
        for i, word in enumerate(texts)
    )
    return Transcript(text, words, "en", engine)


def card_of(tone: float | None, pace: float | None, warmth: float | None, span: Span, quote: str) -> ScoreCard:
    """Scores with two pieces of evidence each, three pieces of advice."""
    late = Span(span.start_s, min(span.end_s, span.start_s + 4))

    def score(name: str, value: float | None, *evidence: Evidence) -> Score:
        if value is None:
            return Score(name, None, "only 9 s of speech; at least 15 s are needed")
        return Score(name, value, None, evidence)

    known = [value for value in (tone, pace, warmth) if value is not None]
    return ScoreCard(
        score(
            "tone",
            tone,
            Evidence("heat", 0.41, "0-1", "at most 0.35", "uncalibrated", span, quote, -14.0),
            Evidence("liveliness", 0.55, "0-1", "at least 0.4", "uncalibrated", late, None, 3.0),
        ),
        score(
            "pace",
            pace,
            Evidence("speech_rate_wpm", 178.0, "words/min", "120-160", NORMS, span, quote, -22.0),
            Evidence("response_gap_s", 0.9, "s", "at most 1.2", NORMS, late, None, 4.0),
        ),
        score("warmth", warmth, Evidence("acknowledged", 1.0, "times", "at least 1", "HEARD", late, quote[:40], 8.0)),
        sum(known) / 3 if len(known) == 3 else None,
        "default",
        "1",
        (
            Advice("Say what you heard before you look for a solution.", "acknowledged", span, quote, 9.0),
            Advice("Slow down after the customer raises their voice.", "speech_rate_wpm", late, None, 6.0),
            Advice(
                "Tell them how long it will take before you go quiet.",
                "dead_air_s",
                Span(span.end_s, span.end_s + 0.5),
                None,
                4.0,
            ),
        ),
        ("At 150 words a minute pace would be 82.",),
        {"tone": 1.0, "pace": 1.0, "warmth": 1.0},
    )


def analysis_of(
    text: str,
    span: Span,
    spans: tuple[Span, ...],
    card: ScoreCard,
    *,
    hop_s: float = 0.05,
    timing: CallTiming | None = None,
) -> Analysis:
    """One side of a stretch of a call."""
    times_s = np.arange(span.start_s, span.end_s, hop_s)
    f0 = 180 + 25 * np.sin(times_s * 1.7) + 12 * np.sin(times_s * 7)
    level = -26 + 5 * np.sin(times_s * 3.1)
    spoken = np.zeros(len(times_s), dtype=bool)
    for one in spans:
        spoken |= (times_s >= one.start_s) & (times_s < one.end_s)
    words = len(text.split())
    course = tuple((one, 140.0 + 30 * np.sin(one.start_s)) for one in spans)
    return Analysis(
        source="demo",
        duration_s=span.duration_s,
        spans=spans,
        transcript=words_in(text, span),
        prosody=Prosody(
            span.duration_s, times_s, np.where(spoken, f0, np.nan), level, 180.0, 6.1, -26.0, 8.0, -7.0, 14.0
        ),
        pace=Pace(span.duration_s, words, 152.0, 4.6, int(words * 1.5), (), 0.1, course, 2),
        delivery=Delivery(0.3, 0.6, 0.7, 0.8, "cues", "own baseline"),
        wording=Wording((), words),
        signal=SignalQuality(0.0, 31.0, 3900.0, None),
        scores=card,
        timing=timing,
    )


def make_turns(scenario: Scenario, count: int, card: ScoreCard, *, warm: float) -> tuple[Turn, ...]:
    """Beats of the scenario over and over: the line, half a second, the example reply."""
    turns, at_s, mood = [], 1.0, scenario.persona.mood
    for index in range(count):
        beat = scenario.beats[index % len(scenario.beats)]
        line, reply = beat.lines[0].text, beat.example or "Let me look at that for you right now."
        said = Span(at_s, at_s + max(2.0, len(line.split()) / 3.2))
        answer = Span(said.end_s + 0.6, said.end_s + 0.6 + max(2.0, len(reply.split()) / 2.6))
        changes = (
            (
                MoodChange(
                    "They saw how I felt.", "acknowledged_feeling", -0.12 * warm, 0.02, 0.11 * warm, answer, reply[:30]
                ),
                MoodChange("They told me what is going on.", "explained", -0.03, 0.0, 0.05 * warm, answer),
            )
            if index % 3 != 1
            else (MoodChange("They hid behind a rule.", "hid_behind_rule", 0.09, -0.12, -0.08, answer),)
        )
        mood = Mood(
            *(
                float(np.clip(v, 0, 1))
                for v in (
                    mood.anger + sum(c.anger for c in changes),
                    mood.patience + sum(c.patience for c in changes),
                    mood.trust + sum(c.trust for c in changes),
                )
            )
        )
        spoken = CustomerLine(line, mood, beat.id, scenario.persona.hurry)
        analysis = analysis_of(reply, answer, (answer,), card)
        turns.append(Turn(index, spoken, said, answer, analysis, mood, changes, 0.6))
        at_s = answer.end_s + 0.5
    return tuple(turns)


def make_call(
    store: Store,
    session_id: str,
    scenario: Scenario,
    *,
    trainee: str = "Ana",
    started_at: datetime = NOW,
    turns: int = 6,
    tone: float | None = 74.0,
    pace: float | None = 58.0,
    warmth: float | None = 81.0,
    ending: Ending = Ending.RESOLVED,
    kind: SessionKind = SessionKind.PRACTICE,
    private: bool = False,
    sound: bool = True,
    detail: str = "",
) -> Session:
    """A whole call with its recording, saved in the store."""
    first = Span(6.0, 9.0)
    empty = card_of(tone, pace, warmth, first, "")
    made = make_turns(scenario, turns, empty, warm=1.3 if ending in (Ending.RESOLVED, Ending.DELIGHTED) else 0.2)
    mine = tuple(turn.reply_span for turn in made if turn.reply_span)
    theirs = tuple(turn.customer_span for turn in made)
    duration_s = (mine[-1].end_s if mine else 0.0) + 2.0
    quote = made[1].analysis.transcript.text.split(".")[0] if len(made) > 1 and made[1].analysis else ""
    card = card_of(tone, pace, warmth, mine[1] if len(mine) > 1 else first, quote)
    overlaps = (Overlap(Span(theirs[0].end_s - 0.8, theirs[0].end_s), "trainee", "note"),)
    silent = (DeadAir(Span(mine[0].end_s, mine[0].end_s + 0.5), "recorded"),)
    timing = CallTiming(mine, theirs, mine, theirs, (), overlaps, silent, 0.55, 0.02, 0.08, 14.0)
    text = " ".join(t.analysis.transcript.text for t in made if t.analysis)
    whole = analysis_of(text, Span(0.0, duration_s), mine, card, timing=timing)
    words = tuple(word for t in made if t.analysis for word in t.analysis.transcript.words)
    whole = replace(whole, transcript=replace(whole.transcript, words=words))
    path = f"recordings/{session_id}.flac"
    if sound:
        channels = np.stack([speech_like(theirs, duration_s, 110), speech_like(mine, duration_s, 210, 1)], axis=1)
        soundfile.write(store.data_dir / path, channels, RATE_HZ)
    session = Session(
        session_id,
        kind,
        scenario.id,
        trainee,
        started_at,
        duration_s,
        CallEnding(ending, detail),
        made,
        whole,
        card,
        timing,
        path if sound else None,
        private,
        scenario,
    )
    store.save_session(session)
    return session


def baseline(name: str) -> Baseline:
    """A resting voice."""
    cues = {
        "f0_median_hz": CueNorm(182, 0),
        "f0_range_st": CueNorm(6, 0),
        "level_db": CueNorm(-26, 0),
        "level_spread_db": CueNorm(7, 0),
        "speech_rate_wpm": CueNorm(148, 11),
    }
    return Baseline(name, 18.4, cues)
