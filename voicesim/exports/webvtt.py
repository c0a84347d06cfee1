"""WebVTT transcript: captions with the speaker's name and, where words are timed, the time of each word.

Format: https://www.w3.org/TR/webvtt1/
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from html import escape

from voicesim.domain import Span, Word
from voicesim.exports.takeaway import Takeaway, Utterance, utterances
from voicesim.exports.tracks import one_line

LONGEST_CUE_S = 7.0
LONGEST_CUE_CHARACTERS = 84
"""Two lines of 42 characters, and the longest time a caption stands (BBC subtitle guidelines)."""


def webvtt(takeaway: Takeaway) -> str:
    """The call's captions, in order of time."""
    blocks = ["WEBVTT", f"NOTE {_note(takeaway.title)}, session {takeaway.session.id}"]
    cues = [(span, one, text) for one in utterances(takeaway.session) for span, text in _cues(one)]
    for span, one, text in sorted(cues, key=lambda cue: (cue[0], cue[1].party)):
        voice = _escaped(takeaway.name_of(one.party))
        blocks.append(f"{_time(span.start_s)} --> {_time(max(span.end_s, span.start_s + 0.001))}\n<v {voice}>{text}")
    return "\n\n".join(blocks) + "\n"


def _cues(utterance: Utterance) -> Iterator[tuple[Span, str]]:
    """An utterance in captions short enough to read."""
    if not utterance.words:
        yield from _untimed(utterance)
        return
    group: list[Word] = []
    for word in utterance.words:
        too_long = group and (
            word.span.end_s - group[0].span.start_s > LONGEST_CUE_S
            or sum(len(one.text) + 1 for one in group) + len(word.text) > LONGEST_CUE_CHARACTERS
        )
        if too_long:
            yield _timed(group)
            group = []
        group.append(word)
    yield _timed(group)


def _untimed(utterance: Utterance) -> Iterator[tuple[Span, str]]:
    """Lines of a text whose words have no times; each takes the share of the time that it has of the letters."""
    lines = textwrap.wrap(one_line(utterance.text), LONGEST_CUE_CHARACTERS, break_long_words=False)
    letters, before = sum(map(len, lines)), 0
    span = utterance.span
    for line in lines:
        start_s = span.start_s + span.duration_s * before / letters
        before += len(line)
        yield Span(start_s, max(start_s, span.start_s + span.duration_s * before / letters)), _escaped(line)


def _timed(words: list[Word]) -> tuple[Span, str]:
    """The words with a time stamp before each one that begins after the last; a stamp must lie inside its cue."""
    start_s, end_s = words[0].span.start_s, max(word.span.end_s for word in words)
    text, at_ms = _escaped(words[0].text), _ms(start_s)
    for word in words[1:]:
        stamped = at_ms < _ms(word.span.start_s) < _ms(end_s)
        text += f" <{_time(word.span.start_s)}>" if stamped else " "
        text += _escaped(word.text)
        at_ms = _ms(word.span.start_s) if stamped else at_ms
    return Span(start_s, end_s), text


def _escaped(text: str) -> str:
    return escape(one_line(text), quote=False)


def _note(text: str) -> str:
    return one_line(text).replace("-->", "->")


def _ms(seconds: float) -> int:
    return max(0, round(seconds * 1000))


def _time(seconds: float) -> str:
    rest, ms = divmod(_ms(seconds), 1000)
    minutes, s = divmod(rest, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{s:02}.{ms:03}"
