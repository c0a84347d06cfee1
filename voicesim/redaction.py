"""Card and account numbers that were spoken: found in recognised words, taken out of text and sound.

A number is heard as digits ("4111 1111"), as words ("four one double one"), in pairs ("forty-two seventeen"), with
hesitations between. What decides is how many digits stand in one run; shorter runs count where the words before
announce such a number (data/spoken_numbers.toml). Taking out too much is the safe side. Prices and times stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf

import numpy as np

from voicesim.domain import Analysis, Recording, Score, Span, Transcript, Word
from voicesim.domain.spans import merged
from voicesim.spoken_numbers import is_digits, number_runs

REMOVED = "[number removed]"
AUDIO_PAD_S = 0.15
GOES_ON_WITHIN_S = 3.0
"""People wait for an "mm-hm" between the groups of a number."""
LONGEST_WORD_S = 1.0
BEEP_HZ, BEEP_LEVEL = 1000.0, 0.1


def redact_transcript(transcript: Transcript) -> tuple[Transcript, tuple[Span, ...]]:
    """The transcript with each spoken number replaced by one word `REMOVED`, and where the numbers were."""
    runs = number_runs(transcript.words)
    if not runs:
        return transcript, ()
    words: list[Word] = []
    spans: list[Span] = []
    at = 0
    for first, last in runs:
        said = transcript.words[first:last]
        spans.append(Span(min(w.span.start_s for w in said), max(w.span.end_s for w in said)))
        words += [*transcript.words[at:first], Word(REMOVED, spans[-1], None)]
        at = last
    words += transcript.words[at:]
    return replace(transcript, text=" ".join(w.text for w in words), words=tuple(words)), tuple(spans)


def where_numbers_sound(transcript: Transcript, speech: Sequence[Span]) -> tuple[Span, ...]:
    """Where the numbers that were taken out of `transcript` sound, to be covered; `speech` is when that party spoke.

    A recogniser loses digits, and writes a long number as one word whose times hold for a part of it. So a number
    reaches from the word before to the word after it, as far as the party goes on speaking without a pause of
    `GOES_ON_WITHIN_S`; a word that lasts longer than `LONGEST_WORD_S` stands for something else that was said.
    """
    words = transcript.words
    found = []
    for i, word in enumerate(words):
        if word.text != REMOVED:
            continue
        first_s = max((w.span.end_s for w in words[:i] if w.span.duration_s <= LONGEST_WORD_S), default=0.0)
        last_s = min((w.span.start_s for w in words[i + 1 :] if w.span.duration_s <= LONGEST_WORD_S), default=inf)
        start_s, end_s = word.span.start_s, word.span.end_s
        for spoken in speech:
            if end_s < last_s and spoken.end_s > end_s and spoken.start_s <= end_s + GOES_ON_WITHIN_S:
                end_s = max(end_s, min(spoken.end_s, last_s))
        for spoken in reversed(speech):
            if spoken.end_s > first_s and spoken.start_s < start_s and spoken.end_s >= start_s - GOES_ON_WITHIN_S:
                start_s = min(start_s, max(spoken.start_s, first_s))
        found.append(Span(start_s, end_s))
    return merged(found, LONGEST_WORD_S)


def redact_text(text: str, *, every_digit: bool = False) -> str:
    """Text with spoken numbers removed; with `every_digit` every digit in it (a quote cut out of a longer number)."""
    words = [Word(part, Span(0.0, 0.0)) for part in text.split()]
    runs = [(i, i + 1) for i, word in enumerate(words) if is_digits(word.text)] if every_digit else number_runs(words)
    if not runs:
        return text
    out: list[str] = []
    at = 0
    for first, last in runs:
        out += [word.text for word in words[at:first]]
        if out[-1:] != [REMOVED]:
            out.append(REMOVED)
        at = last
    return " ".join([*out, *(word.text for word in words[at:])])


def redact_analysis(analysis: Analysis) -> tuple[Analysis, tuple[Span, ...]]:
    """The analysis with spoken numbers taken out of transcript, findings, evidence and advice; and where they were."""
    transcript, spans = redact_transcript(analysis.transcript)

    def clean(quote: str | None, at: Span | None) -> str | None:
        if quote is None:
            return None
        return redact_text(quote, every_digit=at is not None and any(at.overlap_s(span) > 0 for span in spans))

    def cleaned(score: Score) -> Score:
        return replace(score, evidence=tuple(replace(e, quote=clean(e.quote, e.span)) for e in score.evidence))

    old = analysis.scores
    card = replace(
        old,
        tone=cleaned(old.tone),
        pace=cleaned(old.pace),
        warmth=cleaned(old.warmth),
        advice=tuple(replace(a, text=redact_text(a.text), quote=clean(a.quote, a.span)) for a in old.advice),
        what_if=tuple(redact_text(line) for line in old.what_if),
    )
    findings = tuple(replace(f, quote=clean(f.quote, f.span) or "") for f in analysis.wording.findings)
    wording = replace(analysis.wording, findings=findings)
    return replace(analysis, transcript=transcript, scores=card, wording=wording), spans


def redact_audio(recording: Recording, spans: Sequence[Span]) -> Recording:
    """The recording with a quiet tone over each span (all channels), reaching `AUDIO_PAD_S` further on both sides."""
    samples = recording.samples.copy()
    rate_hz = recording.sample_rate_hz
    for span in spans:
        first = max(0, round((span.start_s - AUDIO_PAD_S) * rate_hz))
        last = min(len(samples), round((span.end_s + AUDIO_PAD_S) * rate_hz))
        tone = (BEEP_LEVEL * np.sin(2 * np.pi * BEEP_HZ * np.arange(max(0, last - first)) / rate_hz)).astype(np.float32)
        samples[first:last] = tone if samples.ndim == 1 else tone[:, None]
    return replace(recording, samples=samples)
