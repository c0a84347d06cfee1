"""Where exactly speech begins and ends: detected stretches sharpened by the level of the sound.

The level is looked at twice: as it is, and with its low end taken down, where the hiss of an "s" or an "f" at the edge
of a word stands out that a telephone has left little of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from voicesim.domain import Recording, Span
from voicesim.domain.spans import merged, of_at_least

STEP_S = 0.01
SMOOTH_FRAMES = 3
BELOW_SPEECH_DB = 30.0  # quieter than this under the loud frames of its surroundings is not heard as speech
ABOVE_FLOOR_DB = 5.0
SOFT_SPEECH_DB = 20.0  # sounds this far under the loud frames are speech and not breath
LEAST_ABOVE_FLOOR_DB = 4.0  # steady noise seldom rises further above its own quietest moments
LOUD_NOISE_DB = 12.0  # sounds this little under the loud frames are kept, whatever the noise
HISS_CORNER_HZ = 500.0  # speech falls by about 6 dB an octave above this; undone, a hiss is as strong as a vowel
HISS_ABOVE_FLOOR_DB, HISS_LEAST_DB = 3.0, 1.0  # beyond what is asked of the sound as it is: breaths and noise hiss too
SHORTEST_PAUSE_S = 0.2  # shorter silences are mostly stop closures
SHORTEST_SPEECH_S = 0.03
GROW_FRAMES, DIP_FRAMES = 30, 5
EDGE_S = 0.01  # sounds fade in and out below any threshold; so the edges meet those of aligned words in the median
CONTEXT_S = 20.0


def spoken_stretches(
    recording: Recording, spans: Sequence[Span], above_floor_db: float = ABOVE_FLOOR_DB
) -> tuple[Span, ...]:
    """`spans` (detected speech) with their edges moved to where the sound is, silences of 0.2 s and more left out.

    The threshold follows the speaker: `above_floor_db` above the background (more leaves out more of the breaths) and
    not too far below the loud frames of the surrounding 20 s. In noise that would cut soft sounds off, while breaths
    drown anyway: there all is kept that stands out from the noise. In noise as loud as speech the spans come back
    almost as they are.
    """
    levels = np.stack([levels_db(recording), levels_db(_less_low_end(recording))])
    if not levels.shape[1] or not spans:
        return tuple(spans)
    found = [piece for group in _groups(merged(spans)) for piece in _loud(levels, group, above_floor_db)]
    end_s = levels.shape[1] * STEP_S
    return merged(Span(max(0.0, s.start_s - EDGE_S), min(end_s, s.end_s + EDGE_S)) for s in found) or merged(spans)


def levels_db(recording: Recording) -> NDArray[np.float64]:
    """Level of each 10 ms, dB full scale, lightly smoothed, shape (frames,)."""
    step = max(1, round(STEP_S * recording.sample_rate_hz))
    samples = recording.mono().samples
    count = len(samples) // step
    if not count:
        return np.zeros(0)
    frames = samples[: count * step].reshape(count, step)
    power = np.einsum("ij,ij->i", frames, frames).astype(np.float64) / step
    power = np.convolve(power, np.ones(SMOOTH_FRAMES) / SMOOTH_FRAMES, "same")
    return np.asarray(10 * np.log10(power + 1e-12))


def _less_low_end(recording: Recording) -> Recording:
    """The sound through a first-order high-pass at `HISS_CORNER_HZ`, as the pre-emphasis of speech coding."""
    mono = recording.mono()
    kept = np.float32(np.exp(-2 * np.pi * HISS_CORNER_HZ / mono.sample_rate_hz))
    samples = mono.samples.copy()
    samples[1:] -= kept * mono.samples[:-1]
    return replace(mono, samples=samples)


def _groups(spans: Sequence[Span]) -> list[list[Span]]:
    """Neighbouring spans, together up to about `CONTEXT_S`, that share one threshold."""
    groups: list[list[Span]] = []
    for span in spans:
        if groups and span.end_s - groups[-1][0].start_s <= CONTEXT_S:
            groups[-1].append(span)
        else:
            groups.append([span])
    return groups


def _loud(levels: NDArray[np.float64], group: Sequence[Span], above_floor_db: float) -> list[Span]:
    """The loud parts of a group; `levels` (2, frames) are the sound's as it is and with its low end taken down."""
    inside = np.concatenate([levels[:, round(s.start_s / STEP_S) : round(s.end_s / STEP_S)] for s in group], axis=1)
    if not inside.shape[1]:
        return list(group)
    around = levels[:, max(0, round((group[0].start_s - 1.0) / STEP_S)) : round((group[-1].end_s + 1.0) / STEP_S)]
    loud, floor = np.percentile(inside, 90, axis=1), np.percentile(around, 5, axis=1)
    asked = floor + above_floor_db + np.array([0.0, HISS_ABOVE_FLOOR_DB])
    least = floor + LEAST_ABOVE_FLOOR_DB + np.array([0.0, HISS_LEAST_DB])
    least[0] = min(least[0], loud[0] - LOUD_NOISE_DB)
    heard_at = np.maximum(loud - BELOW_SPEECH_DB, np.minimum(asked, np.maximum(loud - SOFT_SPEECH_DB, least)))
    above = (levels > heard_at[:, None]).any(axis=0)
    return [piece for span in group for piece in _pieces(above, span)]


def _pieces(above: NDArray[np.bool_], span: Span) -> list[Span]:
    first = _grown(above, round(span.start_s / STEP_S), -1)
    last = _grown(above, min(round(span.end_s / STEP_S), len(above)) - 1, +1) + 1
    edges = np.flatnonzero(np.diff(np.concatenate([[False], above[first:last], [False]]).astype(int))).tolist()
    heard = [Span((first + a) * STEP_S, (first + b) * STEP_S) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return list(of_at_least(merged(heard, SHORTEST_PAUSE_S), SHORTEST_SPEECH_S))


def _grown(above: NDArray[np.bool_], frame: int, step: int) -> int:
    """The edge moved outwards over loud frames: detectors come late to soft beginnings and leave soft endings early."""
    frame = min(max(frame, 0), len(above) - 1)
    reach = above[frame + 1 : frame + 1 + GROW_FRAMES] if step > 0 else above[max(0, frame - GROW_FRAMES) : frame][::-1]
    loud = np.flatnonzero(reach)
    quiet_before = np.diff(np.concatenate([[-1], loud]))
    within = loud[: int(np.argmax(quiet_before > DIP_FRAMES))] if (quiet_before > DIP_FRAMES).any() else loud
    return frame + step * int(within[-1] + 1) if len(within) else frame
