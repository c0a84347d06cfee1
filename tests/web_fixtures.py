"""A data folder with a story for the web page: calls with shipped customers, sound, judgements; and parts that stage a call."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from voicesim.customer.scenarios import shipped_scenarios
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
    Persona,
    Prosody,
    Recording,
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
from voicesim.errors import DeviceError
from voicesim.ports import LineBlock
from voicesim.store import Store
from voicesim.web import CallRequest, DeviceChoice, Exporter, WebParts
from voicesim.web.parts import Tell

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
        score("tone", tone, Evidence("heat", 0.41, "", "good to 0.30, none from 0.80", "uncalibrated", span, quote, -14.0),
              Evidence("f0_range_st", 7.2, "st", "good from 5", "uncalibrated", late, None, 3.0)),
        score("pace", pace, Evidence("speech_rate_wpm", 178.0, "wpm", "good 120-160, none beyond 190", NORMS, span, quote, -22.0),
              Evidence("response_gap_s", 0.9, "s", "good to 1.2 s", NORMS, late, None, 4.0)),
        score("warmth", warmth, Evidence("acknowledged_feeling", 1.0, "count", "good from 1", "HEARD", late, quote[:40], 8.0)),
        sum(known) / 3 if len(known) == 3 else None,
        "default", "1",
        (
            Advice("Say what you heard before you look for a solution.", "acknowledged_feeling", span, quote, 9.0),
            Advice("Slow down after the customer raises their voice: one short sentence, then a pause.", "speech_rate_wpm", late, None, 6.0),
            Advice("Tell them how long it will take before you go quiet.", "dead_air_s", Span(span.end_s, span.end_s + 0.5), None, 4.0),
        ),
        ("At 150 words a minute pace would be 82.",),
    )  # fmt: skip


def analysis_of(text: str, span: Span, spans: tuple[Span, ...], card: ScoreCard, *, hop_s: float = 0.05, timing: CallTiming | None = None) -> Analysis:  # fmt: skip
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
        source="demo", duration_s=span.duration_s, spans=spans, transcript=words_in(text, span),
        prosody=Prosody(span.duration_s, times_s, np.where(spoken, f0, np.nan), level, 180.0, 6.1, -26.0, 8.0, -7.0, 14.0),
        pace=Pace(span.duration_s, words, 152.0, 4.6, int(words * 1.5), (), 0.1, course, 2),
        delivery=Delivery(0.3, 0.6, 0.7, 0.8, "cues", "own baseline"), wording=Wording((), words),
        signal=SignalQuality(0.0, 31.0, 3900.0, None), scores=card, timing=timing,
    )  # fmt: skip


def make_turns(scenario: Scenario, count: int, card: ScoreCard, *, warm: float) -> tuple[Turn, ...]:
    """Beats of the scenario over and over: the line, half a second, the example reply."""
    turns, at_s, mood = [], 1.0, scenario.persona.mood
    for index in range(count):
        beat = scenario.beats[index % len(scenario.beats)]
        line, reply = beat.lines[0].text, beat.example or "Let me look at that for you right now."
        said = Span(at_s, at_s + max(2.0, len(line.split()) / 3.2))
        answer = Span(said.end_s + 0.6, said.end_s + 0.6 + max(2.0, len(reply.split()) / 2.6))
        changes = (
            MoodChange("They saw how I felt.", "acknowledged_feeling", -0.12 * warm, 0.02, 0.11 * warm, answer, reply[:30]),
            MoodChange("They told me what is going on.", "explained", -0.03, 0.0, 0.05 * warm, answer),
        ) if index % 3 != 1 else (MoodChange("They hid behind a rule.", "hid_behind_rule", 0.09, -0.12, -0.08, answer),)  # fmt: skip
        mood = Mood(*(float(np.clip(v, 0, 1)) for v in (
            mood.anger + sum(c.anger for c in changes), mood.patience + sum(c.patience for c in changes),
            mood.trust + sum(c.trust for c in changes))))  # fmt: skip
        spoken = CustomerLine(line, mood, beat.id, scenario.persona.hurry)
        analysis = analysis_of(reply, answer, (answer,), card)
        turns.append(Turn(index, spoken, said, answer, analysis, mood, changes, 0.6))
        at_s = answer.end_s + 0.5
    return tuple(turns)


def make_call(
    store: Store, session_id: str, scenario: Scenario, *, trainee: str = "Ana", started_at: datetime = NOW,
    turns: int = 6, tone: float | None = 74.0, pace: float | None = 58.0, warmth: float | None = 81.0,
    ending: Ending = Ending.RESOLVED, kind: SessionKind = SessionKind.PRACTICE, private: bool = False, sound: bool = True,
    detail: str = "",
) -> Session:  # fmt: skip
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
        session_id, kind, scenario.id, trainee, started_at, duration_s, CallEnding(ending, detail), made, whole, card,
        timing, path if sound else None, private, scenario,
    )  # fmt: skip
    store.save_session(session)
    return session


def fill_demo(store: Store, history: int = 22) -> dict[str, Session]:
    """Weeks of calls by a small team; the sessions tests speak of, by name."""
    scenarios = {s.id: s for s in shipped_scenarios()}
    names = list(scenarios)
    days = 44 // max(1, history)
    rng = np.random.default_rng(5)
    for number in range(history):
        scenario = scenarios[names[number % 7]]
        level = 48 + 1.3 * number
        tone, pace, warmth = (float(np.clip(level + rng.normal(0, 6) + shift, 5, 98)) for shift in (4, -6, 9))
        make_call(store, f"20261001-1000-{number:03d}", scenario, started_at=NOW - timedelta(days=50 - days * number),
                  turns=4, tone=tone, pace=pace, warmth=warmth, private=number == history - 2,
                  ending=[Ending.HUNG_UP, Ending.RESOLVED, Ending.MANAGER, Ending.DELIGHTED][number % 4])  # fmt: skip
    for number, name in enumerate(["Ben", "Chen", "Dora", "Emil"]):
        make_call(store, f"20261110-0900-{number:03d}", scenarios[names[number]], trainee=name,
                  started_at=NOW - timedelta(days=9 - number), turns=4, tone=40.0 + 12 * number, pace=70.0, warmth=35.0 + 9 * number)  # fmt: skip
    batch = make_call(store, "20261112-0800-bat", scenarios[names[1]], trainee="Chen", started_at=NOW - timedelta(days=8),
                      turns=5, kind=SessionKind.BATCH, warmth=None)  # fmt: skip
    batch = replace(batch, scenario=None, scenario_id="")
    store.save_session(batch)
    main = make_call(store, "20261120-1405-aaa", scenarios["angry_refund"], started_at=NOW, turns=6)
    earlier = make_call(store, "20261118-1405-bbb", scenarios["angry_refund"], started_at=NOW - timedelta(days=2), turns=5,
                        tone=51.0, pace=47.0, warmth=55.0, ending=Ending.HUNG_UP)  # fmt: skip
    lost = make_call(store, "20261119-1405-ccc", scenarios["hurried_card"], started_at=NOW - timedelta(days=1), turns=2,
                     ending=Ending.LOST, detail="the headset was unplugged", tone=66.0, pace=None, warmth=61.0)  # fmt: skip
    store.save_baseline("Ana", baseline("Ana"))
    store.add_comment(main.id, "Ruth", main.turns[2].reply_span, "This pause is just right: she finishes her story.")
    store.mark_example(main.id, "Ruth", main.turns[4].reply_span, "How to say when, and keep it.")
    store.override_score(main.id, "Ruth", "pace", 66.0, "The customer asked for speed here; the rate fits.")
    return {"main": main, "earlier": earlier, "lost": lost, "batch": batch}


def baseline(name: str) -> Baseline:
    """A resting voice."""
    cues = {"f0_median_hz": CueNorm(182, 9), "level_db": CueNorm(-26, 2.5), "speech_rate_wpm": CueNorm(148, 11)}
    return Baseline(name, 18.4, cues)


class StagedLine:
    """A headset that hears quiet noise, or whatever is put in `speech`; in the test's own time."""

    def __init__(self, name: str = "Test headset", speech: NDArray[np.float32] | None = None, breaks_after_s: float | None = None) -> None:  # fmt: skip
        self.name, self.sample_rate_hz = name, 16_000
        self._speech, self._at, self._breaks_after_s = speech, 0, breaks_after_s
        self._queue = np.zeros(0, dtype=np.float32)
        self._rng = np.random.default_rng(3)

    @property
    def playing(self) -> bool:
        return len(self._queue) > 0

    @property
    def queued_s(self) -> float:
        return len(self._queue) / self.sample_rate_hz

    def start(self) -> None:
        if self.name == "Broken headset":
            raise DeviceError("Broken headset cannot be opened; plug it in again or choose another")

    def stop(self) -> None:
        self._queue = self._queue[:0]

    def play(self, recording: Recording) -> None:
        self._queue = np.concatenate([self._queue, recording.mono().samples])

    def stop_playing(self) -> None:
        self._queue = self._queue[:0]

    def next_block(self) -> LineBlock:
        time.sleep(0.005)
        size = 1600
        if self._breaks_after_s is not None and self._at / self.sample_rate_hz > self._breaks_after_s:
            raise DeviceError(f"{self.name} was unplugged")
        heard = self._rng.normal(0, 0.0008, size).astype(np.float32)
        if self._speech is not None:
            piece = np.take(self._speech, np.arange(self._at, self._at + size), mode="wrap")
            heard = heard + piece.astype(np.float32)
        self._at += size
        played, self._queue = self._queue[:size], self._queue[size:]
        return LineBlock(heard, np.pad(played, (0, size - len(played))), len(played) > 0)


