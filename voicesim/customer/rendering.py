"""Lines turned into sound: piece by piece for a quick start, ahead of time on a thread, and kept.

renderer = LineRenderer(voice, character, TelephoneLine())
renderer.ahead(text, mood, hurry)          # returns at once
for phrase in renderer.phrases(text, mood, hurry):
line.play(phrase)
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import numpy as np

from voicesim.customer.breath import in_breath
from voicesim.customer.delivery import Character, VoiceStyle, voice_style
from voicesim.customer.emphasis import stretches
from voicesim.customer.joining import respoken_parts
from voicesim.customer.phrases import split_phrases
from voicesim.customer.quiet_cuts import CUT_S, cut_where_quiet, without_edges
from voicesim.customer.respeaking import NEUTRAL_LEVEL_DB
from voicesim.customer.vocoder import SAMPLE_RATE_HZ
from voicesim.domain import Mood, Recording
from voicesim.errors import VoicesimError
from voicesim.ports import Voice
from voicesim.telephone import TelephoneLine, telephone

_PAUSE_S = {",": 0.12, ";": 0.2, ":": 0.2}
_SENTENCE_PAUSE_S = 0.3
_LONG_LINE_WORDS = 10
_BREATH_DB = -16.0
"""Level of a furious customer's breath against their speech; a tenth as furious is 18 dB softer."""

_SEEDS_OF_PARTS = 1000
"""Apart enough that the parts of a phrase have line noise of their own."""

_Key = tuple[str, VoiceStyle, tuple[str, ...]]


def render_phrases(
    voice: Voice,
    text: str,
    style: VoiceStyle,
    character: Character,
    effects: TelephoneLine | None = None,
    seed: int = 0,
    stress: Sequence[str] = (),
) -> Iterator[Recording]:
    """`text` phrase by phrase, each as soon as it is rendered: mono float32 at `SAMPLE_RATE_HZ`.

    The engine reads, all else is resynthesis. Phrases come in parts, the very first a small one, because how soon it is
    there is how long the trainee waits. The words of `stress` are given weight. Played one after another the pieces are
    the line, pauses and the breath before it included. Raises EngineError when the voice fails.
    """
    texts = split_phrases(text)
    if style.inhale >= 0.1 and len(text.split()) >= _LONG_LINE_WORDS:
        breath = in_breath(NEUTRAL_LEVEL_DB + style.level_db + _BREATH_DB + 20 * np.log10(style.inhale), seed)
        yield _over_the_line(effects, seed + len(texts), Recording(breath, SAMPLE_RATE_HZ, source=voice.name))
    for number, phrase in enumerate(texts):
        parts = cut_where_quiet(without_edges(voice.render(phrase)), CUT_S[min(number, 1) :])
        pause_s = 0.0
        if number < len(texts) - 1:
            pause_s = _PAUSE_S.get(phrase[-1], _SENTENCE_PAUSE_S if phrase[-1] in ".!?…" else 0.0)
        pause = np.zeros(round(pause_s * style.pause_scale * SAMPLE_RATE_HZ), dtype=np.float32)
        heard = partial(_over_the_line, effects, seed + number)
        yield from respoken_parts(parts, style, character, seed + number, stretches(phrase, stress), pause, heard)


def _over_the_line(effects: TelephoneLine | None, seed: int, sound: Recording, part: int = 0) -> Recording:
    """`sound`, a phrase or the part of it numbered `part`, as it is heard."""
    return telephone(sound, effects, seed + _SEEDS_OF_PARTS * part) if effects is not None else sound


def render_line(
    voice: Voice,
    text: str,
    style: VoiceStyle,
    character: Character,
    effects: TelephoneLine | None = None,
    seed: int = 0,
    stress: Sequence[str] = (),
) -> Recording:
    """The whole line at once; the same sound as `render_phrases` gives in pieces."""
    return joined(tuple(render_phrases(voice, text, style, character, effects, seed, stress)), voice.name)


def joined(phrases: tuple[Recording, ...], source: str = "") -> Recording:
    """Phrases one after another; no phrases make an empty recording."""
    if not phrases:
        return Recording(np.zeros(0, dtype=np.float32), SAMPLE_RATE_HZ, source=source)
    return replace(phrases[0], samples=np.concatenate([phrase.samples for phrase in phrases]))


class LineRenderer:
    """One customer's voice on one line, with a store of lines already rendered.

    Moods are rounded to tenths before they are voiced, so that a line rendered ahead for the mood expected is found
    again when the mood turns out a hair different. Safe to use from several threads.
    """

    def __init__(
        self,
        voice: Voice,
        character: Character,
        effects: TelephoneLine | None = None,
        seed: int = 0,
        capacity: int = 64,
    ) -> None:
        self._voice, self._character, self._effects, self._seed = voice, character, effects, seed
        self._capacity = capacity
        self._lines: OrderedDict[_Key, Future[tuple[Recording, ...]]] = OrderedDict()
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="voicesim-voice")

    def ahead(self, text: str, mood: Mood, hurry: float = 0.0, stress: Sequence[str] = ()) -> None:
        """Start rendering a line that may be said soon; returns at once. A failure shows when the line is asked for."""
        key = self._key(text, mood, hurry, stress)
        with self._lock:
            if key not in self._lines or self._lines[key].cancelled():
                self._keep(key, self._thread.submit(self._rendered, key))

    def line(self, text: str, mood: Mood, hurry: float = 0.0, stress: Sequence[str] = ()) -> Recording:
        """The whole line. Raises EngineError."""
        return joined(tuple(self.phrases(text, mood, hurry, stress)), self._voice.name)

    def phrases(self, text: str, mood: Mood, hurry: float = 0.0, stress: Sequence[str] = ()) -> Iterator[Recording]:
        """The line phrase by phrase: at once when it was rendered ahead, else as they get ready. Raises EngineError."""
        key = self._key(text, mood, hurry, stress)
        with self._lock:
            known = self._lines.get(key)
            if known is not None:
                self._lines.move_to_end(key)
        if known is not None and not known.cancel():
            try:
                yield from known.result()
            except VoicesimError:
                with self._lock:
                    self._lines.pop(key, None)  # the next try starts afresh
                raise
            return
        phrases: list[Recording] = []
        for phrase in self._render(key):
            phrases.append(phrase)
            yield phrase
        done: Future[tuple[Recording, ...]] = Future()
        done.set_result(tuple(phrases))
        with self._lock:
            self._keep(key, done)

    def close(self) -> None:
        """Drop what is waiting to be rendered and end the thread."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _key(self, text: str, mood: Mood, hurry: float, stress: Sequence[str]) -> _Key:
        rounded = Mood(round(mood.anger, 1), round(mood.patience, 1), round(mood.trust, 1))
        return text, voice_style(rounded, round(hurry, 1)), tuple(stress)

    def _rendered(self, key: _Key) -> tuple[Recording, ...]:
        return tuple(self._render(key))

    def _render(self, key: _Key) -> Iterator[Recording]:
        text, style, stress = key
        return render_phrases(self._voice, text, style, self._character, self._effects, self._seed, stress)

    def _keep(self, key: _Key, line: Future[tuple[Recording, ...]]) -> None:
        """Store a line; the lock is held. The line unused for longest goes first."""
        self._lines[key] = line
        self._lines.move_to_end(key)
        while len(self._lines) > self._capacity:
            self._lines.popitem(last=False)[1].cancel()
