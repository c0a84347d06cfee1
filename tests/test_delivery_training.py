"""Heads are trained from labels people write, and separate what the labels separate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import noise, tone
from tests.test_prosody import syllables
from voicesim.audio import write_flac
from voicesim.delivery import load_head
from voicesim.delivery.blocks import blocks_for
from voicesim.delivery.conditions import CONDITIONS, with_noise
from voicesim.delivery.fitting import Block, Examples, area_under_curve, calibrate, discriminate
from voicesim.delivery.logistic import logistic_direction
from voicesim.delivery.training import read_labels, train_head
from voicesim.domain import Recording, Span
from voicesim.errors import ContentError
from voicesim.prosody.cues import CUE_NAMES


class AllOfIt:
    """A detector that takes the whole recording for speech."""

    def detect(self, recording: Recording) -> tuple[Span, ...]:
        return (Span(0.0, recording.duration_s),)

    def listener(self, sample_rate_hz: int) -> Callable[[np.ndarray], float]:
        raise NotImplementedError


@given(st.lists(st.tuples(st.integers(-3, 3), st.booleans()), min_size=2, max_size=30))
def test_area_under_curve_counts_pairs_in_order(rows: list[tuple[int, bool]]) -> None:
    above, below = ([score for score, target in rows if target is kind] for kind in (True, False))
    if not above or not below:
        return
    pairs = [1.0 if a > b else 0.5 if a == b else 0.0 for a in above for b in below]
    scores, target = np.array([float(s) for s, _ in rows]), np.array([t for _, t in rows])
    assert area_under_curve(scores, target) == pytest.approx(np.mean(pairs))


def examples(apart: float, features: int = 8, voices: int = 4, clips: int = 30) -> Examples:
    """Speakers whose loud clips lie `apart` spreads from their soft ones in the first feature."""
    random = np.random.default_rng(0)
    label = np.array([("loud", "soft")[i % 2] for i in range(voices * clips)])
    speaker = np.array([f"voice {i // clips}" for i in range(voices * clips)])
    table = random.normal(size=(len(label), features))
    table[:, 0] += apart * (label == "loud")
    return Examples(table, label, speaker)


def every(features: int) -> list[Block]:
    return [Block(np.arange(features, dtype=np.intp), 0.5, 1.0)]


def test_a_fit_finds_the_feature_that_differs_and_puts_the_boundary_between() -> None:
    rows = examples(6.0)
    found = discriminate(rows, ["loud"], ["soft"], every(8))
    scale = calibrate(found.scores, rows.label, ["loud"], ["soft"])
    assert scale.auc == pytest.approx(1.0, abs=1e-3)
    assert int(np.argmax(np.abs(found.weights))) == 0
    assert scale.offset == pytest.approx(0.0, abs=0.5)
    assert np.std(rows.away @ found.weights) == pytest.approx(1.0, abs=1e-3)


def test_nothing_to_find_is_not_found_on_speakers_left_out() -> None:
    rows = examples(0.0)
    scores = discriminate(rows, ["loud"], ["soft"], every(8)).scores
    assert calibrate(scores, rows.label, ["loud"], ["soft"]).auc == pytest.approx(0.5, abs=0.15)


def test_high_and_low_voices_come_to_score_alike() -> None:
    """Loudness is mixed with the voice's own pitch, which the first feature shows alone."""
    rows = examples(3.0, voices=6)
    pitch = np.array([float(name.split()[1]) for name in rows.speaker])
    table = rows.away.astype(np.float64)
    table[:, 1] = table[:, 0] + 2 * pitch
    table[:, 0] = pitch
    mixed = Examples(table, rows.label, rows.speaker, pitch_column=0)

    def gap(alike: float) -> float:
        blocks = [Block(np.arange(8, dtype=np.intp), 0.9, 1.0, alike=alike)]
        scores = discriminate(mixed, ["loud"], ["soft"], blocks).scores
        return abs(float(np.corrcoef(scores, pitch)[0, 1]))

    assert gap(100.0) < 0.3 * gap(0.0)


def beside_a_boundary() -> Examples:
    """Two high labels and a low one: one lies far off along the first feature, the second alone tells the other."""
    random = np.random.default_rng(1)
    label = np.array([("far", "near", "low")[i % 3] for i in range(900)])
    table = random.normal(size=(900, 6))
    table[:, 0] += 9.0 * (label == "far")
    table[:, 1] += 2.5 * (label == "near")
    return Examples(table, label, np.array([f"voice {i % 5}" for i in range(900)]))


def told(rows: Examples, prior: float | None) -> np.ndarray:
    """Each row's score, with the direction Fisher's for None."""
    blocks = [Block(np.arange(rows.away.shape[1], dtype=np.intp), 0.2, 1.0, prior=prior)]
    return discriminate(rows, ["far", "near"], ["low"], blocks).scores


def test_what_lies_near_the_boundary_is_told_by_a_prior_of_the_scatter_where_fishers_direction_looks_past_it() -> None:
    rows = beside_a_boundary()
    near = rows.label != "far"
    by_fisher, by_boundary = (
        area_under_curve(told(rows, prior)[near], rows.label[near] == "near") for prior in (None, 0.01)
    )
    assert by_boundary > by_fisher + 0.05
    assert by_boundary == pytest.approx(0.96, abs=0.03)  # 2.5 spreads apart: normal distribution, 2.5 / sqrt(2)


def test_a_strong_prior_leads_back_to_fishers_direction() -> None:
    rows = beside_a_boundary()
    fisher = told(rows, None)
    agreement = [float(np.corrcoef(told(rows, prior), fisher)[0, 1]) for prior in (0.01, 1.0, 100.0)]
    assert agreement == sorted(agreement)
    assert agreement[-1] == pytest.approx(1.0, abs=1e-3)


