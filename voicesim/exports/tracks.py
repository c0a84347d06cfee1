"""Labelled stretches of a call, by track: what Audacity and Praat show beside the sound."""

from __future__ import annotations

from dataclasses import dataclass

from voicesim.domain import Score, Session, Span
from voicesim.exports.takeaway import Takeaway, utterances


@dataclass(frozen=True)
class Label:
    """A stretch of the call and what to write there, on one line."""

    span: Span
    text: str


@dataclass(frozen=True)
class Track:
    """Labels of one sort in order of time; those of a `tiled` track never overlap."""

    name: str
    labels: tuple[Label, ...]
    tiled: bool = True


def tracks_of(takeaway: Takeaway) -> list[Track]:
    """Every track that has labels; the parties' own come first."""
    session = takeaway.session
    said = utterances(session)
    tracks = [
        Track("customer", _labels((one.span, one.text) for one in said if one.party == "customer")),
        Track("trainee", _labels((one.span, one.text) for one in said if one.party == "trainee")),
        Track("words", _labels((word.span, word.text) for one in said for word in one.words)),
        *_timing_tracks(session),
        Track("behaviours", _behaviours(session), tiled=False),
        Track("evidence", _evidence(session), tiled=False),
        Track("judgements", _judgements(takeaway), tiled=False),
    ]
    return [track for track in tracks if track.labels]


def one_line(text: str) -> str:
    """The text without line breaks, tabs and other control characters."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _labels(pairs: object) -> tuple[Label, ...]:
    return tuple(sorted((Label(span, one_line(text)) for span, text in pairs), key=lambda label: label.span))  # type: ignore[attr-defined]


def _timing_tracks(session: Session) -> list[Track]:
    pauses = session.analysis.pace.pauses if session.analysis else ()
    tracks = [Track("pauses", _labels((span, f"{span.duration_s:.2f} s") for span in pauses))]
    if session.timing is not None:
        overlaps, silences = session.timing.overlaps or (), session.timing.dead_air
        tracks.append(Track("overlaps", _labels((one.span, f"{one.kind} by {one.by}") for one in overlaps)))
        tracks.append(
            Track(
                "dead air",
                _labels((one.span, f"{one.severity}{', announced' if one.announced else ''}") for one in silences),
            )
        )
    return tracks


def _behaviours(session: Session) -> tuple[Label, ...]:
    findings = session.analysis.wording.findings if session.analysis else ()
    return _labels((one.span, f"{one.behaviour}: {one.quote}") for one in findings)


def _evidence(session: Session) -> tuple[Label, ...]:
    if session.scores is None:
        return ()
    scores: tuple[Score, ...] = (session.scores.tone, session.scores.pace, session.scores.warmth)
    return _labels(
        (one.span, f"{score.name}: {one.measure} {one.value:.3g} {one.unit}".removesuffix(" 0-1").rstrip())
        for score in scores
        for one in score.evidence
        if one.span is not None
    )


def _judgements(takeaway: Takeaway) -> tuple[Label, ...]:
    comments = [(one.span, f"{one.author}: {one.text}") for one in takeaway.judgements.comments]
    examples = [(one.span, f"{one.author}, example: {one.why}") for one in takeaway.judgements.examples]
    return _labels((span, text) for span, text in comments + examples if span is not None)