class StagedCall:
    """A call that says two lines and then waits for the end."""

    def __init__(self, desk: StagedDesk, request: CallRequest, tell: Tell) -> None:
        self._desk, self._request, self._tell = desk, request, tell
        self._over = threading.Event()
        self.held, self.muted = False, False

    def run(self) -> Session:
        desk = self._desk
        if desk.fails is not None:
            raise DeviceError(desk.fails)
        self._tell("state", {"state": "customer_speaking"})
        self._tell("line", {"text": "Hello? <b>Is anybody</b> there?"})
        self._tell("level", {"db": -28.0})
        self._tell("state", {"state": "listening"})
        lost = not self._over.wait(desk.longest_s)
        ending = Ending.LOST if lost else Ending.LEFT
        detail = "Test headset was unplugged." if lost else ""
        scenario = next(s for s in shipped_scenarios() if s.id == self._request.scenario_id)
        desk.count += 1
        return make_call(desk.store, f"20261121-2000-c{desk.count:02d}", scenario, trainee=self._request.trainee, turns=3,
                         ending=ending, detail=detail, private=self._request.private)  # fmt: skip

    def hang_up(self) -> None:
        self._over.set()

    def set_hold(self, on: bool) -> None:
        self.held = on
        self._tell("state", {"state": "on_hold" if on else "listening"})

    def set_mute(self, on: bool) -> None:
        self.muted = on


