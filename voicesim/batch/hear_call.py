"""From a recorded call to who said what when: speech, words, which side is the agent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

from voicesim.activity import call_timing, remove_crosstalk, without_overlaps
from voicesim.batch.channels import SIDES, AgentSide, find_agent, parties
from voicesim.batch.ears import CallEars
from voicesim.diarisation import diarise
from voicesim.domain import CallTiming, Recording, Span, Transcript
from voicesim.pace.pausing import spoken_stretches
from voicesim.wording import find_wording

MONO_REASON = "both parties are on one channel: who spoke was told from their voices, overlaps cannot be"
ONE_VOICE_REASON = (
    "one channel and only one voice on it, taken for the {party}'s: of the other party nothing can be said"
)
HOLD = "announced_hold"


@dataclass(frozen=True, eq=False)
class Side:
    """One party of a call: the channel it is on, when it spoke and what it said."""

    recording: Recording
    spans: tuple[Span, ...]
    transcript: Transcript
    holds: tuple[Span, ...] = ()


@dataclass(frozen=True, eq=False)
class HeardCall:
    """Agent and customer told apart. `channel` is "left", "right" or "mono"; `by` and `certainty` say how."""

    agent: Side
    customer: Side
    timing: CallTiming
    channel: str
    by: str
    certainty: float


def hear_call(recording: Recording, ears: CallEars, known: AgentSide | None) -> HeardCall:
    """Who said what when in a call of one or two channels at 16 kHz; `known` is the agent's side where it was told.

    Raises AudioError for more than two channels, EngineError when an engine fails.
    """
    two = parties(recording) == 2
    sides = _two_channels(recording, ears) if two else _one_channel(recording, ears)
    agent = known if known is not None and two else find_agent([s.transcript for s in sides], [s.spans for s in sides])
    ours, theirs = sides[agent.side], sides[1 - agent.side]
    ours = replace(ours, holds=_holds(ours.transcript, ears))
    timing = _timing(ours, theirs, recording.duration_s, two=two)
    by = agent.by if two else "voices"
    return HeardCall(ours, theirs, timing, SIDES[agent.side] if two else "mono", by, agent.certainty)


def without_sound(heard: HeardCall) -> HeardCall:
    """The same call, its samples let go."""

    def silent(side: Side) -> Side:
        return replace(side, recording=replace(side.recording, samples=side.recording.samples[:0].copy()))

    return replace(heard, agent=silent(heard.agent), customer=silent(heard.customer))


def join_heard(parts: Sequence[HeardCall], duration_s: float) -> HeardCall:
    """The windows of one call, already on its timeline, as one; turns and gaps are found anew over the whole."""

    def side(sides: Sequence[Side]) -> Side:
        return Side(
            sides[0].recording,
            tuple(chain.from_iterable(s.spans for s in sides)),
            Transcript.joined([s.transcript for s in sides]),
            tuple(chain.from_iterable(s.holds for s in sides)),
        )

    agent, customer = side([part.agent for part in parts]), side([part.customer for part in parts])
    two = all(part.channel in SIDES for part in parts)
    timing = _timing(agent, customer, duration_s, two=two)
    return replace(parts[0], agent=agent, customer=customer, timing=timing)


def _timing(agent: Side, customer: Side, duration_s: float, *, two: bool) -> CallTiming:
    timing = call_timing(agent.spans, customer.spans, duration_s, announced_holds=agent.holds)
    if two or not (agent.spans or customer.spans):
        return timing
    if agent.spans and customer.spans:
        return without_overlaps(timing, MONO_REASON)
    reason = ONE_VOICE_REASON.format(party="agent" if agent.spans else "customer")
    return without_overlaps(replace(timing, talk_share=None), reason)


def _two_channels(recording: Recording, ears: CallEars) -> list[Side]:
    channels = [recording.channel(index) for index in (0, 1)]
    found = [ears.ears.detector.detect(channel) for channel in channels]
    spans = [remove_crosstalk(channels[a], found[a], channels[b], found[b]) for a, b in ((0, 1), (1, 0))]
    heard = ears.hear(channels, spans)
    return [Side(channel, spoken, words) for channel, spoken, words in zip(channels, spans, heard, strict=True)]


def _one_channel(recording: Recording, ears: CallEars) -> list[Side]:
    mono = recording.mono()
    found = spoken_stretches(mono, ears.ears.detector.detect(mono))
    (heard,) = ears.hear([mono], [found])
    voices = diarise(mono, found)
    return [Side(mono, spans, _said_in(heard, spans, voices)) for spans in voices]


def _said_in(transcript: Transcript, spans: Sequence[Span], voices: Sequence[Sequence[Span]]) -> Transcript:
    """The words that belong to one voice: to whose speech each word is nearest."""
    words = tuple(w for w in transcript.words if min(voices, key=lambda voice: _distance_s(w.span, voice)) is spans)
    return replace(transcript, words=words, text=" ".join(word.text for word in words))


def _distance_s(word: Span, spans: Sequence[Span]) -> float:
    middle_s = (word.start_s + word.end_s) / 2
    return min((max(s.start_s - middle_s, middle_s - s.end_s, 0.0) for s in spans), default=float("inf"))


def _holds(transcript: Transcript, ears: CallEars) -> tuple[Span, ...]:
    return tuple(finding.span for finding in find_wording(transcript, ears.ears.lexicons).of(HOLD))
