"""Two voices on one channel told apart, or found to be one.

The speech is cut into stretches of some seconds, those that sound alike are joined until two clusters are left, and two
voice models are trained on them and the speech dealt out between the models again until nothing changes. Of several
beginnings the one counts that leaves the two furthest apart; where even these differ no more than one person's voice
does from minute to minute, it is one voice. Where both speak at once one of them is heard: overlaps cannot be told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from voicesim.audio import resample
from voicesim.diarisation.clustering import apartness, merge_down
from voicesim.diarisation.features import FRAMES_PER_S, RATE_HZ, voice_features
from voicesim.diarisation.mixtures import Mixture, fit_mixture
from voicesim.domain import Recording, Span
from voicesim.prosody.pitch import track_pitch

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
Voices = tuple[tuple[Span, ...], tuple[Span, ...]]

LEAST_SPEECH_S = 4.0
STRETCHES_S = (1.2, 2.0, 3.0)
"""Lengths of the stretches that are joined, each tried."""
ONE_VOICE_BELOW = 0.44
"""Apartness (nepers a frame) plus pitch difference (`PITCH_WEIGHT` a semitone) under which two clusters are one voice.

Measured by telephone with 35 s of speech and more: one person alone reaches 0.08-0.41 in 19 of 22 recordings (0.48-0.57
in the others, two of them patched together from two sessions), the pairs of LibriSpeech readers 0.45-0.94 but for one
that nothing tells apart (0.14), generated calls 0.54-1.5, the two parties of a real call 1.2. Where the two overlap it
leans to two voices, which most calls have. In less speech two voices that are much alike may be taken for one."""
PITCH_WEIGHT = 0.03
_PITCH_RATE_HZ = 8000
STEP_FRAMES = 5
"""Voices change hands on a grid of a twentieth of a second."""
STAY, STAY_OVER_PAUSE = 40.0, 8.0
"""Log probability that a change of voice costs inside a stretch of speech, and across a pause."""
_COMPONENTS = 32
_CLUSTER_COEFFICIENTS = 12
_MOST_STRETCHES = 240
_ROUNDS = 6
_QUIET_PERCENTILE, _QUIET_WEIGHT = 25, 0.3


@dataclass(frozen=True, eq=False)
class _Speech:
    """The frames of speech: `rows` (n, d) normalised, `loud` (n,), `steps` (first, last) of each grid step, and which
    steps follow a pause (`after_pause`) with the time each begins (`times_s`) and ends (`ends_s`).
    """

    rows: Floats
    loud: NDArray[np.bool_]
    steps: NDArray[np.int64]
    after_pause: NDArray[np.bool_]
    times_s: Floats
    ends_s: Floats


def diarise(recording: Recording, spans: Sequence[Span]) -> Voices:
    """The speech in `spans` of a mono recording as two voices, in no particular order.

    The first has everything, and the second is empty, where one voice is heard or less than `LEAST_SPEECH_S` of speech.
    """
    speech = _speech_of(resample(recording.mono(), RATE_HZ), spans)
    if speech is None:
        return tuple(spans), ()
    background = fit_mixture(speech.rows[speech.loud], _COMPONENTS)
    found = [_settled(speech, background, _beginning(speech, stretch_s)) for stretch_s in STRETCHES_S]
    apart = [_apartness(speech, labels) for labels in found]
    labels = found[int(np.argmax(apart))]
    if max(apart) + PITCH_WEIGHT * _pitch_apart_st(recording, speech, labels) < ONE_VOICE_BELOW:
        return tuple(spans), ()
    first, second = (_spans_of(speech, labels == voice) for voice in (0, 1))
    return first, second


def _apartness(speech: _Speech, labels: Labels) -> float:
    """How unlike the two voices of `labels` are, in nepers a frame; minus infinity where one has hardly any speech."""
    of_frame = np.repeat(labels, speech.steps[:, 1] - speech.steps[:, 0])
    one, two = (speech.rows[(of_frame == voice) & speech.loud, :_CLUSTER_COEFFICIENTS] for voice in (0, 1))
    return apartness(one, two) if min(len(one), len(two)) >= FRAMES_PER_S // 2 else -np.inf


def _pitch_apart_st(recording: Recording, speech: _Speech, labels: Labels) -> float:
    """Semitones between the median pitches of the two voices; 0 where one is hardly voiced."""
    sound = resample(recording.mono(), _PITCH_RATE_HZ)
    pitch_hz = track_pitch(sound.samples, sound.sample_rate_hz).f0_hz
    edges = np.round(np.stack([speech.times_s, speech.ends_s], axis=1) * FRAMES_PER_S).astype(int)
    heard = [np.concatenate([pitch_hz[a:b] for a, b in edges[labels == voice]] or [pitch_hz[:0]]) for voice in (0, 1)]
    voiced = [hz[~np.isnan(hz)] for hz in heard]
    if min(map(len, voiced)) < FRAMES_PER_S // 5:
        return 0.0
    return abs(12 * float(np.log2(np.median(voiced[0]) / np.median(voiced[1]))))


def _speech_of(recording: Recording, spans: Sequence[Span]) -> _Speech | None:
    cepstra, level = voice_features(recording)
    rows: list[NDArray[np.int64]] = []
    steps: list[tuple[int, int]] = []
    after_pause: list[bool] = []
    at = 0
    for span in spans:
        first, last = round(span.start_s * FRAMES_PER_S), min(round(span.end_s * FRAMES_PER_S), len(cepstra))
        if last - first < 1:
            continue
        rows.append(np.arange(first, last))
        edges = [*range(0, last - first, STEP_FRAMES), last - first]
        steps += [(at + a, at + b) for a, b in pairwise(edges)]
        after_pause += [True] + [False] * (len(edges) - 2)
        at += last - first
    if at < LEAST_SPEECH_S * FRAMES_PER_S:
        return None
    frames = np.concatenate(rows)
    heard, loudness = cepstra[frames], level[frames]
    grid = np.array(steps)
    return _Speech(
        rows=(heard - heard.mean(axis=0)) / heard.std(axis=0),
        loud=loudness > np.percentile(loudness, _QUIET_PERCENTILE),
        steps=grid,
        after_pause=np.array(after_pause),
        times_s=frames[grid[:, 0]] / FRAMES_PER_S,
        ends_s=(frames[grid[:, 1] - 1] + 1) / FRAMES_PER_S,
    )


def _beginning(speech: _Speech, stretch_s: float) -> Labels:
    """A first guess of who speaks in each step, from stretches of `stretch_s`: 0, 1, or -1 for not said."""
    per_stretch = round(stretch_s * FRAMES_PER_S / STEP_FRAMES)
    turn = np.cumsum(speech.after_pause)
    within = np.concatenate([np.arange(n) for n in np.bincount(turn)[1:]])
    stretch = np.cumsum(speech.after_pause | (within % per_stretch == 0)) - 1
    of_frame = np.repeat(stretch, speech.steps[:, 1] - speech.steps[:, 0])
    loud_count = np.bincount(of_frame[speech.loud], minlength=stretch[-1] + 1)
    longest = np.sort(np.argsort(-loud_count, kind="stable")[:_MOST_STRETCHES])
    chosen = longest[loud_count[longest] >= 2 * _CLUSTER_COEFFICIENTS]
    if len(chosen) < 2:
        chosen = longest[loud_count[longest] > 0]
    cepstra = speech.rows[:, :_CLUSTER_COEFFICIENTS]
    clusters = merge_down([cepstra[(of_frame == s) & speech.loud] for s in chosen], 2)
    labels = np.full(len(speech.steps), -1)
    for voice, cluster in enumerate(clusters):
        labels[np.isin(stretch, chosen[cluster])] = voice
    return labels


def _settled(speech: _Speech, background: Mixture, labels: Labels) -> Labels:
    """Models made from labels and labels from models until they agree."""
    lengths = speech.steps[:, 1] - speech.steps[:, 0]
    weight = np.where(speech.loud, 1.0, _QUIET_WEIGHT)
    for _ in range(_ROUNDS):
        of_frame = np.repeat(labels, lengths)
        mine = [speech.rows[(of_frame == voice) & speech.loud] for voice in (0, 1)]
        if min(map(len, mine)) < FRAMES_PER_S // 2:
            break
        scores = np.stack([background.adapted(rows).log_likelihood(speech.rows) for rows in mine], axis=1)
        of_step = np.add.reduceat(scores * weight[:, None], speech.steps[:, 0], axis=0)
        before, labels = labels, _best_path(of_step, np.where(speech.after_pause, STAY_OVER_PAUSE, STAY))
        if np.array_equal(before, labels):
            break
    return np.maximum(labels, 0)


def _best_path(scores: Floats, change_costs: Floats) -> Labels:
    """The most likely voice of each step (Viterbi). `scores` (n, 2); `change_costs` (n,) of arriving by a change."""
    total = scores[0].copy()
    came_from = np.zeros((len(scores), 2), dtype=np.int64)
    for step in range(1, len(scores)):
        changed = total[::-1] - change_costs[step]
        came_from[step] = np.where(changed > total, [1, 0], [0, 1])
        total = np.maximum(changed, total) + scores[step]
    labels = np.zeros(len(scores), dtype=np.int64)
    labels[-1] = int(total.argmax())
    for step in range(len(scores) - 1, 0, -1):
        labels[step - 1] = came_from[step, labels[step]]
    return labels


def _spans_of(speech: _Speech, mine: NDArray[np.bool_]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for step in np.flatnonzero(mine):
        start_s, end_s = float(speech.times_s[step]), float(speech.ends_s[step])
        if spans and not speech.after_pause[step] and spans[-1].end_s == start_s:
            spans[-1] = Span(spans[-1].start_s, end_s)
        else:
            spans.append(Span(start_s, end_s))
    return tuple(spans)
