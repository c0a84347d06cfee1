"""The analyses of a long call's windows joined into one, and scored as one.

Counts and seconds add up, lists follow each other, rates and levels are means weighted by the agent's speech. A
percentile of a whole call is thus the mean of its windows' percentiles.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from voicesim.domain import (
    Analysis,
    CallTiming,
    Delivery,
    Measured,
    Pace,
    Prosody,
    Rubric,
    SignalQuality,
    Transcript,
    Wording,
)
from voicesim.scoring import score

Weighted = Sequence[tuple[float, float | None]]


def joined(parts: Sequence[Analysis], timing: CallTiming, rubric: Rubric) -> Analysis:
    """One analysis from those of the windows (already on the call's timeline), scored by `rubric`."""
    measured = Measured(
        duration_s=sum(part.duration_s for part in parts),
        spans=tuple(chain.from_iterable(part.spans for part in parts)),
        transcript=Transcript.joined([part.transcript for part in parts]),
        prosody=_prosody([part.prosody for part in parts]),
        pace=_pace([part.pace for part in parts]),
        delivery=_delivery([(part.prosody.speech_s, part.delivery) for part in parts]),
        wording=Wording(
            tuple(chain.from_iterable(part.wording.findings for part in parts)), sum(p.wording.words for p in parts)
        ),
        signal=_signal([(part.duration_s, part.signal) for part in parts]),
        timing=timing,
    )
    return Analysis.of(parts[0].source, measured, score(measured, rubric, None))


def _prosody(parts: Sequence[Prosody]) -> Prosody:
    def mean(name: str) -> float | None:
        return _mean([(part.speech_s, getattr(part, name)) for part in parts])

    return Prosody(
        speech_s=sum(part.speech_s for part in parts),
        times_s=np.concatenate([part.times_s for part in parts]),
        f0_hz=np.concatenate([part.f0_hz for part in parts]),
        frame_level_db=np.concatenate([part.frame_level_db for part in parts]),
        f0_median_hz=mean("f0_median_hz"),
        f0_range_st=mean("f0_range_st"),
        level_db=mean("level_db"),
        level_spread_db=mean("level_spread_db"),
        spectral_tilt_db_per_octave=mean("spectral_tilt_db_per_octave"),
        hnr_db=mean("hnr_db"),
        cues=_mean_cues([(part.speech_s, part.cues) for part in parts]),
        stretches=tuple(chain.from_iterable(part.stretches for part in parts)),
    )


def _pace(parts: Sequence[Pace]) -> Pace:
    def mean(name: str) -> float | None:
        return _mean([(part.speaking_s, getattr(part, name)) for part in parts])

    rate = mean("speech_rate_wpm")
    return Pace(
        speaking_s=sum(part.speaking_s for part in parts),
        words=_sum(part.words for part in parts),
        speech_rate_wpm=rate,
        articulation_rate_sps=mean("articulation_rate_sps"),
        syllables=_sum(part.syllables for part in parts),
        pauses=tuple(chain.from_iterable(part.pauses for part in parts)),
        pause_share=mean("pause_share"),
        rate_course=tuple(chain.from_iterable(part.rate_course for part in parts)),
        fillers=_sum(part.fillers for part in parts),
        reason=None if rate is not None else next((part.reason for part in parts if part.reason), None),
        filler_spans=tuple(chain.from_iterable(part.filler_spans for part in parts)),
        syllables_from="words" if all(part.syllables_from == "words" for part in parts) else "sound",
    )


def _delivery(parts: Sequence[tuple[float, Delivery]]) -> Delivery:
    def mean(name: str) -> float | None:
        return _mean([(weight, getattr(part, name)) for weight, part in parts])

    _, longest = max(parts, key=lambda part: part[0])
    heard = mean("heat"), mean("liveliness"), mean("warmth")
    return replace(
        longest,
        heat=heard[0],
        liveliness=heard[1],
        warmth=heard[2],
        certainty=mean("certainty") or 0.0,
        course=tuple(chain.from_iterable(part.course for _, part in parts)),
        reason=None if any(value is not None for value in heard) else longest.reason,
    )


def _signal(parts: Sequence[tuple[float, SignalQuality]]) -> SignalQuality:
    def mean(name: str) -> float | None:
        return _mean([(weight, getattr(part, name)) for weight, part in parts])

    warnings = dict.fromkeys(chain.from_iterable(part.warnings for _, part in parts))
    return SignalQuality(mean("clipped_share"), mean("snr_db"), mean("bandwidth_hz"), mean("echo_db"), tuple(warnings))


def _mean_cues(parts: Sequence[tuple[float, Mapping[str, float | None]]]) -> dict[str, float | None]:
    names = dict.fromkeys(chain.from_iterable(cues for _, cues in parts))
    return {name: _mean([(weight, cues.get(name)) for weight, cues in parts]) for name in names}


def _mean(values: Weighted) -> float | None:
    known = [(weight, value) for weight, value in values if value is not None and weight > 0]
    total = sum(weight for weight, _ in known)
    return sum(weight * value for weight, value in known) / total if total else None


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
