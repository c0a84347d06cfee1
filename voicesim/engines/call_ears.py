"""The engines of a batch: those of practice, recognising both channels of a call in batches."""

from __future__ import annotations

from dataclasses import dataclass, replace

from voicesim.batch.ears import CallEars
from voicesim.engines.ears import EngineOptions, load_ears


@dataclass(frozen=True)
class CallEarsFactory:
    """An `EarsFactory` from engine options; equal options load once in a worker."""

    options: EngineOptions

    def __call__(self) -> CallEars:
        """The engines, loaded. Raises EngineError or UsageError."""
        ears = load_ears(self.options)
        model = getattr(ears.transcriber, "loaded_model", None)
        if model is None:
            return CallEars(ears)
        from voicesim.backends.whisper_batched import WhisperBatched

        batched = WhisperBatched(model, name=self.options.recogniser)
        return CallEars(replace(ears, transcriber=batched), batched)