def test_a_row_given_twice_counts_as_one_of_twice_the_weight() -> None:
    rows = beside_a_boundary()
    features, target = rows.away[:100], rows.label[:100] != "low"
    twice = np.r_[np.arange(100), np.flatnonzero(target)]
    doubled = np.where(target, 2.0, 1.0) / (100 + target.sum())
    scatter = np.eye(6)
    given = logistic_direction(features[twice], target[twice], np.full(len(twice), 1 / len(twice)), scatter, 0.1)
    assert logistic_direction(features, target, doubled, scatter, 0.1) == pytest.approx(given, abs=1e-4)


@settings(max_examples=20, deadline=None)
@given(st.floats(0.01, 10.0), st.floats(0.2, 5.0))
def test_a_direction_is_as_dear_as_the_scatter_along_it(prior: float, dear: float) -> None:
    """One feature seen twice, once with much scatter: the two share the work in the inverse ratio of their scatter."""
    rows = beside_a_boundary()
    seen = np.repeat(rows.away[:200, :1], 2, axis=1)
    target = rows.label[:200] == "far"
    found = logistic_direction(seen, target, np.full(200, 1 / 200), np.diag([1.0, dear]), prior)
    assert found[0] == pytest.approx(dear * found[1], rel=1e-3)


def test_unmeasured_features_do_not_spoil_a_fit() -> None:
    holes = examples(6.0)
    table = holes.away.astype(np.float64)
    table[::7, 0] = np.nan
    found = discriminate(Examples(table, holes.label, holes.speaker), ["loud"], ["soft"], every(8))
    assert np.isfinite(found.weights).all()
    assert calibrate(found.scores, holes.label, ["loud"], ["soft"]).auc > 0.9


@pytest.mark.parametrize("width", [0, 6 * 384, 2 * 511])
def test_blocks_lie_inside_the_features(width: int) -> None:
    for measure in ("heat", "liveliness", "warmth"):
        blocks = blocks_for(measure, len(CUE_NAMES) + width)
        assert blocks
        for block in blocks:
            assert len(set(block.columns.tolist())) == len(block.columns)
            assert 0 <= block.columns.min() <= block.columns.max() < len(CUE_NAMES) + width


def test_conditions_keep_length_and_make_the_same_sound_twice() -> None:
    sound = syllables(150, seconds=1.0)
    for condition in CONDITIONS:
        once, again = condition(sound, "ann"), condition(sound, "ann")
        assert len(once.samples) == len(sound.samples)
        assert np.array_equal(once.samples, again.samples)
        assert np.isfinite(once.samples).all()


def test_noise_is_added_at_the_level_asked_for() -> None:
    sound = tone(200, 2.0, harmonics=5)
    added = with_noise(sound, 20.0).samples - sound.samples
    level_db = 20 * np.log10(np.std(added) / np.std(sound.samples))
    assert level_db == pytest.approx(-20, abs=1)


def labelled_folder(folder: Path) -> Path:
    """Two speakers: calm, flat, cold clips are low and soft; heated, lively, warm ones high and bright."""
    rows = ["path,speaker,label"]
    for speaker, base_hz in (("ann", 190.0), ("bob", 110.0)):
        for take in range(3):
            for label, up_st, slope in (("neutral calm flat cold", 0, 1.5), ("heated+lively+warm", 6, 0.7)):
                name = f"{speaker}{take}{label[0]}.flac"
                voice = syllables(base_hz * 2 ** ((up_st + 0.4 * take) / 12), seconds=1.2, slope=slope)
                hiss = noise(1.2, level=0.003, seed=take).samples
                write_flac(replace(voice, samples=voice.samples + hiss), folder / name)
                rows.append(f"{name},{speaker},{label}")
    (folder / "labels.csv").write_text("\n".join(rows) + "\n")
    return folder


def test_a_team_trains_a_head_of_its_own_that_hears_what_they_labelled(tmp_path: Path) -> None:
    card = train_head(labelled_folder(tmp_path), tmp_path / "own.npz", AllOfIt(), None)
    assert "12 clips of 2 speakers" in card
    head = load_head(tmp_path / "own.npz")
    assert head.encoder_engine is None
    assert head.reliability["heat", "enrolled"] > 0.5
    assert (tmp_path / "own.md").read_text() == card


@pytest.mark.parametrize(
    ("line", "field", "problem"),
    [
        ("gone.flac,ann,heated", "path", "there is no clip"),
        ("here.flac,,heated", "speaker", "missing or empty"),
        ("here.flac,ann,furious", "label", "'furious' is not one of"),
    ],
)
def test_labels_that_are_not_valid_name_line_and_field(tmp_path: Path, line: str, field: str, problem: str) -> None:
    write_flac(tone(150, 0.2), tmp_path / "here.flac")
    (tmp_path / "labels.csv").write_text(f"path,speaker,label\nhere.flac,ann,neutral\n{line}\n")
    with pytest.raises(ContentError, match=problem) as error:
        read_labels(tmp_path)
    assert (error.value.line, error.value.field) == (3, field)


def test_labels_that_leave_a_measure_out_are_refused(tmp_path: Path) -> None:
    write_flac(tone(150, 0.2), tmp_path / "here.flac")
    (tmp_path / "labels.csv").write_text("path,speaker,label\nhere.flac,ann,neutral\n")
    with pytest.raises(ContentError, match="'heated'"):
        read_labels(tmp_path)


def test_a_missing_labels_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"labels\.csv"):
        read_labels(tmp_path)
