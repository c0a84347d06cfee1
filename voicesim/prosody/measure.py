"""Recording and speech spans in, `Prosody` out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from voicesim.domain import Prosody, Recording, Span, StretchCues
from voicesim.prosody.contours import Contours, measure_contours
from voicesim.prosody.cues import MIN_SPEECH_ROWS, MIN_VOICED_ROWS, measure_cues
from voicesim.prosody.stretches import speech_s, stretches_of


def measure_prosody(recording: Recording, spans: Sequence[Span]) -> Prosody:
    """Pitch, loudness and voice quality of the speech in `spans` of a mono recording.

    Contours come every 10 ms for the whole recording (pitch only in speech); summary values and cues cover `spans` and
    are None under 0.3 s of speech (under 0.15 s of voice for what needs voice).
    """
    mono = recording.mono()
    contours = measure_contours(mono, spans)
    inside = contours.within(spans)
    cues = measure_cues(contours, inside)
    enough = int(inside.sum()) >= MIN_SPEECH_ROWS
    level = contours.level_db[inside]
    return Prosody(
        speech_s=speech_s(spans),
        times_s=contours.times_s,
        f0_hz=contours.f0_hz,
        frame_level_db=contours.level_db,
        f0_median_hz=_f0_percentiles(contours, inside, [50.0])[0],
        f0_range_st=_range_st(contours, inside),
        level_db=float(10 * np.log10(np.mean(10 ** (level / 10)))) if enough else None,
        level_spread_db=float(np.subtract(*np.percentile(level, [90, 10]))) if enough else None,
        spectral_tilt_db_per_octave=cues["tilt_db_per_octave"],
        hnr_db=cues["harmonicity_db"],
        cues=cues,
        stretches=tuple(
            StretchCues(stretch, measure_cues(contours, contours.within(stretch))) for stretch in stretches_of(spans)
        ),
    )


def _f0_percentiles(contours: Contours, inside: np.typing.NDArray[np.bool_], at: list[float]) -> list[float | None]:
    f0_hz = contours.f0_hz[inside]
    voiced = f0_hz[~np.isnan(f0_hz)]
    if len(voiced) < MIN_VOICED_ROWS:
        return [None] * len(at)
    return [float(value) for value in np.percentile(voiced, at)]


def _range_st(contours: Contours, inside: np.typing.NDArray[np.bool_]) -> float | None:
    low, high = _f0_percentiles(contours, inside, [5.0, 95.0])
    return None if low is None or high is None else float(12 * np.log2(high / low))
