"""From two channels to who spoke when: detect, take the other party's leaking voice out, sharpen the edges."""

from __future__ import annotations

from dataclasses import dataclass

from voicesim.activity.crosstalk import cancel_crosstalk, remove_crosstalk
from voicesim.domain import Recording, Span
from voicesim.ports import SpeechDetector


@dataclass(frozen=True, eq=False)
class Side:
    """One party's channel with the other's voice taken out, and where that party speaks."""

    recording: Recording
    spans: tuple[Span, ...]


def listen_to_both(trainee: Recording, customer: Recording, detector: SpeechDetector) -> tuple[Side, Side]:
    """Both parties of a call, each mono on one timeline at one rate; spans end where the sound does.

    Recorder crosstalk and echo of one party in the other's channel do not count as speech. The recordings that come
    back have no leaked copy in them, so that a recogniser does not hear the other party's words either.
    """
    heard = detector.detect(trainee), detector.detect(customer)
    return (
        _side(trainee, heard[0], customer, heard[1], detector),
        _side(customer, heard[1], trainee, heard[0], detector),
    )


def _side(
    own: Recording,
    own_spans: tuple[Span, ...],
    other: Recording,
    other_spans: tuple[Span, ...],
    detector: SpeechDetector,
) -> Side:
    cleaned = cancel_crosstalk(own, other, other_spans)
    spans = own_spans if cleaned.samples is own.samples else detector.detect(cleaned)
    return Side(cleaned, remove_crosstalk(cleaned, spans, other, other_spans))
