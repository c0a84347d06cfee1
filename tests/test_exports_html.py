"""The HTML report: safe whatever was said, fetches nothing, plays its moments."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.example_sessions import make_card, make_session
from tests.exports_rig import NASTY, Page, nasty_session, store_of_one
from voicesim.domain import Span
from voicesim.exports import Takeaway, gather
from voicesim.exports.excerpts import excerpt_uri
from voicesim.exports.html_report import html_report
from voicesim.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return store_of_one(tmp_path)


def test_nothing_that_was_said_becomes_part_of_the_page(store: Store) -> None:
    session = nasty_session()
    store.save_session(session)
    store.add_comment(session.id, NASTY, None, NASTY)
    store.override_score(session.id, NASTY, "tone", 10, NASTY)
    page = Page(html_report(gather(store, session), audio=True))
    names = {name for name, _ in page.elements}
    assert not names & {"script", "img", "iframe", "link", "object", "embed", "a", "form", "base"}
    assert not [key for _, attributes in page.elements for key in attributes if key.startswith("on")]
    assert page.text.count("<script>alert(1)</script>") >= 5


def test_the_page_fetches_nothing_and_forbids_scripts(store: Store) -> None:
    text = html_report(gather(store, store.session("a")), audio=True)
    page = Page(text)
    assert "http:" not in text and "https:" not in text and "url(" not in text and "@import" not in text
    assert (
        "meta",
        {
            "http-equiv": "Content-Security-Policy",
            "content": "default-src 'none'; style-src 'unsafe-inline'; media-src data:",
        },
    ) in page.elements
    sources = [attributes["src"] for _, attributes in page.elements if "src" in attributes]
    assert len(sources) == 1 and sources[0] and sources[0].startswith("data:audio/mpeg;base64,")


def test_the_report_shows_scores_overrides_reasons_and_words(store: Store) -> None:
    store.save_rescore("a", make_card(tone=50, pace=None, version="2"))
    text = Page(html_report(gather(store, store.session("a")))).text
    for expected in (
        "The lost parcel",
        "Zoë <Brandt>",
        "less than 15 s of speech",
        "Given by Tom (measured 80): flat close",
        "Say what you heard before you solve it.",
        "said sorry (“I am so sorry”): anger -0.10, trust +0.05",
        "listen here",
        "Rubric default, version 2.",
        "Earlier, by version 1: tone 72, pace 64, warmth 80.",
        "not given: it needs tone",
    ):
        assert expected in text, expected


def test_the_report_can_be_read_in_both_lights() -> None:
    text = html_report(Takeaway(make_session()))
    assert "prefers-color-scheme: dark" in text and "color-scheme: light dark" in text


def test_an_excerpt_holds_the_seconds_around_its_moment(tmp_path: Path) -> None:
    import base64

    path = tmp_path / "a.wav"
    samples = np.zeros((160_000, 2), dtype=np.float32)
    samples[:, 1] = 0.5 * np.sin(2 * np.pi * 440 * np.arange(160_000) / 16_000)
    soundfile.write(path, samples, 16_000)
    uri = excerpt_uri(path, Span(4.0, 6.0))
    assert uri is not None
    heard, rate_hz = soundfile.read(io.BytesIO(base64.b64decode(uri.partition(",")[2])))
    assert len(heard) / rate_hz == pytest.approx(3.0, abs=0.2)
    assert np.sqrt(np.mean(heard[rate_hz // 2 : -rate_hz // 2] ** 2)) == pytest.approx(0.25 / np.sqrt(2), rel=0.1)
    assert excerpt_uri(path, Span(20.0, 21.0)) is None
    (tmp_path / "text.wav").write_text("not sound")
    for recording in (None, tmp_path / "gone.wav", tmp_path / "text.wav"):
        assert excerpt_uri(recording, Span(0.0, 1.0)) is None


def test_an_excerpt_is_never_longer_than_twenty_seconds(tmp_path: Path) -> None:
    import base64

    soundfile.write(tmp_path / "a.flac", np.zeros((16_000 * 90, 2)), 16_000)
    uri = excerpt_uri(tmp_path / "a.flac", Span(0.0, 80.0))
    assert uri is not None
    heard, rate_hz = soundfile.read(io.BytesIO(base64.b64decode(uri.partition(",")[2])))
    assert len(heard) / rate_hz == pytest.approx(20.0, abs=0.2)
