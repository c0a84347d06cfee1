"""A reading respoken part by part and joined without a seam.

Neighbouring parts overlap: each is respoken and sent over the telephone with some of its neighbours' sound around it,
and one fades into the other where they meet, in a quiet moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from voicesim.customer.delivery import Character, VoiceStyle
from voicesim.customer.emphasis import Stretch
from voicesim.customer.quiet_cuts import VoicePart
from voicesim.customer.respeaking import Footing, respoken
from voicesim.customer.vocoder import SAMPLE_RATE_HZ
from voicesim.domain import Recording

_HALF_FADE = round(0.005 * SAMPLE_RATE_HZ)
_BEGINNING_DB = 2.0
"""How much louder than the whole the beginning of a phrase is, in the median (hibari's voice, 32 phrases)."""


def respoken_parts(
    parts: Iterable[VoicePart],
    style: VoiceStyle,
    character: Character,
    seed: int,
    stressed: Sequence[Stretch],
    pause: NDArray[np.float32],
    heard: Callable[[Recording, int], Recording],
) -> Iterator[Recording]:
    """The parts respoken, `pause` (n,) behind them, each over the line that `heard` (sound, number of the part) is.

    Played one after another they are the reading.
    """
    footing: Footing | None = None
    held = np.zeros(0, dtype=np.float32)
    for number, part in enumerate(parts):
        within = _inside(stressed, part.share)
        level_db = style.level_db + (0.0 if part.last else _BEGINNING_DB)
        spoken = respoken(part.sound, replace(style, level_db=level_db), character, seed, within, footing)
        footing = spoken.footing
        sound = spoken.sound
        if part.last:
            sound = replace(sound, samples=np.concatenate([sound.samples, pause]))
        samples = heard(sound, number).samples
        start = max(0, spoken.sample_at(part.start_s) - _HALF_FADE) if number else 0
        end = len(samples) if part.last else min(len(samples), spoken.sample_at(part.end_s) + _HALF_FADE)
        piece = _faded_into(held, samples[start:end])
        held = np.zeros(0, dtype=np.float32) if part.last else piece[-2 * _HALF_FADE :]
        yield replace(sound, samples=piece[: len(piece) - len(held)])


def _faded_into(held: NDArray[np.float32], piece: NDArray[np.float32]) -> NDArray[np.float32]:
    """`piece` with its beginning faded in over `held`, the end of the piece before it."""
    count = min(len(held), len(piece))
    rising = (np.arange(count, dtype=np.float32) + 0.5) / max(1, count)
    return np.concatenate([held[:count] * (1 - rising) + piece[:count] * rising, piece[count:]])


def _inside(stressed: Sequence[Stretch], share: tuple[float, float]) -> list[Stretch]:
    """Those stretches of a whole that lie in `share` of it, as shares of that."""
    first, last = share
    length = max(last - first, 1e-9)
    moved = [((start - first) / length, (end - first) / length) for start, end in stressed]
    return [(start, end) for start, end in moved if start < 1.0 and end > 0.0]
