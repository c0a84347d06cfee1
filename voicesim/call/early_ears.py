"""Listening ahead: a reply is transcribed and analysed at each of its pauses, before it is known to be over.

The trainee's turn ends after some silence; the analysis begun with that silence is ready by then. What the sound says
without its words is measured on a thread of its own, beside the recogniser. When the trainee goes on instead, a long
enough transcript is kept and the rest of the guess is dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from voicesim.analysis import Sound
from voicesim.domain import Analysis, Recording, Span, Transcript
from voicesim.ports import SpeechDetector, Transcriber

KEEP_FROM_S = 3.0
"""A stretch at least this long, cut at a pause, has context enough to be transcribed for good (words of 74 LibriSpeech
utterances cut at their pauses: 6.7 % wrong; from 5 s on, 7.0 %). The shorter, the less is left when a reply ends."""
TAIL_S = 0.1
"""Kept behind the last speech: word ends are soft. Shorter than any pause that is guessed at, or it would cut into
what comes next."""
LEAD_S = 0.3
"""Kept before the first: so are word beginnings."""

CallSound = Callable[[Span], Recording]
"""A stretch of the trainee's channel."""
Hearer = Callable[[Recording], Sound]
"""Measures what the sound of a reply says without its words."""
Analyser = Callable[[Sound, Transcript], Analysis]
"""Analyses a reply; transcript and result on the reply's own timeline."""


@dataclass(frozen=True)
class EarlyAnalysis:
    """A reply as analysed: `span` is the stretch of the call that was looked at, the analysis on its own timeline."""

    span: Span
    analysis: Analysis


@dataclass(frozen=True, eq=False)
class _Guess:
    """The reply may have ended at `speech_end_s`."""

    speech_end_s: float
    piece: Span
    words: Future[Transcript]
    sound: Future[Sound]
    whole: Future[EarlyAnalysis]


class EarlyEars:
    """Analyses the trainee's replies, one after another. `on_words` is given the text of the reply so far."""

    def __init__(
        self,
        detector: SpeechDetector,
        transcriber: Transcriber,
        hearer: Hearer,
        analyser: Analyser,
        sound: CallSound,
        on_words: Callable[[str], None],
    ) -> None:
        self._detector, self._transcriber = detector, transcriber
        self._hearer, self._analyser = hearer, analyser
        self._sound, self._on_words = sound, on_words
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="voicesim-words")
        self._beside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="voicesim-sound")
        self._start_s = 0.0
        self._kept: list[tuple[Span, Future[Transcript]]] = []
        self._guess: _Guess | None = None

    @property
    def guessing(self) -> bool:
        """Whether the reply is being analysed, or was, as if it ended with the running pause."""
        return self._guess is not None

    def warm_up(self, analyse_all: Callable[[], object]) -> None:
        """Run everything once, ahead of need: what loads at first use would make the first answer seconds late."""
        self._thread.submit(analyse_all)

    def begin(self, speech_start_s: float, earliest_s: float) -> None:
        """A new reply: its speech starts at `speech_start_s`, and nothing before `earliest_s` belongs to it."""
        self.resume()
        self._start_s = max(earliest_s, speech_start_s - LEAD_S, 0.0)
        self._kept = []

    def pause(self, speech_end_s: float, then: Callable[[EarlyAnalysis], None] | None = None) -> None:
        """The trainee pauses: analyse the reply up to here. `then` is called with the result, on the thread."""
        if self._guess is not None:
            return
        kept = tuple(self._kept)
        piece = Span(max(self._start_s, kept[-1][0].end_s if kept else 0.0), speech_end_s + TAIL_S)
        whole = Span(self._start_s, piece.end_s)
        words = self._thread.submit(self._transcribe, self._sound(piece), piece.start_s)
        sound = self._beside.submit(self._hearer, self._sound(whole))
        analysis = self._thread.submit(self._analyse, whole, sound, [*(f for _, f in kept), words], then)
        self._guess = _Guess(speech_end_s, piece, words, sound, analysis)

    def resume(self) -> None:
        """The trainee goes on speaking after all."""
        guess, self._guess = self._guess, None
        if guess is None:
            return
        guess.whole.cancel()
        guess.sound.cancel()
        if guess.piece.duration_s >= KEEP_FROM_S:
            self._kept.append((guess.piece, guess.words))
        else:
            guess.words.cancel()

    def finish(self, speech_end_s: float) -> EarlyAnalysis:
        """The reply is over: its analysis, at once when the guess was right. Raises EngineError."""
        if self._guess is not None and self._guess.speech_end_s != speech_end_s:
            self.resume()
        self.pause(speech_end_s)
        guess, self._guess = self._guess, None
        assert guess is not None  # noqa: S101 - pause() has just made one
        return guess.whole.result()

    def close(self) -> None:
        """End the threads, when what they are at is done."""
        self._thread.shutdown(wait=True, cancel_futures=True)
        self._beside.shutdown(wait=True, cancel_futures=True)

    def _transcribe(self, piece: Recording, start_s: float) -> Transcript:
        return self._transcriber.transcribe(piece, self._detector.detect(piece)).shifted(start_s)

    def _analyse(
        self,
        span: Span,
        sound: Future[Sound],
        parts: list[Future[Transcript]],
        then: Callable[[EarlyAnalysis], None] | None,
    ) -> EarlyAnalysis:
        transcript = Transcript.joined([part.result() for part in parts])
        self._on_words(transcript.text)
        early = EarlyAnalysis(span, self._analyser(sound.result(), transcript.shifted(-span.start_s)))
        if then is not None:
            then(early)
        return early
