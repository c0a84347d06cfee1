"""What the replay page's script draws: who said what when, tracks, marks. Seconds are on the session's timeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicesim.domain import Baseline, Evidence, Judgements, Session, Span, Word
from voicesim.scoring.words import in_words, measure_name
from voicesim.web.moments import is_whole

TRACK_STEP_S = 0.1
_GAP_BETWEEN_LINES_S = 1.5


def transcript_data(session: Session) -> list[dict[str, Any]]:
    """Utterances in order of time: side, words as [text, start, end, confidence], and whether times are estimated."""
    return sorted([*_customer_lines(session), *_trainee_lines(session)], key=lambda line: float(str(line["start"])))


def _customer_lines(session: Session) -> Iterator[dict[str, Any]]:
    for turn in session.turns:
        span = turn.customer_span
        if turn.line.text:
            yield {
                "side": "customer",
                "start": round(span.start_s, 2),
                "end": round(span.end_s, 2),
                "turn": turn.index,
                "words": _spread(turn.line.text, span),
                "estimated": True,
            }


def _spread(text: str, span: Span) -> list[list[object]]:
    """The words of a rendered line, given time by their length: a synthesised voice speaks evenly enough."""
    words = text.split()
    edges = np.concatenate([[0], np.cumsum([len(word) + 1 for word in words])])
    times = span.start_s + edges / max(1, edges[-1]) * span.duration_s
    return [
        [word, round(float(a), 2), round(float(b), 2), None]
        for word, (a, b) in zip(words, pairwise(times), strict=True)
    ]


def _trainee_lines(session: Session) -> Iterator[dict[str, Any]]:
    if session.analysis is None:
        return
    breaks = sorted(turn.customer_span.start_s for turn in session.turns)
    for words in _utterances(session.analysis.transcript.words, breaks):
        yield {
            "side": "trainee",
            "start": round(words[0].span.start_s, 2),
            "end": round(words[-1].span.end_s, 2),
            "turn": None,
            "words": [_word(word) for word in words],
            "estimated": False,
        }


def _word(word: Word) -> list[object]:
    sure = None if word.confidence is None else round(word.confidence, 2)
    return [word.text.strip(), round(word.span.start_s, 2), round(word.span.end_s, 2), sure]


def _utterances(words: Sequence[Word], breaks: Sequence[float]) -> Iterator[list[Word]]:
    """Words cut where a customer's line begins between them or a long pause lies."""
    current: list[Word] = []
    next_break = 0
    for word in words:
        while next_break < len(breaks) and breaks[next_break] <= word.span.start_s:
            if current and current[-1].span.start_s < breaks[next_break]:
                yield current
                current = []
            next_break += 1
        if current and word.span.start_s - current[-1].span.end_s > _GAP_BETWEEN_LINES_S:
            yield current
            current = []
        current.append(word)
    if current:
        yield current


def marks_data(session: Session, judgements: Judgements) -> list[dict[str, Any]]:
    """Pauses, overlaps, silences, evidence, advice, comments and examples, each with its stretch and a label."""
    marks = [*_timing_marks(session), *_score_marks(session)]
    marks += [_mark("comment", c.span, f"{c.author}: {c.text}") for c in judgements.comments if c.span]
    marks += [_mark("example", e.span, f"{e.author}: {e.why}") for e in judgements.examples if e.span]
    return sorted(marks, key=lambda mark: float(str(mark["start"])))


def _timing_marks(session: Session) -> Iterator[dict[str, Any]]:
    timing = session.timing
    if session.analysis is not None:
        for pause in session.analysis.pace.pauses:
            yield _mark("pause", pause, f"Pause of {pause.duration_s:.1f} s")
    if timing is None:
        return
    for overlap in timing.overlaps or ():
        yield _mark(overlap.kind, overlap.span, f"{overlap.kind.capitalize()} by the {overlap.by}")
    for silence in timing.dead_air:
        if not silence.announced:
            yield _mark("silence", silence.span, f"Both silent for {silence.span.duration_s:.0f} s")


