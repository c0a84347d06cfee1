"""Which side of a call is the agent's: by option, by manifest, or found from how the two talk."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from voicesim.content import data_file, load_content
from voicesim.domain import Recording, Span, Transcript
from voicesim.errors import AudioError

SIDES = ("left", "right")
AUTO = "auto"
UNSURE_BELOW = 0.6
FIRST_SPEAKER_POINTS = 0.5
"""Whoever picks up speaks first; most recorded calls come in."""
_SAME_SOUND = 0.995
"""Correlation above which two channels carry the same sound."""


@dataclass(frozen=True)
class TalkPattern:
    """Words that speak for one side."""

    pattern: str
    points: float


@dataclass(frozen=True)
class AgentTalk:
    """The fields of data/batch/agent_talk.toml, described there."""

    opening_words: int
    scale: float
    opening: tuple[TalkPattern, ...]
    anywhere: tuple[TalkPattern, ...]


@dataclass(frozen=True)
class AgentSide:
    """Which side (0 or 1) is the agent, who said so ("option", "manifest", "found"), and how sure that is (0.5-1)."""

    side: int
    by: str
    certainty: float


def chosen_side(option: str, listed: str | None) -> AgentSide | None:
    """The side that the manifest or else the option names; None where it has to be found."""
    for value, by in ((listed, "manifest"), (option, "option")):
        if value in SIDES:
            return AgentSide(SIDES.index(value), by, 1.0)
    return None


def find_agent(transcripts: Sequence[Transcript], spans: Sequence[Sequence[Span]]) -> AgentSide:
    """The side of two that talks like an agent: greets with name and company, asks, offers, closes."""
    points = [_points(transcript) for transcript in transcripts]
    began = [spoken[0].start_s if spoken else math.inf for spoken in spans]
    if began[0] != began[1]:
        points[int(np.argmin(began))] += FIRST_SPEAKER_POINTS
    side = 0 if points[0] >= points[1] else 1
    difference = points[side] - points[1 - side]
    return AgentSide(side, "found", 1.0 / (1.0 + math.exp(-difference / _agent_talk().scale)))


def parties(recording: Recording) -> int:
    """How many parties have a channel of their own: 2, or 1 where one channel (or the same sound twice) holds both.

    Raises AudioError for more than two channels.
    """
    if recording.channels > 2:
        raise AudioError(
            f"{recording.source}: has {recording.channels} channels; a call has one, or agent and customer on two"
        )
    if recording.channels == 1:
        return 1
    left, right = recording.samples[:, 0], recording.samples[:, 1]
    power = float(np.dot(left, left)), float(np.dot(right, right))
    if min(power) == 0.0:
        return 1
    return 1 if float(np.dot(left, right)) > _SAME_SOUND * math.sqrt(power[0] * power[1]) else 2


def _points(transcript: Transcript) -> float:
    talk = _agent_talk()
    words = re.sub(r"[^a-z0-9 ]+", " ", transcript.text.lower().replace("'", " ")).split()
    opening, text = " ".join(words[: talk.opening_words]), " ".join(words)
    return sum(p.points * min(1, len(re.findall(p.pattern, opening))) for p in talk.opening) + sum(
        p.points * min(3, len(re.findall(p.pattern, text))) for p in talk.anywhere
    )


@lru_cache(maxsize=1)
def _agent_talk() -> AgentTalk:
    return load_content(data_file("batch", "agent_talk.toml"), AgentTalk)
