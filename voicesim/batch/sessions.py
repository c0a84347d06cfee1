"""A recorded call as a session, so that the trainer's page replays it like a practice call."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from voicesim.audio import read_audio, write_flac
from voicesim.batch.hear_call import HeardCall
from voicesim.batch.rows import CallRows
from voicesim.batch.sources import CallSource, is_address, open_call
from voicesim.domain import (
    Analysis,
    CallEnding,
    CustomerLine,
    Ending,
    Mood,
    Recording,
    Session,
    SessionKind,
    Span,
    Transcript,
    Turn,
)
from voicesim.errors import AudioError, StoreError
from voicesim.redaction import redact_audio

if TYPE_CHECKING:
    from voicesim.store import Store

UNNAMED_AGENT = "unnamed agent"
NO_MOOD = Mood(anger=0.0, patience=0.5, trust=0.5)
"""Stands where a session wants the customer's mood: a recorded customer's mood is not known and never guessed."""


def as_session(source: CallSource, heard: HeardCall, analysis: Analysis, customer: Transcript) -> Session:
    """The session of a recorded call; its id is the same each time. `analysis` and `customer` hold no numbers."""
    from voicesim.store import stable_session_id  # a database library, wanted only with --store

    started_at = _recorded_at(source.location)
    name = Path(source.location).name
    return Session(
        id=stable_session_id(started_at, source.location),
        kind=SessionKind.BATCH,
        scenario_id=name,
        trainee=source.agent or UNNAMED_AGENT,
        started_at=started_at,
        duration_s=analysis.duration_s,
        ending=CallEnding(Ending.LEFT, f"recorded call {name}"),
        turns=tuple(_turns(heard, customer)),
        analysis=analysis,
        scores=analysis.scores,
        timing=heard.timing,
        recording_path=None,
    )


def file_session(store: Store, source: CallSource, rows: CallRows, *, silence_numbers: bool) -> None:
    """Write the call's sound (customer on channel 0, agent on 1) and its session.

    With `silence_numbers` a tone covers spoken numbers. Raises AudioError when the call cannot be read any more,
    StoreError when the store's disk does not take it.
    """
    if rows.session is None:
        return
    with open_call(source.location) as file:
        recording = read_audio(file, name=source.location)
    path = store.recordings_dir / f"{rows.session.id}.flac"
    arranged = _arranged(recording, str(rows.call["agent_channel"]))
    try:
        write_flac(redact_audio(arranged, rows.removed) if silence_numbers else arranged, path)
        store.save_session(replace(rows.session, recording_path=str(path.relative_to(store.data_dir))))
    except (AudioError, StoreError) as error:
        raise StoreError(f"{error}; then run the same command with --resume, finished calls are kept") from error


def _arranged(recording: Recording, agent_channel: str) -> Recording:
    samples = recording.samples if recording.channels == 2 else np.stack([recording.mono().samples] * 2, axis=1)
    return replace(recording, samples=samples[:, ::-1] if agent_channel == "left" else samples)


def _turns(heard: HeardCall, customer: Transcript) -> list[Turn]:
    """Each customer turn with the agent's turn that follows it; an agent who opens the call answers silence."""
    floor = [(span, True) for span in heard.timing.trainee_turns] + [(s, False) for s in heard.timing.customer_turns]
    pairs: list[tuple[Span, Span | None]] = []
    for span, is_agent in sorted(floor):
        if not is_agent:
            pairs.append((span, None))
        elif pairs and pairs[-1][1] is None:
            pairs[-1] = (pairs[-1][0], span)
        else:
            pairs.append((Span(span.start_s, span.start_s), span))
    gaps = {gap.span.end_s: gap.gap_s for gap in heard.timing.response_gaps}
    return [
        Turn(
            index=index,
            line=CustomerLine(customer.within(asked).text, NO_MOOD, beat=""),
            customer_span=asked,
            reply_span=reply,
            analysis=None,
            mood_after=NO_MOOD,
            response_gap_s=gaps.get(reply.start_s) if reply else None,
        )
        for index, (asked, reply) in enumerate(pairs)
    ]


def _recorded_at(location: str) -> datetime:
    """When the file was last written; the epoch for an address, whose stores differ in what they tell."""
    if is_address(location):
        return datetime.fromtimestamp(0, UTC)
    return datetime.fromtimestamp(Path(location).stat().st_mtime, UTC)
