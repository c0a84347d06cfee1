"""Sound: the whole recording with HTTP ranges, excerpts as WAV, the customer thinking aloud, lines taken again."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import soundfile
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from voicesim.audio import read_audio
from voicesim.domain import Recording, Session, Span
from voicesim.errors import AudioError, UsageError
from voicesim.web.desk import desk_of, off_loop, open_session, store_of
from voicesim.web.thoughts import thought_of

LONGEST_EXCERPT_S = 120.0
_TYPES = {".flac": "audio/flac", ".wav": "audio/wav", ".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".m4a": "audio/mp4"}
SIDES = {"customer": 0, "trainee": 1}


def recording_path(request: Request, session: Session) -> Path:
    """Where the session's sound lies. Raises UsageError when it is gone."""
    path = store_of(request).recording_file(session)
    if path is None:
        raise UsageError("the recording of this call is no longer there")
    return path


async def recording(request: Request) -> Response:
    """The whole recording. Browsers ask for it in ranges, so an hour opens at once."""
    path = await off_loop(lambda: recording_path(request, open_session(request)))
    media_type = _TYPES.get(path.suffix.lower(), "application/octet-stream")
    return FileResponse(path, media_type=media_type, headers={"cache-control": "private, max-age=3600"})


async def excerpt(request: Request) -> Response:
    """`from` to `to` seconds of one side, or of both, as a WAV file."""
    span = _asked_span(request)
    side = request.query_params.get("side", "both")
    if side not in {*SIDES, "both"}:
        raise UsageError("a side is customer, trainee or both")

    def work() -> bytes:
        session = open_session(request)
        return wav(cut(recording_path(request, session), span, side))

    return Response(await off_loop(work), media_type="audio/wav", headers={"cache-control": "private, max-age=600"})


async def thought(request: Request) -> Response:
    """What the customer felt at a turn, said in their own voice."""
    index = int(request.path_params["turn"])

    def work() -> bytes:
        session = open_session(request)
        turn = next((t for t in session.turns if t.index == index), None)
        if session.scenario is None or turn is None:
            raise UsageError("this call has no such turn")
        return wav(desk_of(request).parts.studio.say(session.scenario.persona, thought_of(turn), turn.mood_after))

    return Response(await off_loop(work), media_type="audio/wav", headers={"cache-control": "private, max-age=3600"})


async def take(request: Request) -> Response:
    """A line taken again."""
    turn, number = int(request.path_params["turn"]), int(request.path_params["number"])

    def work() -> Path:
        session = open_session(request)
        return desk_of(request).retakes.file(session.id, turn, number)

    return FileResponse(await off_loop(work), media_type="audio/flac")


def cut(path: Path, span: Span, side: str) -> Recording:
    """A stretch of a recording, mono. Sound files that cannot be sought are read whole. Raises AudioError."""
    try:
        with soundfile.SoundFile(path) as file:
            rate = int(file.samplerate)
            file.seek(min(round(span.start_s * rate), int(file.frames)))
            samples = file.read(round(span.duration_s * rate), dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, RuntimeError):
        whole = read_audio(path).slice(span)
        rate, samples = whole.sample_rate_hz, whole.samples.reshape(len(whole.samples), -1)
    if samples.shape[1] == 1 or side == "both":
        return Recording(samples.mean(axis=1, dtype=np.float32), rate, source=str(path))
    return Recording(np.ascontiguousarray(samples[:, SIDES[side]]), rate, source=str(path))


def wav(recording: Recording) -> bytes:
    """A mono recording as a 16-bit WAV file. Raises AudioError when it is empty."""
    if len(recording.samples) == 0:
        raise AudioError("there is no sound at this moment")
    out = io.BytesIO()
    soundfile.write(out, np.clip(recording.samples, -1, 1), recording.sample_rate_hz, format="WAV", subtype="PCM_16")
    return out.getvalue()


def _asked_span(request: Request) -> Span:
    try:
        start, end = float(request.query_params["from"]), float(request.query_params["to"])
    except (KeyError, ValueError):
        raise UsageError("an excerpt needs from and to in seconds") from None
    if not (0 <= start < end and end - start <= LONGEST_EXCERPT_S):
        raise UsageError(f"an excerpt lasts at most {LONGEST_EXCERPT_S:.0f} s")
    return Span(start, end)


routes = [
    Route("/sessions/{session_id}/recording", recording),
    Route("/sessions/{session_id}/excerpt.wav", excerpt),
    Route("/sessions/{session_id}/turns/{turn:int}/thought.wav", thought),
    Route("/sessions/{session_id}/turns/{turn:int}/takes/{number:int}.flac", take),
]
