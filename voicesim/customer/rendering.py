"""Lines turned into sound: phrase by phrase for a quick start, ahead of time on a thread, and kept.

renderer = LineRenderer(voice, character, TelephoneLine())
renderer.ahead(text, mood, hurry)          # returns at once
for phrase in renderer.phrases(text, mood, hurry):
line.play(phrase)
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from voicesim.customer.delivery import Character, VoiceStyle, apply_style, voice_style
from voicesim.customer.phrases import split_phrases
from voicesim.customer.vocoder import SAMPLE_RATE_HZ
from voicesim.domain import Mood, Recording
from voicesim.errors import VoicesimError
from voicesim.ports import Voice
from voicesim.telephone import TelephoneLine, telephone

_PAUSE_S = {",": 0.12, ";": 0.2, ":": 0.2}
_SENTENCE_PAUSE_S = 0.3
_Key = tuple[str, VoiceStyle, int]


def render_phrases(
    voice: Voice,
    text: str,
    style: VoiceStyle,
    character: Character,
    effects: TelephoneLine | None = None,
    seed: int = 0,
) -> Iterator[Recording]:
    """`text` phrase by phrase, each as soon as it is rendered: mono float32 at `SAMPLE_RATE_HZ`.

    The engine speaks at the style's speed; everything else is resynthesis. Played one after another the phrases are the
    line, pauses included. Raises EngineError when the voice fails.
    """
    texts = split_phrases(text)
    for number, phrase in enumerate(texts):
        neutral = voice.render(phrase, rate=style.rate * character.rate)
        spoken = apply_style(
            _trimmed(neutral), replace(style, rate=1.0), replace(character, rate=1.0), seed=seed + number
        )
        if number < len(texts) - 1:
            pause_s = _PAUSE_S.get(phrase[-1], _SENTENCE_PAUSE_S if phrase[-1] in ".!?…" else 0.0)
            silence = np.zeros(round(pause_s * style.pause_scale * SAMPLE_RATE_HZ), dtype=np.float32)
            spoken = replace(spoken, samples=np.concatenate([spoken.samples, silence]))
        yield telephone(spoken, effects, seed + number) if effects is not None else spoken


def render_line(
    voice: Voice,
    text: str,
    style: VoiceStyle,
    character: Character,
    effects: TelephoneLine | None = None,
    seed: int = 0,
) -> Recording:
    """The whole line at once; the same sound as `render_phrases` gives in pieces."""
    return joined(tuple(render_phrases(voice, text, style, character, effects, seed)), voice.name)


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

    def ahead(self, text: str, mood: Mood, hurry: float = 0.0) -> None:
        """Start rendering a line that may be said soon; returns at once. A failure shows when the line is asked for."""
        key = self._key(text, mood, hurry)
        with self._lock:
            if key not in self._lines or self._lines[key].cancelled():
                self._keep(key, self._thread.submit(self._rendered, key))

    def line(self, text: str, mood: Mood, hurry: float = 0.0) -> Recording:
        """The whole line. Raises EngineError."""
        return joined(tuple(self.phrases(text, mood, hurry)), self._voice.name)

    def phrases(self, text: str, mood: Mood, hurry: float = 0.0) -> Iterator[Recording]:
        """The line phrase by phrase: at once when it was rendered ahead, else as they get ready. Raises EngineError."""
        key = self._key(text, mood, hurry)
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
        for phrase in render_phrases(self._voice, text, key[1], self._character, self._effects, self._seed):
            phrases.append(phrase)
            yield phrase
        done: Future[tuple[Recording, ...]] = Future()
        done.set_result(tuple(phrases))
        with self._lock:
            self._keep(key, done)

    def close(self) -> None:
        """Drop what is waiting to be rendered and end the thread."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _key(self, text: str, mood: Mood, hurry: float) -> _Key:
        rounded = Mood(round(mood.anger, 1), round(mood.patience, 1), round(mood.trust, 1))
        return text, voice_style(rounded, round(hurry, 1)), self._seed

    def _rendered(self, key: _Key) -> tuple[Recording, ...]:
        return tuple(render_phrases(self._voice, key[0], key[1], self._character, self._effects, self._seed))

    def _keep(self, key: _Key, line: Future[tuple[Recording, ...]]) -> None:
        """Store a line; the lock is held. The line unused for longest goes first."""
        self._lines[key] = line
        self._lines.move_to_end(key)
        while len(self._lines) > self._capacity:
            self._lines.popitem(last=False)[1].cancel()


def _trimmed(recording: Recording, margin_s: float = 0.03) -> Recording:
    """Without the silence an engine puts before and after a phrase, but for `margin_s`."""
    samples = recording.mono().samples
    loud = np.flatnonzero(np.abs(samples) > 0.01 * float(np.abs(samples).max(initial=0.0)))
    if not len(loud):
        return recording.mono()
    margin = round(margin_s * recording.sample_rate_hz)
    return replace(recording.mono(), samples=samples[max(0, loud[0] - margin) : loud[-1] + 1 + margin])
