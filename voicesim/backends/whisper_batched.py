"""Whisper for recorded calls: both channels' speech packed into windows, encoded, decoded and aligned in batches.

Three things make it cheaper than transcribing each channel from end to end: silence is never encoded, windows are
padded to what they need and not to half a minute (attention costs grow with the square of it), and several are decoded
at once. Windows shorter than `SHORTEST_FRAMES` are padded to it: below, the model repeats itself. Nothing is sampled:
the same call gives the same words, bit for bit, whatever else is being recognised.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np

from voicesim.backends.packing import Window, pack
from voicesim.backends.recogniser_doubt import UNSURE_BELOW, is_doubtful, most_tokens
from voicesim.backends.silero_activity import RATE_HZ, at_16_khz
from voicesim.backends.whisper_transcriber import DEFAULT_MODEL, hold_to_speech
from voicesim.backends.word_pieces import Piece, whole_words
from voicesim.domain import Recording, Span, Transcript, Word
from voicesim.errors import EngineError

FRAMES_PER_S = 100
SHORTEST_FRAMES, LONGEST_FRAMES = 1000, 3000
ROUNDED_TO_FRAMES = 100
TAIL_FRAMES = 100
CAREFUL_BEAM = 5


@dataclass(frozen=True)
class BatchedSettings:
    """How windows are made and decoded. `window_s` at most 29."""

    window_s: float = 24.0
    gap_s: float = 1.0
    margin_s: float = 0.4
    batch_size: int = 2
    beam_size: int = 5


@dataclass(frozen=True, eq=False)
class _Job:
    channel: int
    window: Window


@dataclass(frozen=True, eq=False)
class _Decoded:
    words: tuple[Word, ...]
    log_probability: float
    repeated: float
    silent: bool


class WhisperBatched:
    """A `Transcriber`, and a recogniser of several channels at once."""

    def __init__(
        self,
        loaded_model: Any,
        *,
        name: str = DEFAULT_MODEL,
        language: str = "en",
        settings: BatchedSettings | None = None,
    ) -> None:
        from faster_whisper.tokenizer import Tokenizer
        from faster_whisper.transcribe import get_suppressed_tokens

        self.name = f"faster-whisper-batched:{Path(name).name}"
        self._model, self._language, self._settings = loaded_model, language, settings or BatchedSettings()
        multilingual = loaded_model.model.is_multilingual
        self._tokenizer = Tokenizer(loaded_model.hf_tokenizer, multilingual, task="transcribe", language=language)
        self._suppressed = get_suppressed_tokens(self._tokenizer, [-1])
        self._prompt = loaded_model.get_prompt(self._tokenizer, [], without_timestamps=True)

    def transcribe(self, recording: Recording, spans: Sequence[Span] | None = None) -> Transcript:
        """The words in a mono recording; with `spans`, only those in detected speech. Raises EngineError."""
        return self.hear([recording], [(Span(0.0, recording.duration_s),) if spans is None else spans])[0]

    def hear(self, channels: Sequence[Recording], spans: Sequence[Sequence[Span]]) -> list[Transcript]:
        """The words of each mono channel inside its speech spans. Raises EngineError when recognition fails."""
        sounds = [at_16_khz(channel) for channel in channels]
        jobs = [
            _Job(index, window)
            for index, (sound, spoken) in enumerate(zip(sounds, spans, strict=True))
            for window in self._packed(spoken, len(sound) / RATE_HZ)
        ]
        try:
            decoded = self._decode_all(sounds, jobs)
        except (RuntimeError, ValueError) as error:
            raise EngineError(f"recognition with {self.name} failed: {error}") from error
        return [self._channel(index, jobs, decoded, spans[index]) for index in range(len(channels))]

    def _packed(self, spans: Sequence[Span], duration_s: float) -> list[Window]:
        chosen = self._settings
        return pack(spans, duration_s, longest_s=chosen.window_s, longest_gap_s=chosen.gap_s, margin_s=chosen.margin_s)

    def _decode_all(self, sounds: Sequence[Any], jobs: Sequence[_Job]) -> list[_Decoded]:
        """Windows of like length share a batch; doubtful ones are decoded again, padded in full, with a wide beam."""
        order = sorted(range(len(jobs)), key=lambda i: (jobs[i].window.duration_s, i))
        results: dict[int, _Decoded] = {}
        size = self._settings.batch_size
        for at in range(0, len(order), size):
            batch = order[at : at + size]
            longest_s = max(jobs[i].window.duration_s for i in batch)
            wanted = ceil(longest_s * FRAMES_PER_S + TAIL_FRAMES)
            frames = min(LONGEST_FRAMES, max(SHORTEST_FRAMES, -(-wanted // ROUNDED_TO_FRAMES) * ROUNDED_TO_FRAMES))
            decoded = self._decode(sounds, [jobs[i] for i in batch], frames, self._settings.beam_size)
            results.update(zip(batch, decoded, strict=True))
        doubtful = [i for i in order if _is_doubtful(results[i])]
        for at in range(0, len(doubtful), size):
            batch = doubtful[at : at + size]
            again = self._decode(sounds, [jobs[i] for i in batch], LONGEST_FRAMES, CAREFUL_BEAM)
            for i, better in zip(batch, again, strict=True):
                if _repeats(results[i]) or better.log_probability > results[i].log_probability:
                    results[i] = better
        return [results[i] for i in range(len(jobs))]

    def _decode(self, sounds: Sequence[Any], jobs: Sequence[_Job], frames: int, beam: int) -> list[_Decoded]:
        extract = self._model.feature_extractor
        length = frames * RATE_HZ // FRAMES_PER_S
        features = np.stack(
            [extract(job.window.samples(sounds[job.channel], RATE_HZ, length), padding=0)[:, :frames] for job in jobs]
        )
        encoded = self._model.encode(features)
        longest_s = max(job.window.duration_s for job in jobs)
        results = self._model.model.generate(
            encoded,
            [self._prompt] * len(jobs),
            beam_size=beam,
            max_length=min(448, len(self._prompt) + most_tokens(longest_s)),
            suppress_blank=True,
            suppress_tokens=self._suppressed,
            return_scores=True,
            return_no_speech_prob=True,
        )
        tokens = [[t for t in result.sequences_ids[0] if t < self._tokenizer.eot] for result in results]
        lengths = [ceil(job.window.duration_s * FRAMES_PER_S) for job in jobs]
        aligned: list[list[dict[str, Any]]] = [[] for _ in jobs]
        if any(tokens):
            aligned = self._model.find_alignment(self._tokenizer, tokens, encoded, lengths)
        return [self._decoded(*each) for each in zip(jobs, results, tokens, aligned, strict=True)]

    def _decoded(self, job: _Job, result: Any, tokens: list[int], aligned: list[dict[str, Any]]) -> _Decoded:
        from faster_whisper.transcribe import merge_punctuations

        merge_punctuations(aligned, "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、")
        pieces = (Piece(p["word"], float(p["start"]), float(p["end"]), float(p["probability"])) for p in aligned)
        words = tuple(
            replace(word, span=job.window.on_recording(word.span.start_s, word.span.end_s))
            for word in whole_words(pieces)
        )
        text = self._tokenizer.decode(tokens).encode()
        count = len(result.sequences_ids[0])
        log_probability = result.scores[0] * count / (count + 1)
        silent = result.no_speech_prob > 0.6 and log_probability < UNSURE_BELOW
        repeated = len(text) / max(1, len(zlib.compress(text)))
        return _Decoded(words, log_probability, repeated, silent)

    def _channel(
        self, index: int, jobs: Sequence[_Job], decoded: Sequence[_Decoded], spans: Sequence[Span]
    ) -> Transcript:
        mine = [result for job, result in zip(jobs, decoded, strict=True) if job.channel == index]
        words = hold_to_speech([word for result in mine if not result.silent for word in result.words], spans)
        return Transcript(" ".join(w.text for w in words), tuple(words), self._language, self.name)


def _repeats(result: _Decoded) -> bool:
    """Whether the model went round in circles, which it is often very sure of."""
    return is_doubtful(result.repeated, 0.0, [word.text for word in result.words])


def _is_doubtful(result: _Decoded) -> bool:
    return is_doubtful(result.repeated, result.log_probability, [word.text for word in result.words])
