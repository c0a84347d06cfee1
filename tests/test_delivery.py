"""Delivery: what it rests on, what it abstains from, and what it hears in real voices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import noise, silence, tone
from voicesim.audio import read_audio
from voicesim.backends.silero_activity import SileroActivity
from voicesim.backends.whisper_encoder import WhisperEncoder
from voicesim.delivery import DeliveryModels, Head, load_models, make_baseline, measure_delivery
from voicesim.delivery.baseline import HeardClip
from voicesim.delivery.conditions import with_noise
from voicesim.delivery.head import KINDS, MEASURES, LinearModel, load_head, save_head
from voicesim.delivery.measure import unit_of
from voicesim.domain import Baseline, Delivery, Recording, Span
from voicesim.errors import ContentError, EngineError
from voicesim.prosody import measure_prosody
from voicesim.telephone import TelephoneLine, telephone

CUES = ("pitch_median_st", "alpha_ratio_db")


def head(weights: tuple[float, float] = (1.0, 0.5), offset: float = 0.0) -> Head:
    """A head of two cues: one unit above the reference is `weights` in log odds, for every measure."""
    model = LinearModel(np.array(weights), np.array([10.0, -5.0]), 1.0, offset)
    keys = [(measure, kind) for measure in MEASURES for kind in KINDS]
    return Head("plain", "1", CUES, None, dict.fromkeys(keys, model), dict.fromkeys(keys, 0.8), "a card")


def heard(recording: Recording, encoder: WhisperEncoder | None = None) -> HeardClip:
    """A clip as the pipeline hears it, all of it taken for speech."""
    spans = (Span(0.0, recording.duration_s),)
    frames = encoder.encode(recording) if encoder else None
    return recording, spans, measure_prosody(recording, spans), frames


def described(clip: HeardClip, models: DeliveryModels, baseline: Baseline | None = None) -> Delivery:
    return measure_delivery(*clip, baseline, models)


@pytest.fixture(scope="module")
def encoder() -> WhisperEncoder:
    return WhisperEncoder(threads=2)


@pytest.fixture(scope="module")
def shipped() -> DeliveryModels:
    return load_models()


def test_a_speaker_at_their_own_rest_is_at_the_boundary() -> None:
    clip = heard(tone(150, 3.0, harmonics=10))
    delivery = described(clip, DeliveryModels(head(), None), make_baseline([clip]))
    assert delivery.heat == pytest.approx(0.5, abs=1e-6)
    assert delivery.against == "own resting voice"


def test_a_raised_pitch_is_told_from_the_same_pitch_as_one_s_rest() -> None:
    models = DeliveryModels(head((1.0, 0.0)), None)
    rest, raised = heard(tone(150, 3.0, harmonics=10)), heard(tone(150 * 2 ** (3 / 12), 3.0, harmonics=10))
    assert described(raised, models, make_baseline([rest])).heat == pytest.approx(1 / (1 + np.exp(-3)), abs=0.01)
    assert described(raised, models, make_baseline([raised])).heat == pytest.approx(0.5, abs=1e-6)


def test_the_cues_that_pushed_are_named_with_value_rest_and_direction() -> None:
    rest, raised = heard(tone(150, 3.0, harmonics=10)), heard(tone(300, 3.0, harmonics=10))
    cue = described(raised, DeliveryModels(head(), None), make_baseline([rest])).cues[0]
    assert (cue.name, cue.unit, cue.towards) == ("pitch_median_st", "semitones", "heat")
    assert cue.value - cue.baseline == pytest.approx(12, abs=0.1)
    assert cue.contribution == pytest.approx(12, abs=0.1)


@pytest.mark.parametrize("spans", [(), (Span(0.0, 0.3),)])
def test_without_enough_speech_there_are_no_values_but_a_reason(spans: tuple[Span, ...]) -> None:
    sound = tone(150, 3.0)
    delivery = measure_delivery(sound, spans, measure_prosody(sound, spans), None, None, DeliveryModels(head(), None))
    assert (delivery.heat, delivery.liveliness, delivery.warmth, delivery.certainty) == (None, None, None, 0.0)
    assert delivery.reason


@pytest.mark.parametrize("sound", [silence(3.0), noise(3.0)], ids=["silence", "noise"])
def test_sound_without_a_voice_is_not_judged(sound: Recording, shipped: DeliveryModels) -> None:
    delivery = described(heard(sound), shipped)
    assert (delivery.heat, delivery.course) == (None, ())
    assert "voice" in str(delivery.reason)


def test_delivery_has_a_course_of_which_the_whole_is_the_mean() -> None:
    sound = tone(150, 6.0, harmonics=10)
    parts = [sound.samples, np.zeros(48_000, np.float32), tone(300, 6.0, harmonics=10).samples]
    both = replace(sound, samples=np.concatenate(parts))
    spans = (Span(0, 6), Span(9, 15))
    prosody = measure_prosody(both, spans)
    delivery = measure_delivery(both, spans, prosody, None, None, DeliveryModels(head((0.1, 0.0)), None))
    first, second = delivery.course
    assert (first.span, second.span) == spans
    assert first.heat < delivery.heat < second.heat


def test_certainty_is_lower_without_a_baseline_and_with_less_speech(shipped: DeliveryModels) -> None:
    long, short = heard(tone(150, 4.0, harmonics=10)), heard(tone(150, 0.7, harmonics=10))
    cues = DeliveryModels(shipped.cues, None)
    enrolled = described(long, cues, make_baseline([long]))
    assert enrolled.certainty > described(long, cues).certainty > described(short, cues).certainty > 0


def test_without_encoder_frames_the_cues_stand_in(shipped: DeliveryModels, encoder: WhisperEncoder) -> None:
    sound = tone(150, 3.0, harmonics=10)
    assert described(heard(sound), shipped).method.startswith(shipped.cues.name)
    assert described(heard(sound, encoder), shipped).method.startswith("ravdess-encoder")


def test_a_baseline_enrolled_without_the_encoder_is_not_mixed_with_it(
    shipped: DeliveryModels, encoder: WhisperEncoder
) -> None:
    sound = tone(150, 3.0, harmonics=10)
    delivery = described(heard(sound, encoder), shipped, make_baseline([heard(sound)]))
    assert delivery.against.startswith("many speakers")
    assert "enrol again" in delivery.against


def test_a_baseline_of_another_encoder_says_enrol_again(shipped: DeliveryModels, encoder: WhisperEncoder) -> None:
    clip = heard(tone(150, 3.0, harmonics=10), encoder)
    rest = make_baseline([clip])
    assert described(clip, shipped, rest).against == "own resting voice"
    older = described(clip, shipped, replace(rest, encoder_engine="an older one"))
    assert older.against.endswith("enrol again")
    assert older.heat == described(clip, shipped).heat


def test_a_head_of_another_encoder_is_refused(tmp_path: Path, shipped: DeliveryModels, encoder: WhisperEncoder) -> None:
    assert shipped.head is not None
    save_head(replace(shipped.head, encoder_engine="an older one"), tmp_path / "own.npz")
    with pytest.raises(ContentError, match=r"own\.npz.*an older one.*train it again"):
        load_models(tmp_path / "own.npz", encoder=encoder.name)
    with pytest.raises(EngineError, match="an older one"):
        described(heard(tone(150, 3.0, harmonics=10), encoder), load_models(tmp_path / "own.npz"))
    assert load_models(encoder=encoder.name).head is not None


def test_a_head_file_keeps_what_it_was_given(tmp_path: Path) -> None:
    save_head(head(offset=0.25), tmp_path / "own.npz")
    read = load_head(tmp_path / "own.npz")
    assert (read.name, read.version, read.cue_names, read.encoder_engine) == ("plain", "1", CUES, None)
    model = read.models["warmth", "enrolled"]
    features = np.array([12.0, -4.0])
    assert model.parts(features, None).sum() + model.offset == pytest.approx(2.75, rel=1e-3)
    assert (tmp_path / "own.md").read_text() == "a card"


def test_an_unmeasured_cue_counts_for_nothing() -> None:
    model = head().models["heat", "enrolled"]
    assert model.parts(np.array([np.nan, -5.0]), None).tolist() == [0.0, 0.0]
    assert model.parts(np.array([12.0, -5.0]), np.array([np.nan, -5.0])).tolist() == [2.0, 0.0]


def test_a_resting_voice_may_weigh_less_than_the_voice_and_what_is_far_above_rises_faster(tmp_path: Path) -> None:
    plain = head()
    model = LinearModel(np.array([1.0, 0.5]), np.array([10.0, -5.0]), 1.0, 0.0, np.array([0.5, 0.0]), 2.0, 3.0)
    save_head(replace(plain, models=dict.fromkeys(plain.models, model)), tmp_path / "own.npz")
    read = load_head(tmp_path / "own.npz").models["heat", "enrolled"]
    raised, rest = np.array([13.0, -5.0]), np.array([12.0, -5.0])
    assert read.parts(raised, rest).tolist() == pytest.approx([2.0, 0.0], abs=1e-3)
    assert read.log_odds(raised, rest) == pytest.approx(2.0, abs=1e-2)
    assert read.log_odds(raised, None) == pytest.approx(3.0 + 2 * 1.0, abs=1e-2)


@pytest.mark.parametrize("content", [b"", b"not a head", b"PK\x03\x04 half a file"])
def test_a_file_that_is_no_head_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "own.npz").write_bytes(content)
    with pytest.raises(ContentError, match=r"own\.npz"):
        load_models(tmp_path / "own.npz")


def test_a_missing_head_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="no such file"):
        load_models(tmp_path / "own.npz")


def test_shipped_heads_say_where_they_come_from_and_cues_rest_on_no_acted_speech(shipped: DeliveryModels) -> None:
    assert shipped.head is not None
    assert "CC BY-NC-SA 4.0" in shipped.head.card
    assert "scripts/train_delivery" in shipped.head.card
    assert "scripts/make_cues_head" in shipped.cues.card
    assert "RAVDESS" not in shipped.cues.card


@pytest.mark.parametrize(
    ("name", "unit"),
    [("tilt_db_per_octave", "dB/octave"), ("pitch_speed_st_per_s", "semitones/s"), ("voiced_run_s", "s"), ("x", "")],
)
def test_units_are_read_off_the_names(name: str, unit: str) -> None:
    assert unit_of(name) == unit


@pytest.fixture(scope="module")
def savee(shared_data: Path, encoder: WhisperEncoder) -> dict[str, HeardClip]:
    """Clips of one SAVEE speaker by name, never trained on."""
    names = ["n01", "n02", "n05", "n09", "a01", "a05", "a09", "h01", "h05", "d05"]
    clips: dict[str, HeardClip] = {}
    for name in names:
        recording = read_audio(shared_data / "savee" / f"DC_{name}.flac").mono()
        spans = SileroActivity().detect(recording)
        clips[name] = (recording, spans, measure_prosody(recording, spans), encoder.encode(recording))
    return clips


@pytest.mark.parametrize("cues_only", [False, True])
def test_raised_voices_are_hotter_than_resting_ones(savee: dict[str, HeardClip], cues_only: bool) -> None:
    models = load_models(cues_only=cues_only)
    rest = make_baseline([savee["n01"], savee["n02"]])
    hot, cool = (
        [described(savee[name], models, rest).heat for name in names]
        for names in (("a01", "a05", "a09"), ("n05", "n09"))
    )
    assert min(hot) > max(cool)


def test_a_happy_voice_is_livelier_than_a_neutral_one(savee: dict[str, HeardClip], shipped: DeliveryModels) -> None:
    rest = make_baseline([savee["n01"], savee["n02"]])
    lively, flat = (described(savee[name], shipped, rest).liveliness for name in ("h05", "n05"))
    assert lively > flat + 0.2


@pytest.mark.parametrize("gain_db", [-12.0, 12.0])
@pytest.mark.parametrize("enrolled", [True, False])
def test_a_louder_microphone_moves_no_value_by_more_than_three_points(
    savee: dict[str, HeardClip], shipped: DeliveryModels, encoder: WhisperEncoder, gain_db: float, enrolled: bool
) -> None:
    rest = make_baseline([savee["n01"], savee["n02"]]) if enrolled else None
    for name in ("n05", "a05", "h05"):
        recording, spans, _, _ = savee[name]
        level = 0.2 / np.abs(recording.samples).max()
        quiet = replace(recording, samples=(recording.samples * level).astype(np.float32))
        louder = replace(quiet, samples=(quiet.samples * 10 ** (gain_db / 20)).astype(np.float32))
        before, after = (
            measure_delivery(one, spans, measure_prosody(one, spans), encoder.encode(one), rest, shipped)
            for one in (quiet, louder)
        )
        for measure in MEASURES:
            assert abs(getattr(after, measure) - getattr(before, measure)) <= 0.03, (name, measure)


def test_heat_is_heard_by_telephone_and_in_light_noise(
    savee: dict[str, HeardClip], shipped: DeliveryModels, encoder: WhisperEncoder
) -> None:
    def through(change: Callable[[Recording], Recording], name: str) -> HeardClip:
        recording = change(savee[name][0])
        spans = SileroActivity().detect(recording)
        return recording, spans, measure_prosody(recording, spans), encoder.encode(recording)

    for change in (lambda r: telephone(r, TelephoneLine(band=False)), lambda r: with_noise(r, 20)):
        rest = make_baseline([through(change, name) for name in ("n01", "n02")])
        hot, cool = (described(through(change, name), shipped, rest).heat for name in ("a05", "n05"))
        assert hot > cool + 0.2