def _score_marks(session: Session) -> Iterator[dict[str, Any]]:
    card = session.scores
    if card is None:
        return
    for score in card.scores:
        for evidence in score.evidence:
            if evidence.span and not is_whole(evidence.span, session.duration_s):
                yield _mark("evidence", evidence.span, evidence_label(evidence), score=score.name)
    for advice in card.advice:
        if advice.span:
            yield _mark("advice", advice.span, advice.text)


def evidence_label(evidence: Evidence) -> str:
    """One line: what was measured."""
    return f"{measure_name(evidence.measure)}: {in_words(evidence.value, evidence.unit)}"


def _mark(kind: str, span: Span, label: str, score: str | None = None) -> dict[str, Any]:
    return {"kind": kind, "start": round(span.start_s, 2), "end": round(span.end_s, 2), "label": label, "score": score}


def tracks_data(session: Session, baseline: Baseline | None) -> dict[str, Any]:
    """Pitch (Hz) and loudness (dB) every tenth of a second, rate (words/min) by stretch; None where nothing was heard.

    Bands are the trainee's own resting voice, mean plus or minus two spreads, None without a baseline.
    """
    analysis = session.analysis
    if analysis is None:
        return {"step_s": TRACK_STEP_S, "pitch": [], "loudness": [], "rate": [], "bands": {}}
    prosody = analysis.prosody
    pitch = _stepped(prosody.times_s, prosody.f0_hz, session.duration_s)
    spoken = _during(prosody.times_s, prosody.frame_level_db, analysis.spans)
    loud = _stepped(prosody.times_s, spoken, session.duration_s)
    rate = [[round(s.start_s, 1), round(s.end_s, 1), round(wpm)] for s, wpm in analysis.pace.rate_course]
    return {"step_s": TRACK_STEP_S, "pitch": pitch, "loudness": loud, "rate": rate, "bands": _bands(baseline)}


def _during(times: NDArray[np.float64], values: NDArray[np.float64], spans: Iterable[Span]) -> NDArray[np.float64]:
    """The values while the trainee speaks, NaN elsewhere."""
    if len(values) == 0:
        return values
    inside = np.zeros(len(times), dtype=bool)
    for span in spans:
        inside[np.searchsorted(times, span.start_s) : np.searchsorted(times, span.end_s)] = True
    return np.where(inside, values, np.nan)


def _stepped(times: NDArray[np.float64], values: NDArray[np.float64], duration_s: float) -> list[float | None]:
    """Mean of the finite values in every step, None where there is none."""
    count = int(duration_s / TRACK_STEP_S) + 1
    if len(values) == 0 or len(times) != len(values):
        return []
    finite = np.isfinite(values) & (times >= 0)
    steps = np.minimum((times[finite] / TRACK_STEP_S).astype(int), count - 1)
    sums = np.bincount(steps, weights=values[finite], minlength=count)
    seen = np.bincount(steps, minlength=count)
    means = np.round(sums / np.maximum(seen, 1), 1)
    return [float(mean) if n else None for mean, n in zip(means, seen, strict=True)]


def _bands(baseline: Baseline | None) -> dict[str, list[float]]:
    """Where the trainee's own voice lies at rest: pitch by its range, loudness by its spread, rate where known."""
    if baseline is None:
        return {}
    rest = {name: norm.mean for name, norm in baseline.cues.items()}
    bands = {}
    if (hz := rest.get("f0_median_hz")) and (range_st := rest.get("f0_range_st")):
        bands["pitch"] = [hz * 2 ** (-range_st / 24), hz * 2 ** (range_st / 24)]
    if (level := rest.get("level_db")) is not None and (spread := rest.get("level_spread_db")):
        bands["loudness"] = [level - spread / 2, level + spread / 2]
    if (rate := baseline.cues.get("speech_rate_wpm")) is not None:
        bands["rate"] = [rate.mean - 2 * rate.spread, rate.mean + 2 * rate.spread]
    return {track: [round(low, 1), round(high, 1)] for track, (low, high) in bands.items()}
