"""Files to take away: read back by other programs' rules, safe whatever was said."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.domain_values import values
from tests.example_sessions import make_card, make_scenario, make_session
from voicesim.domain import Judgements, Session, SessionKind, Span
from voicesim.errors import StoreError, UsageError
from voicesim.exports import FORMATS, Takeaway, export_session, export_sessions, gather, take_away
from voicesim.exports.audacity import audacity_labels
from voicesim.exports.excerpts import excerpt_uri
from voicesim.exports.html_report import html_report
from voicesim.exports.tables import COLUMNS, session_table
from voicesim.exports.takeaway import utterances
from voicesim.exports.textgrid import textgrid, tiles
from voicesim.exports.tracks import Label
from voicesim.exports.webvtt import webvtt
from voicesim.store import TRAINER, SessionQuery, Store

NASTY = "</style><script>alert(1)</script><img src=x onerror=alert(1)> \"quoted\" 'single' & --> =1+1 \t\n\x07 日本 🙂"


def nasty_session() -> Session:
    """A call in which every text is out to break the file it is written to."""
    scenario = replace(make_scenario(name=NASTY), title=NASTY)
    session = make_session(scenario=scenario, trainee=NASTY, extra=NASTY)
    turns = tuple(replace(turn, line=replace(turn.line, text=NASTY)) for turn in session.turns)
    return replace(session, turns=turns)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "data")
    soundfile.write(
        store.recordings_dir / "a.flac", 0.1 * np.random.default_rng(0).standard_normal((16_000 * 36, 2)), 16_000
    )
    store.save_session(make_session("a", recording_path="recordings/a.flac"))
    store.override_score("a", "Tom", "warmth", 60, "flat close")
    store.add_comment("a", "Tom", Span(1.0, 2.0), "listen here")
    return store


# Files


@pytest.mark.parametrize("suffix", sorted(one.suffix for one in FORMATS.values()))
def test_every_format_is_chosen_by_the_files_ending(store: Store, tmp_path: Path, suffix: str) -> None:
    for spelled in (suffix, suffix.upper()):
        export_session(store, "a", tmp_path / f"call{spelled}")
        assert (tmp_path / f"call{spelled}").stat().st_size > 100


def test_an_unknown_ending_or_format_names_those_there_are(store: Store, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.html, \.pdf, \.csv, \.vtt, \.txt, \.TextGrid"):
        export_session(store, "a", tmp_path / "call.docx")
    with pytest.raises(UsageError, match="html, pdf, csv, vtt, audacity, textgrid"):
        take_away(store, store.session("a"), "docx")


def test_a_file_that_cannot_be_written_is_one_line_and_leaves_nothing(store: Store, tmp_path: Path) -> None:
    (tmp_path / "folder.vtt").mkdir()
    for output in (tmp_path / "nowhere" / "call.vtt", tmp_path / "folder.vtt"):
        with pytest.raises(StoreError, match="cannot be written") as raised:
            export_session(store, "a", output)
        assert "\n" not in str(raised.value)
    assert not list(tmp_path.rglob("*.part"))


def test_a_private_call_is_not_exported_for_the_trainer(store: Store, tmp_path: Path) -> None:
    store.set_private("a", True)
    with pytest.raises(UsageError, match="no session"):
        export_session(store, "a", tmp_path / "call.csv", viewer=TRAINER)
    assert export_sessions(store, SessionQuery(), tmp_path / "all.csv") == 0


@settings(max_examples=12, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(session=values(Session, measured=True), judgements=values(Judgements, measured=True))
def test_every_format_can_be_made_of_any_session(session: Session, judgements: Judgements) -> None:
    taken = Takeaway(session, judgements)
    for one in FORMATS.values():
        one.make(taken).decode("latin-1")


@pytest.mark.parametrize("key", FORMATS)
def test_a_call_that_was_lost_can_still_be_taken_away(store: Store, key: str) -> None:
    store.begin_session("lost", "lost-parcel", "Ana", make_session().started_at, None)
    assert take_away(store, store.session("lost"), key) or key == "audacity"


def test_recorded_calls_without_turns_have_their_words(store: Store) -> None:
    session = replace(make_session(kind=SessionKind.BATCH), turns=(), scenario=None)
    said = utterances(session)
    assert said and {one.party for one in said} == {"trainee"}
    assert "sorry" in webvtt(Takeaway(session))


def test_a_recorded_customers_mood_is_never_made_up() -> None:
    session = replace(make_session(kind=SessionKind.BATCH), scenario=None)
    turns = tuple(replace(turn, changes=(), analysis=None) for turn in session.turns)
    turns += (replace(turns[0], line=replace(turns[0].line, text=""), reply_span=None),)
    taken = Takeaway(replace(session, turns=turns))
    assert not [row for row in rows_of(session_table(taken)) if row["row"].startswith("mood")]
    text = Page(html_report(taken)).text
    assert "How the customer felt" not in text and "(no reply)" not in text
    assert "(no words were recognised)" not in text


# WebVTT


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


def test_captions_carry_who_speaks_and_the_time_of_each_word() -> None:
    found = cues(webvtt(Takeaway(make_session())))
    assert found[0] == (0.0, 4.0, "<v Zoë &lt;Brandt&gt;>Where is my parcel number 0?")
    assert found[1][2].startswith("<v Ana>I <00:00:04.917>am <00:00:05.333>so")
    assert all(start < end for start, end, _ in found)
    assert [start for start, _, _ in found] == sorted(start for start, _, _ in found)


def test_word_stamps_rise_inside_their_cue_and_captions_stay_short() -> None:
    for start, end, text in cues(webvtt(Takeaway(make_session(turns=4, turn_s=60.0)))):
        stamps = [3600 * int(h) + 60 * int(m) + float(s) for h, m, s in re.findall(r"<(\d+):(\d+):([\d.]+)>", text)]
        assert all(start < at < end for at in stamps) and stamps == sorted(set(stamps))
        spoken = re.sub(r"<[^>]*>", "", text)
        assert len(spoken) <= 84 and (end - start <= 7.001 or "parcel" in spoken)


def test_no_word_is_lost_between_captions() -> None:
    session = make_session(turns=2, turn_s=40.0)
    spoken = " ".join(re.sub(r"<[^>]*>", "", text) for _, _, text in cues(webvtt(Takeaway(session))))
    assert spoken.split() == [word for one in utterances(session) for word in one.text.split()]


def test_a_long_line_without_word_times_is_shared_out_over_its_seconds() -> None:
    session = make_session(turns=1, turn_s=30.0)
    line = " ".join(f"word{i:02}" for i in range(40))
    turns = tuple(
        replace(turn, line=replace(turn.line, text=line), reply_span=None, analysis=None) for turn in session.turns
    )
    found = cues(webvtt(Takeaway(replace(session, turns=turns))))
    assert len(found) == 4 and (found[0][0], found[-1][1]) == (0.0, 10.0)
    assert [before[1] for before in found[:-1]] == [after[0] for after in found[1:]]
    assert " ".join(text.removeprefix("<v Zoë &lt;Brandt&gt;>") for _, _, text in found) == line


def test_captions_cannot_be_broken_out_of() -> None:
    for _, _, text in cues(webvtt(Takeaway(nasty_session()))):
        without_stamps = re.sub(r"<\d\d:\d\d:\d\d\.\d{3}>", "", text)
        assert re.fullmatch(r"<v [^<>\n]*>[^<>\n]*", without_stamps)


# Audacity


def test_audacity_labels_are_three_fields_a_line_in_order_of_time(store: Store) -> None:
    lines = [line.split("\t") for line in audacity_labels(gather(store, store.session("a"))).splitlines()]
    assert all(len(line) == 3 and float(line[0]) <= float(line[1]) for line in lines)
    assert [float(line[0]) for line in lines] == sorted(float(line[0]) for line in lines)
    assert ["0.000000", "4.000000", "customer: Where is my parcel number 0?"] in lines
    assert ["1.000000", "2.000000", "judgements: Tom: listen here"] in lines


def test_audacity_labels_stay_on_one_line() -> None:
    for line in audacity_labels(Takeaway(nasty_session())).split("\n")[:-1]:
        assert len(line.split("\t")) == 3 and line.isprintable() is False and "\x07" not in line


# TextGrid

spans = st.tuples(st.floats(0, 50), st.floats(0, 50)).map(lambda pair: Span(min(pair), max(pair)))


@given(st.lists(st.builds(Label, spans, st.text("ab", min_size=1, max_size=3)), max_size=12))
def test_intervals_tile_the_whole_call_whatever_overlaps(labels: list[Label]) -> None:
    tiled = tiles(labels, 50.0)
    assert tiled[0][0] == 0.0 and tiled[-1][1] == 50.0
    assert all(start < end for start, end, _ in tiled)
    assert all(before[1] == after[0] for before, after in pairwise(tiled))
    assert {text for _, _, text in tiled} <= {label.text for label in labels} | {""}


@given(st.lists(st.floats(0.001, 5), min_size=1, max_size=8))
def test_intervals_that_do_not_overlap_keep_their_times(lengths: list[float]) -> None:
    edges = np.cumsum([0.5, *lengths]).tolist()
    labels = [Label(Span(a, b), f"{i}") for i, (a, b) in enumerate(pairwise(edges))]
    kept = {text: (start, end) for start, end, text in tiles(labels, edges[-1] + 1.0)}
    for label in labels:
        assert kept[label.text] == pytest.approx((label.span.start_s, label.span.end_s), abs=2e-6)


def test_praat_reads_every_tier_back(store: Store, tmp_path: Path) -> None:
    parselmouth = pytest.importorskip(
        "parselmouth", reason="Praat itself reads the file where praat-parselmouth is installed"
    )
    session = nasty_session()
    store.save_session(session)
    store.add_comment(session.id, NASTY, Span(1.0, 2.0), NASTY)
    path = tmp_path / "call.TextGrid"
    path.write_text(textgrid(gather(store, session)), encoding="utf-8")
    grid = parselmouth.read(str(path))
    tiers = int(parselmouth.praat.call(grid, "Get number of tiers"))
    names = [parselmouth.praat.call(grid, "Get tier name", tier) for tier in range(1, tiers + 1)]
    assert names == ["customer", "trainee", "words", "behaviours", "evidence", "judgements"]
    assert parselmouth.praat.call(grid, "Get end time") == pytest.approx(session.duration_s)
    label = parselmouth.praat.call(grid, "Get label of interval", 1, 1)
    assert label == " ".join("".join(char if char.isprintable() else " " for char in NASTY).split())
    start = parselmouth.praat.call(grid, "Get start time of interval", 2, 2)
    assert start == pytest.approx(session.turns[0].reply_span.start_s)  # type: ignore[union-attr]


# CSV


def rows_of(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_the_table_holds_everything_with_its_seconds(store: Store) -> None:
    store.save_rescore("a", make_card(tone=50, pace=None, version="2"))
    rows = rows_of(session_table(gather(store, store.session("a"))))
    assert set(rows[0]) == set(COLUMNS) and {row["session_id"] for row in rows} == {"a"}

    def of(kind: str, name: str = "") -> list[dict[str, str]]:
        return [row for row in rows if row["row"] == kind and row["name"] == (name or row["name"])]

    assert [row["value"] for row in of("score", "tone")] == ["72", "50"]
    assert (of("score", "pace")[1]["value"], of("score", "pace")[1]["reason"]) == ("", "less than 15 s of speech")
    assert of("measure", "speech_rate_wpm")[0]["value"] == "150"
    assert of("measure", "spectral_tilt_db_per_octave")[0]["value"] == ""
    words = of("word")
    assert [row["text"] for row in words[:4]] == ["I", "am", "so", "sorry"]
    assert float(words[1]["start_s"]) == pytest.approx(4.9166667) and words[0]["value"] == "0.93"
    (override,) = of("override")
    assert (override["value"], override["text"], override["reason"], override["author"]) == (
        "60",
        "measured 80",
        "flat close",
        "Tom",
    )
    assert {"utterance", "response gap", "mood", "mood change: anger", "behaviour", "comment", "advice"} <= {
        r["row"] for r in rows
    }


def test_no_cell_of_the_table_is_a_formula() -> None:
    scenario = replace(make_scenario(name="=cmd|' /C calc'!A0"), title="@SUM(1)")
    session = make_session(scenario=scenario, trainee="+1", extra="-2 =3 @4")
    for row in rows_of(session_table(Takeaway(session))):
        for name in ("text", "name", "reason", "source", "author", "party", "session_id"):
            assert row[name][:1] not in ("=", "+", "-", "@", "\t", "\r")
    texts = [row["text"] for row in rows_of(session_table(Takeaway(session))) if row["row"] == "word"]
    assert texts[:3] == ["'-2", "'=3", "'@4"]


def test_nasty_text_stays_in_its_cell() -> None:
    rows = rows_of(session_table(Takeaway(nasty_session())))
    assert NASTY in [row["text"] for row in rows if row["row"] == "utterance"]


def test_a_list_is_a_row_for_every_session(store: Store, tmp_path: Path) -> None:
    store.save_session(make_session("b", card=make_card(tone=None), trainee="=Ben"))
    assert export_sessions(store, SessionQuery(order_by="tone", limit=None), tmp_path / "all.csv") == 2
    rows = rows_of((tmp_path / "all.csv").read_bytes().decode())
    assert [(row["id"], row["tone"], row["trainee"]) for row in rows] == [("a", "72", "Ana"), ("b", "", "'=Ben")]
    assert (rows[0]["warmth"], rows[0]["overridden"], rows[0]["private"]) == ("60", "warmth", "no")


# HTML


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
