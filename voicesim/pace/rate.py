"""How fast somebody spoke, from the words and from the stretches of speech."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from voicesim.domain import Pace, Recording, Span, Transcript, Word
from voicesim.domain.spans import merged, of_at_least, total_s, touching, without
from voicesim.pace.fillers import find_fillers, is_filler
from voicesim.pace.nuclei import count_nuclei
from voicesim.pace.pausing import spoken_stretches
from voicesim.pace.syllables import syllables_of

LONGER_PAUSE_S, LONG_PAUSE_S = 0.8, 1.2
"""A pause up to the first is part of speaking, one from the second on is listening or thinking, and not slow speech.
Between the two it counts in part, or a hair's breadth would move the rate by a second."""
PAUSE_S = 0.25  # usual lower limit of a silent pause (Goldman-Eisler 1968)
SLACK_S = 0.25  # recognisers place words this far outside the detected speech
BREATH_DB = 9.0  # above the background: what is quieter is breath, not articulation
WINDOW_S, STEP_S = 8.0, 4.0
WINDOW_SPEECH_S = 5.0
UNSURE_CONFIDENCE = 0.65  # mean word confidence under which syllables are counted in the sound instead


def measure_pace(transcript: Transcript, spans: Sequence[Span], recording: Recording | None = None) -> Pace:
    """Speech rate, articulation rate, pauses, fillers and the course of the rate of one speaker.

    `spans` is the detected speech; words outside it are the recogniser's inventions and are not counted. `recording`
    (mono, same timeline) sharpens the edges of speech, finds the fillers recognisers leave out, and stands in for the
    words where recognition is unsure. Speaking time runs through pauses; of those from
    `LONGER_PAUSE_S` on a part counts, from `LONG_PAUSE_S` on nothing.
    """
    speech = merged(spans)
    if not speech:
        return Pace(0.0, None, None, None, None, reason="no speech was detected")
    spoken = spoken_stretches(recording, speech, BREATH_DB) if recording is not None else speech
    speaking = _speaking(speech, spoken)
    speaking_s, spoken_s = total_s(speaking), total_s(spoken)
    words = words_in_speech(transcript.words, speech)
    pauses = of_at_least((Span(a.end_s, b.start_s) for a, b in pairwise(spoken)), PAUSE_S)
    inside_s = total_s(pauses) - total_s(without(pauses, speaking))
    fillers = find_fillers(words, spoken, recording)
    counted = [word for word in words if not is_filler(word.text)]
    sure, reason = _sureness(words)
    syllables = sum(syllables_of(word.text) for word in words) if words else None
    heard = count_nuclei(recording, spoken) if recording is not None else None
    chosen = syllables if sure else heard
    return Pace(
        speaking_s=speaking_s,
        words=len(counted) if words else None,
        speech_rate_wpm=60.0 * len(counted) / speaking_s if sure and speaking_s else None,
        articulation_rate_sps=chosen / spoken_s if chosen and spoken_s else None,
        syllables=chosen,
        pauses=pauses,
        pause_share=inside_s / speaking_s if speaking_s else None,
        rate_course=rate_course(counted, speaking) if sure else (),
        fillers=len(fillers) if words or recording is not None else None,
        reason=reason,
        filler_spans=fillers,
        syllables_from="words" if sure else "sound",
    )


def _speaking(speech: Sequence[Span], spoken: Sequence[Span]) -> tuple[Span, ...]:
    """Stretches of speaking: `spoken` and the pauses inside, a longer pause counted in part and a long one not at all.

    How long a pause is, the detector says: noise takes the softest edges off sounds, not off detected speech.
    """
    stretches: list[Span] = []
    last: Span | None = None
    for group in merged(speech, LONGER_PAUSE_S):
        inside = touching(spoken, group)
        if not inside:
            continue
        start_s, end_s = inside[0].start_s, inside[-1].end_s
        if last is not None:
            before = stretches[-1]
            share = (LONG_PAUSE_S - (group.start_s - last.end_s)) / (LONG_PAUSE_S - LONGER_PAUSE_S)
            stretches[-1] = Span(before.start_s, before.end_s + max(0.0, share) * (start_s - before.end_s))
        stretches.append(Span(start_s, end_s))
        last = group
    return merged(stretches)


def words_in_speech(words: Sequence[Word], speech: Sequence[Span]) -> list[Word]:
    """The words that share time with detected speech, give or take `SLACK_S`."""
    wider = [Span(max(0.0, word.span.start_s - SLACK_S), word.span.end_s + SLACK_S) for word in words]
    return [word for word, span in zip(words, wider, strict=True) if touching(speech, span)]


def rate_course(words: Sequence[Word], speaking: Sequence[Span]) -> tuple[tuple[Span, float], ...]:
    """Words a minute of speaking time in windows of 8 s every 4 s, where at least 5 s of a window were spoken."""
    if not speaking:
        return ()
    middles = sorted((word.span.start_s + word.span.end_s) / 2 for word in words)
    course, start_s = [], speaking[0].start_s
    while start_s < speaking[-1].end_s:
        window = Span(start_s, start_s + WINDOW_S)
        inside = touching(speaking, window)
        spoken_s = sum(window.overlap_s(span) for span in inside)
        if spoken_s >= WINDOW_SPEECH_S:
            seen = Span(max(start_s, inside[0].start_s), min(window.end_s, inside[-1].end_s))
            count = sum(1 for middle in middles if start_s <= middle < window.end_s)
            course.append((seen, 60.0 * count / spoken_s))
        start_s += STEP_S
    return tuple(course)


def _sureness(words: Sequence[Word]) -> tuple[bool, str | None]:
    if not words:
        return False, "no words were recognised in the speech"
    known = [word.confidence for word in words if word.confidence is not None]
    if known and sum(known) / len(known) < UNSURE_CONFIDENCE:
        mean = sum(known) / len(known)
        return False, f"the recogniser was unsure of the words (confidence {mean:.2f}); syllables counted in the sound"
    return True, None
