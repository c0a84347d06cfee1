"""Recorded calls are found in folders, globs, manifests and addresses, and the agent’s side of each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.conftest import tone
from voicesim.batch import CallSource, find_calls
from voicesim.batch.channels import chosen_side, find_agent, parties
from voicesim.domain import Recording, Span, Transcript
from voicesim.errors import AudioError, ContentError, UsageError


def put_call(path: Path, seconds: float = 0.2) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, tone(200, seconds, rate_hz=8000).samples, 8000, format="WAV")
    return path


class TestSources:
    def test_a_folder_is_searched_to_its_depths_in_order(self, tmp_path: Path) -> None:
        for name in ("b.wav", "a.mp3", "deep/er/c.flac", ".hidden.wav", "notes.txt"):
            put_call(tmp_path / name)
        (tmp_path / "folder.wav").mkdir()
        names = [str(Path(call.location).relative_to(tmp_path)) for call in find_calls([str(tmp_path)])]
        assert names == ["a.mp3", "b.wav", "deep/er/c.flac", "folder.wav"]

    def test_a_call_named_twice_is_scored_once(self, tmp_path: Path) -> None:
        call = str(put_call(tmp_path / "a.wav"))
        assert [c.location for c in find_calls([call, str(tmp_path), f"{tmp_path}/*.wav"])] == [call]

    def test_a_manifest_carries_every_column(self, tmp_path: Path) -> None:
        manifest = tmp_path / "calls.csv"
        manifest.write_text(
            "path,agent,customer,agent_channel,queue\nsub/a.wav,Ann,Mr Bo,Left,billing\n\nb.wav,,,,sales\n", "utf-8"
        )
        first, second = find_calls([str(manifest)])
        assert first == CallSource(str(tmp_path / "sub/a.wav"), "Ann", "Mr Bo", "left", {"queue": "billing"})
        assert (second.agent, second.agent_channel, second.extra["queue"]) == (None, None, "sales")

    @pytest.mark.parametrize(
        ("content", "line", "says"),
        [
            ("file\na.wav\n", 1, "path"),
            ("path,agent_channel\na.wav,middle\n", 2, "left, right, auto"),
            ("path,agent\n,Ann\n", 2, "is empty"),
            ("path\na.wav,extra\n", 2, "more cells"),
        ],
    )
    def test_a_bad_manifest_names_file_and_line(self, tmp_path: Path, content: str, line: int, says: str) -> None:
        manifest = tmp_path / "calls.csv"
        manifest.write_text(content)
        with pytest.raises(ContentError, match=says) as caught:
            find_calls([str(manifest)])
        assert caught.value.line == line
        assert str(manifest) in str(caught.value)

    def test_addresses_are_listed_and_opened(self) -> None:
        fsspec = pytest.importorskip("fsspec")
        from voicesim.audio import read_audio
        from voicesim.batch.sources import open_call

        store = fsspec.filesystem("memory")
        with store.open("/calls/deep/a.wav", "wb") as file:
            soundfile.write(file, tone(200, 0.3, rate_hz=8000).samples, 8000, format="WAV")
        with store.open("/calls/list.csv", "wb") as file:
            file.write(b"path\ndeep/a.wav\n")
        for source in ("memory://calls", "memory://calls/deep/*.wav", "memory://calls/list.csv"):
            (call,) = find_calls([source])
            with open_call(call.location) as file:
                assert read_audio(file, name=call.location).duration_s == pytest.approx(0.3)
        with pytest.raises(AudioError, match="no such file"), open_call("memory://calls/none.wav"):
            pass

    def test_nothing_there_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="no recorded calls"):
            find_calls([str(tmp_path)])


class TestChannels:
    AGENT = "Thank you for calling Platinum Motors, how can I help you? Could you spell that for me? Let me check."
    CUSTOMER = "Hi, I'm calling about my car. I got a problem with my order. When will it be ready?"

    def said(self, text: str) -> Transcript:
        return Transcript(text, (), "en", "test")

    @pytest.mark.parametrize("agent_side", [0, 1])
    def test_the_agent_greets_asks_and_offers(self, agent_side: int) -> None:
        texts = [self.CUSTOMER, self.CUSTOMER]
        texts[agent_side] = self.AGENT
        spans = [(Span(1.0, 2.0),), (Span(0.0, 1.0),)]
        found = find_agent([self.said(text) for text in texts], spans)
        assert (found.side, found.by) == (agent_side, "found")
        assert found.certainty > 0.9

    def test_without_a_sign_it_is_a_guess(self) -> None:
        found = find_agent([self.said("yes"), self.said("no")], [(), ()])
        assert found.certainty == pytest.approx(0.5)

    def test_the_manifest_goes_before_the_option(self) -> None:
        side = chosen_side("left", "right")
        assert side is not None
        assert (side.side, side.by) == (1, "manifest")
        assert chosen_side("auto", None) is None

    def test_the_same_sound_twice_is_one_channel(self) -> None:
        one, two = tone(200, 1.0).samples, tone(313, 1.0).samples
        assert parties(Recording(one, 16_000)) == 1
        assert parties(Recording(np.stack([one, one], axis=1), 16_000)) == 1
        assert parties(Recording(np.stack([one, 0 * one], axis=1), 16_000)) == 1
        assert parties(Recording(np.stack([one, two], axis=1), 16_000)) == 2
        with pytest.raises(AudioError, match="3 channels"):
            parties(Recording(np.stack([one, two, two], axis=1), 16_000, "three.wav"))
