"""Options of the listening engines, and the engines loaded from them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from voicesim.analysis import Ears
from voicesim.errors import UsageError
from voicesim.ports import Transcriber

HEAD, CUES = "head", "cues"


@dataclass(frozen=True)
class EngineOptions:
    """Which engines listen; small and picklable, so that every worker loads its own.

    `recogniser` is a faster-whisper model name or folder, "pocketsphinx", "vosk:FOLDER" or an online engine's name;
    `delivery` is "head", "cues" or a head file; `threads` per engine, 0 lets each choose.
    """

    recogniser: str = "tiny.en"
    delivery: str = HEAD
    threads: int = 0


def sends_audio(recogniser: str) -> bool:
    """Whether this recogniser sends audio off the machine."""
    from voicesim.backends.chosen_recognisers import SENDS_AUDIO

    return recogniser in SENDS_AUDIO


def load_ears(options: EngineOptions | None = None) -> Ears:
    """Speech detector, recogniser, encoder, heads, lexicons. Raises EngineError, ContentError or UsageError."""
    from voicesim.backends.silero_activity import SileroActivity
    from voicesim.backends.whisper_encoder import WhisperEncoder
    from voicesim.delivery import load_models
    from voicesim.wording import load_lexicons

    options = options or EngineOptions()
    encoder = None if options.delivery == CUES else WhisperEncoder(threads=options.threads or 1)
    return Ears(
        detector=SileroActivity(),
        transcriber=_transcriber(options),
        encoder=encoder,
        models=load_models(
            _head_file(options.delivery), cues_only=encoder is None, encoder=encoder.name if encoder else None
        ),
        lexicons=load_lexicons(),
    )


def _transcriber(options: EngineOptions) -> Transcriber:
    from voicesim.backends.chosen_recognisers import LOCAL, ONLINE, ChosenTranscriber, VoskTranscriber
    from voicesim.backends.whisper_transcriber import WhisperTranscriber, load_model

    engine, _, detail = options.recogniser.partition(":")
    if engine == "vosk":
        return VoskTranscriber(detail)
    if options.recogniser in LOCAL or options.recogniser in ONLINE:
        return ChosenTranscriber(options.recogniser)
    return WhisperTranscriber(load_model(options.recogniser, threads=options.threads), name=options.recogniser)


def _head_file(delivery: str) -> Path | None:
    if delivery in (HEAD, CUES):
        return None
    path = Path(delivery)
    if not path.is_file():
        raise UsageError(f"--delivery takes head, cues, or a head file; there is no file {delivery!r}")
    return path
