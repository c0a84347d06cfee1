"""Settling moves where ordinary speech lies on a scale and leaves the order of any two clips alone."""

from __future__ import annotations

import numpy as np
import pytest

from voicesim.delivery.features import Features
from voicesim.delivery.head import KINDS, MEASURES, Head, LinearModel
from voicesim.delivery.settling import ORDINARY_LOG_ODDS, ORDINARY_SPREAD, settle

RANDOM = np.random.default_rng(3)
NAMES = ("a_db", "b_st", "c_db")


def head() -> Head:
    models = {
        (measure, kind): LinearModel(RANDOM.normal(size=3), RANDOM.normal(size=3), 6.0, 4.0)
        for measure in MEASURES
        for kind in KINDS
    }
    return Head("test", "1", NAMES, None, models, dict.fromkeys(models, 0.9), "")


def clips(count: int) -> list[Features]:
    return [Features(RANDOM.normal(size=3), None) for _ in range(count)]


VOICES = {f"speaker {n}": clips(5) for n in range(30)}


def log_odds(head: Head, measure: str, kind: str, clip: Features, rest: np.ndarray | None) -> float:
    return head.models[measure, kind].log_odds(clip.cues, rest)


@pytest.mark.parametrize("measure", MEASURES)
def test_ordinary_speech_lies_where_it_should(measure: str) -> None:
    settled = settle(head(), VOICES)
    spoken = [log_odds(settled, measure, "unenrolled", clip, None) for voice in VOICES.values() for clip in voice]
    assert np.median(spoken) == pytest.approx(ORDINARY_LOG_ODDS[measure], abs=1e-6)
    low, high = np.percentile(spoken, [16, 84])
    assert (high - low) / 2 <= ORDINARY_SPREAD[measure] + 1e-6


def test_nine_in_ten_ordinary_voices_are_calm_and_a_raised_one_is_seen() -> None:
    settled = settle(head(), VOICES)
    model = settled.models["heat", "unenrolled"]
    spoken = [model.log_odds(clip.cues, None) for voice in VOICES.values() for clip in voice]
    assert 1 / (1 + np.exp(-np.percentile(spoken, 90))) < 0.35
    raised = model.centre + 4 * model.weights / np.linalg.norm(model.weights)
    line = float(model.parts(raised, None).sum()) + model.offset
    assert model.log_odds(raised, None) == pytest.approx(line + (model.steeper - 1) * (line - model.knee))
    assert model.log_odds(raised, None) > line


@pytest.mark.parametrize("kind", KINDS)
def test_the_order_of_clips_is_left_alone(kind: str) -> None:
    before = head()
    after = settle(before, VOICES)
    others = clips(40)
    rest = np.zeros(3) if kind == "enrolled" else None
    for measure in MEASURES:
        ranks = [np.argsort([log_odds(h, measure, kind, clip, rest) for clip in others]) for h in (before, after)]
        assert ranks[0].tolist() == ranks[1].tolist()


def test_settling_again_changes_nothing() -> None:
    once = settle(head(), VOICES)
    twice = settle(once, VOICES)
    for key, model in once.models.items():
        assert twice.models[key].slope == pytest.approx(model.slope)
        assert twice.models[key].offset == pytest.approx(model.offset)
        assert twice.models[key].knee == pytest.approx(model.knee)
        assert twice.models[key].steeper == model.steeper


def test_one_clip_of_a_speaker_settles_no_enrolled_scale() -> None:
    before = head()
    after = settle(before, {"only": clips(1)})
    assert after.models["heat", "enrolled"] == before.models["heat", "enrolled"]
