"""What a batch listens with: the engines of practice, and a recogniser that takes both channels of a call at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from voicesim.analysis import Ears
from voicesim.domain import Recording, Span, Transcript


class ChannelRecogniser(Protocol):
    """Recognises several channels of a call together, which fills its batches."""

    def hear(self, channels: Sequence[Recording], spans: Sequence[Sequence[Span]]) -> list[Transcript]:
        """The words of each mono channel inside its speech spans. Raises EngineError."""
        ...


@dataclass(frozen=True, eq=False)
class CallEars:
    """Engines for recorded calls. `recogniser` None: each channel goes through `ears.transcriber` by itself."""

    ears: Ears
    recogniser: ChannelRecogniser | None = None

    def hear(self, channels: Sequence[Recording], spans: Sequence[Sequence[Span]]) -> list[Transcript]:
        """The words of each channel inside its speech spans. Raises EngineError."""
        if self.recogniser is not None:
            return self.recogniser.hear(channels, spans)
        heard = zip(channels, spans, strict=True)
        return [self.ears.transcriber.transcribe(channel, spoken) for channel, spoken in heard]


class EarsFactory(Protocol):
    """Loads the engines; small, picklable, hashable by what it loads, so that a worker loads once."""

    def __hash__(self) -> int:
        """The same for factories that load the same."""
        ...

    def __call__(self) -> CallEars:
        """The loaded engines. Raises EngineError."""
        ...
