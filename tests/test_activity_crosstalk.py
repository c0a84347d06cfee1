"""A leaked copy of the other party is not speech; generated sound gives the truth."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from voicesim.activity import remove_crosstalk
from voicesim.domain import Recording, Span
from voicesim.domain.spans import common, total_s

RATE_HZ = 8000


def bursts(spans: list[tuple[float, float]], seed: int, duration_s: float = 20.0) -> NDArray[np.float32]:
    """Noise shaped like speech only in that its level moves, inside spans and nowhere else."""
    rng = np.random.default_rng(seed)
    count = round(duration_s * RATE_HZ)
    out = np.zeros(count)
    moving = 0.3 + np.abs(np.sin(np.arange(count) / RATE_HZ * 2 * np.pi * 4))
    for start, end in spans:
        out[round(start * RATE_HZ) : round(end * RATE_HZ)] = 1.0
    return (0.1 * out * moving * rng.standard_normal(count)).astype(np.float32)


A_SPANS, B_SPANS = [(1.0, 4.0), (9.0, 12.0)], [(5.0, 8.0), (11.0, 15.0)]


def leaking(level_db: float, delay: int = 24, noise: float = 0.0) -> tuple[Recording, Recording]:
    ours, theirs = bursts(A_SPANS, 1), bursts(B_SPANS, 2)
    hiss = noise * np.random.default_rng(3).standard_normal(len(ours)).astype(np.float32)
    leaked = np.roll(theirs, delay) * np.float32(10 ** (level_db / 20))
    return Recording(ours + leaked + hiss, RATE_HZ), Recording(theirs, RATE_HZ)


@pytest.mark.parametrize("level_db", [-20.0, -12.0, -30.0])
@pytest.mark.parametrize("delay", [0, 24, 1600])
def test_a_copy_of_the_other_voice_is_cut_and_own_speech_is_kept(level_db: float, delay: int) -> None:
    ours, theirs = leaking(level_db, delay)
    heard = [*(Span(*s) for s in A_SPANS), *(Span(s[0] + delay / RATE_HZ, s[1] + delay / RATE_HZ) for s in B_SPANS)]
    kept = remove_crosstalk(ours, heard, theirs, [Span(*s) for s in B_SPANS])
    own = [Span(*s) for s in A_SPANS]
    assert total_s(common(kept, own)) > 0.95 * total_s(own)
    assert total_s(kept) < 1.1 * total_s(own)


def test_a_leak_below_the_noise_is_still_cut() -> None:
    ours, theirs = leaking(-20.0, noise=0.01)
    heard = [Span(*s) for s in (*A_SPANS, *B_SPANS)]
    kept = remove_crosstalk(ours, heard, theirs, [Span(*s) for s in B_SPANS])
    assert total_s(kept) < 1.15 * total_s([Span(*s) for s in A_SPANS])


def test_without_a_leak_nothing_is_touched() -> None:
    ours, theirs = Recording(bursts(A_SPANS, 1), RATE_HZ), Recording(bursts(B_SPANS, 2), RATE_HZ)
    spans = (Span(1, 4), Span(9, 12))
    kept = remove_crosstalk(ours, spans, theirs, [Span(*s) for s in B_SPANS])
    assert total_s(common(kept, spans)) > 0.97 * total_s(spans) and total_s(kept) < 1.03 * total_s(spans)
