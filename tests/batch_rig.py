"""Calls and engines for tests of the batch: speech is whatever is loud, and the words are always the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from tests.conftest import tone
from voicesim.analysis import Ears
from voicesim.batch import CallSource, ScoringOptions
from voicesim.batch.ears import CallEars
from voicesim.delivery import load_models
from voicesim.domain import Recording, Span, Transcript, Word
from voicesim.scoring import load_rubric
from voicesim.wording import load_lexicons

RATE_HZ = 8000
AGENT_HZ, CUSTOMER_HZ = 200.0, 300.0
SPEAKS_S = {"agent": ((0.5, 2.5), (6.5, 8.5)), "customer": ((3.0, 6.0),)}
SAID = ["thank", "you", "my", "card", "number", "is", "four", "one", "one", "one", "one", "two", "two", "two", "okay"]
NUMBER_S = Span(3.0 + 3.0 * SAID.index("four") / len(SAID), 3.0 + 3.0 * SAID.index("okay") / len(SAID))
"""When the customer of `put_call` says the digits of `SAID`."""


class LoudParts:
    """A `SpeechDetector`: speech is wherever 20 ms are above -40 dB."""

    def detect(self, recording: Recording) -> tuple[Span, ...]:
        step = recording.sample_rate_hz // 50
        count = len(recording.samples) // step
        level = np.abs(recording.samples[: count * step].reshape(count, step)).max(axis=1)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], level > 0.01, [False]]).astype(int))).tolist()
        return tuple(Span(a / 50, b / 50) for a, b in zip(edges[::2], edges[1::2], strict=True))

    def listener(self, sample_rate_hz: int) -> Callable[[NDArray[np.float32]], float]:
        raise NotImplementedError


class SameWords:
    """A `Transcriber`: every stretch of speech says `SAID`, evenly."""

    name = "same words"

    def transcribe(self, recording: Recording, spans: Sequence[Span] | None = None) -> Transcript:
        words = [word for span in spans or (Span(0.0, recording.duration_s),) for word in _spread(span)]
        return Transcript(" ".join(word.text for word in words), tuple(words), "en", self.name)


def _spread(span: Span) -> list[Word]:
    each_s = span.duration_s / len(SAID)
    starts = [span.start_s + i * each_s for i in range(len(SAID))]
    return [Word(word, Span(at_s, at_s + each_s), 0.9) for word, at_s in zip(SAID, starts, strict=True)]


@dataclass(frozen=True)
class SimpleEars:
    """An `EarsFactory` that loads in no time; `number` only tells factories apart."""

    number: int = 0

    def __call__(self) -> CallEars:
        return CallEars(Ears(LoudParts(), SameWords(), None, load_models(cues_only=True), load_lexicons()))


def options(*, keep_session: bool = False) -> ScoringOptions:
    """Scoring with `SimpleEars`, the agent on the left."""
    return ScoringOptions(SimpleEars(), load_rubric(None), "left", keep_session)


def put_calls(folder: Path, count: int) -> list[CallSource]:
    """`count` two-channel calls of 9 s, agent left, each at a level of its own; the last is no sound file."""
    folder.mkdir(exist_ok=True)
    for number in range(count - 1):
        samples = np.zeros((9 * RATE_HZ, 2), dtype=np.float32)
        for channel, (party, f0_hz) in enumerate((("agent", AGENT_HZ), ("customer", CUSTOMER_HZ))):
            for start_s, end_s in SPEAKS_S[party]:
                spoken = tone(f0_hz, end_s - start_s, rate_hz=RATE_HZ, level=0.2 + 0.02 * number, harmonics=5).samples
                samples[round(start_s * RATE_HZ) :][: len(spoken), channel] = spoken
        soundfile.write(folder / f"{number}.wav", samples, RATE_HZ)
    (folder / "text.wav").write_text("no sound")
    return [CallSource(str(path)) for path in sorted(folder.iterdir())]
