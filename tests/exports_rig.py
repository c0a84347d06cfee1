"""A stored call to take away, one that is out to break every file, and readers that hold files to their rules."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import soundfile

from tests.example_sessions import make_scenario, make_session
from voicesim.domain import Session, Span
from voicesim.store import Store

NASTY = "</style><script>alert(1)</script><img src=x onerror=alert(1)> \"quoted\" 'single' & --> =1+1 \t\n\x07 日本 🙂"


def nasty_session() -> Session:
    """A call in which every text is out to break the file it is written to."""
    scenario = replace(make_scenario(name=NASTY), title=NASTY)
    session = make_session(scenario=scenario, trainee=NASTY, extra=NASTY)
    turns = tuple(replace(turn, line=replace(turn.line, text=NASTY)) for turn in session.turns)
    return replace(session, turns=turns)


def cues(text: str) -> list[tuple[float, float, str]]:
    """The cues of a WebVTT file by the rules of its standard."""
    blocks = text.split("\n\n")
    assert blocks[0] == "WEBVTT"
    found = []
    for block in blocks[1:]:
        if block.startswith("NOTE"):
            continue
        times, *lines = block.strip("\n").split("\n")
        matched = re.fullmatch(r"(\d+):(\d\d):(\d\d\.\d{3}) --> (\d+):(\d\d):(\d\d\.\d{3})", times)
        assert matched, times
        hours, minutes, seconds, *end = map(float, matched.groups())
        assert "-->" not in "".join(lines)
        found.append((3600 * hours + 60 * minutes + seconds, 3600 * end[0] + 60 * end[1] + end[2], "\n".join(lines)))
    return found


def rows_of(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


class Page(HTMLParser):
    """Elements in order, checked to be closed in order, and all text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def store_of_one(folder: Path) -> Store:
    """A store in `folder` with one call, "a", of 36 s of sound, that a trainer judged."""
    store = Store(folder / "data")
    soundfile.write(
        store.recordings_dir / "a.flac", 0.1 * np.random.default_rng(0).standard_normal((16_000 * 36, 2)), 16_000
    )
    store.save_session(make_session("a", recording_path="recordings/a.flac"))
    store.override_score("a", "Tom", "warmth", 60, "flat close")
    store.add_comment("a", "Tom", Span(1.0, 2.0), "listen here")
    return store