class StagedDesk:
    """Places staged calls; `fails` stages a headset that cannot be opened, `longest_s` one that is unplugged."""

    def __init__(self, store: Store) -> None:
        self.store, self.count = store, 0
        self.fails: str | None = None
        self.longest_s = 60.0
        self.last: StagedCall | None = None

    def prepare(self, request: CallRequest, tell: Tell) -> StagedCall:
        self.last = StagedCall(self, request, tell)
        return self.last


class StagedStudio:
    """Enrols, scores and speaks without engines."""

    def enrol(self, reading: Recording, trainee: str) -> Baseline:
        return baseline(trainee)

    def analyse_reply(self, reply: Recording, scenario: Scenario | None, baseline: Baseline | None) -> Analysis:
        span = Span(0.0, reply.duration_s)
        card = card_of(83.0, 77.0, 90.0, span, "I can hear how much this matters")
        return analysis_of("I can hear how much this matters to you.", span, (span,), card)

    def say(self, persona: Persona, text: str, mood: Mood) -> Recording:
        span = Span(0.0, 1.2)
        samples = speech_like((span,), 1.2, 120)
        return Recording(np.repeat(samples, 2), 16_000, source=persona.name)


def staged_parts(store: Store, *, trainee: str = "Ana") -> WebParts:
    """Parts for a page over `store`; its desk is `parts.desk`."""
    speech = np.repeat(speech_like((Span(0.2, 4.0),), 4.2, 190), 2) * 1.5
    return WebParts(
        store=store,
        trainee=trainee,
        scenarios=shipped_scenarios,
        list_devices=lambda: (DeviceChoice("1", "Test headset", True), DeviceChoice("2", "Broken headset"), DeviceChoice("3", "Loud headset")),
        make_line=lambda device: StagedLine(
            {"2": "Broken headset", "3": "Loud headset"}.get(device or "1", "Test headset"), speech if device == "3" else None
        ),
        desk=StagedDesk(store),
        studio=StagedStudio(),
        exporters={
            "csv": Exporter("CSV", ".csv", "text/csv", lambda session: f"id\n{session.id}\n".encode()),
            "vtt": Exporter("WebVTT", ".vtt", "text/vtt", lambda _: b"WEBVTT\n"),
        },
    )  # fmt: skip
