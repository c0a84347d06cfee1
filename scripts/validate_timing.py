"""Measures pauses, gaps and overlaps on generated calls of known truth, beside call-ai-metrics on the same files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import soundfile
from call_speakers import CLEAN_DB, dynamic_range_db
from generated_calls import GeneratedCall, degrade, make_call, read_by
from validation_table import Row, print_rows, shared_data

from voicesim.activity import overlaps, pauses, remove_crosstalk
from voicesim.audio import resample
from voicesim.backends.silero_activity import SileroActivity
from voicesim.domain import Recording, Span
from voicesim.domain.spans import merged, of_at_least

EDGE_S = 0.2
"""An event is found when both of its edges are this near to the truth's."""
LEAST_S = {"pauses": 0.35, "gaps": 0.25, "overlaps": 0.2}
SHORTER_S = 0.1
CALLS = 20
LEAST_CLIPS = 5
Condition = Callable[[GeneratedCall], GeneratedCall]
CONDITIONS: Mapping[str, Condition] = {
    "clean": degrade,
    "20 dB noise": partial(degrade, snr_db=20.0),
    "20 dB crosstalk": partial(degrade, crosstalk_db=20.0),
    "noise and crosstalk": partial(degrade, snr_db=20.0, crosstalk_db=20.0),
}
Sides = tuple[Sequence[Span], Sequence[Span]]


@dataclass
class Count:
    """Events found, missed and invented."""

    right: int = 0
    missed: int = 0
    invented: int = 0

    def add(self, truth: Sequence[Span], found: Sequence[Span], least_s: float) -> None:
        """Match events of at least `least_s`; one slightly shorter is neither missed nor invented."""
        for events_here, others, count in ((truth, found, "missed"), (found, truth, "invented")):
            for event in of_at_least(events_here, least_s):
                if any(near(event, other) for other in others):
                    self.right += count == "missed"
                else:
                    setattr(self, count, getattr(self, count) + 1)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.right / max(1, 2 * self.right + self.missed + self.invented)


def near(a: Span, b: Span) -> bool:
    return abs(a.start_s - b.start_s) <= EDGE_S and abs(a.end_s - b.end_s) <= EDGE_S


def events(agent: Sequence[Span], customer: Sequence[Span]) -> dict[str, list[Span]]:
    """Pauses inside one party's talk, silent gaps where the floor changes, and overlaps."""
    sides = [(span, 0) for span in merged(agent, 0.05)] + [(span, 1) for span in merged(customer, 0.05)]
    gaps, last, owner = [], 0.0, -1
    for span, side in sorted(sides):
        if owner not in (-1, side) and span.start_s - last >= LEAST_S["gaps"] - SHORTER_S:
            gaps.append(Span(last, span.start_s))
        if span.end_s > last:
            last, owner = span.end_s, side
    both = [*pauses(agent, customer), *pauses(customer, agent)]
    return {
        "pauses": list(of_at_least(both, LEAST_S["pauses"] - SHORTER_S)),
        "gaps": gaps,
        "overlaps": list(of_at_least([o.span for o in overlaps(agent, customer)], LEAST_S["overlaps"] - SHORTER_S)),
    }


def ours(call: GeneratedCall, detector: SileroActivity) -> Sides:
    """The way recorded calls are listened to."""
    agent, customer = (resample(call.recording.channel(n), 16_000) for n in (0, 1))
    heard = detector.detect(agent), detector.detect(customer)
    return (
        remove_crosstalk(agent, heard[0], customer, heard[1]),
        remove_crosstalk(customer, heard[1], agent, heard[0]),
    )


def theirs(call: GeneratedCall) -> Sides:
    """call-ai-metrics' own speech segments."""
    from call_ai_metrics import analyze

    samples = call.recording.samples.astype(np.float64)
    report = analyze([samples[:, 0], samples[:, 1]], sample_rate=call.recording.sample_rate_hz, speakers=["a", "c"])
    parts = [[Span(s.start_s, s.end_s) for s in report.segments if s.speaker == name] for name in ("a", "c")]
    return parts[0], parts[1]


def calls(folder: Path, count: int = CALLS) -> list[GeneratedCall]:
    """Calls between pairs of different readers."""
    ids: dict[str, list[str]] = {}
    for path in sorted((folder / "librispeech").glob("*.flac")):
        ids.setdefault(path.stem.split("-")[0], []).append(path.stem)
    readers = [reader for reader in sorted(ids) if len(_clean(folder, ids[reader])) >= LEAST_CLIPS]
    pairs = list(pairwise(readers))
    made = []
    for seed in range(count):
        agent, customer = pairs[seed % len(pairs)]
        first, second = (read_by(folder / "librispeech", ids[reader]) for reader in (agent, customer))
        made.append(make_call(first, second, seed, exchanges=6, card=False))
    return made


def _clean(folder: Path, ids: Sequence[str]) -> list[str]:
    clips = {i: Recording(*soundfile.read(folder / "librispeech" / f"{i}.flac", dtype="float32")) for i in ids}
    return [i for i, clip in clips.items() if dynamic_range_db(clip) >= CLEAN_DB]


def rows(count: int = CALLS) -> list[Row]:
    """F1 of pauses, gaps and overlaps, ours beside call-ai-metrics, in each condition."""
    folder = shared_data()
    detector = SileroActivity()
    made = calls(folder, count)
    out = []
    for name, damage in CONDITIONS.items():
        counts = {who: {kind: Count() for kind in ("pauses", "gaps", "overlaps")} for who in ("ours", "theirs")}
        for call in made:
            truth = events(call.truth.spans("agent"), call.truth.spans("customer"))
            heard = damage(call)
            for who, sides in (("ours", ours(heard, detector)), ("theirs", theirs(heard))):
                found = events(*sides)
                for kind in truth:
                    counts[who][kind].add(truth[kind], found[kind], LEAST_S[kind])
        for kind in ("pauses", "gaps", "overlaps"):
            mine, other = counts["ours"][kind].f1, counts["theirs"][kind].f1
            out.append(
                Row(
                    f"{kind} F1, {name}",
                    f"call-ai-metrics {other:.3f}",
                    ">= 0.95, better",
                    f"{mine:.3f}",
                    mine >= 0.95 and (mine > other or mine == other == 1.0),
                )
            )
    return out


if __name__ == "__main__":
    print_rows(rows(int(sys.argv[1]) if len(sys.argv) > 1 else CALLS))
