"""The replay: waveform, transcript and tracks of a whole call, and two calls side by side."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from voicesim.domain import Session
from voicesim.errors import UsageError
from voicesim.scoring.words import in_words
from voicesim.store import SessionQuery
from voicesim.web.compare_view import compare_view
from voicesim.web.desk import desk_of, off_loop, open_session, store_of
from voicesim.web.media import recording_path
from voicesim.web.pages_after import view_of
from voicesim.web.peaks import peaks_of
from voicesim.web.rendering import page
from voicesim.web.replay_data import marks_data, tracks_data, transcript_data


async def replay(request: Request) -> HTMLResponse:
    """The player's page. What it draws comes in three pieces, so that it can be used before the last has come."""
    return await off_loop(lambda: _replay(request))


def _replay(request: Request) -> HTMLResponse:
    view = view_of(request)
    session = view.session
    words = {
        "lines": transcript_data(session),
        "marks": marks_data(session, view.judgements),
        "duration": session.duration_s,
    }
    return page(
        request,
        "replay.html",
        view=view,
        session=session,
        in_words=in_words,
        data=words,
        exporters=desk_of(request).parts.exporters,
        others=_other_attempts(request, session),
    )


def _other_attempts(request: Request, session: Session) -> list[tuple[str, str]]:
    """Other calls with the same customer that may be compared."""
    if session.scenario is None:
        return []
    found = store_of(request).list_sessions(SessionQuery(scenario_id=session.scenario_id, limit=30))
    return [(s.id, f"{s.trainee}, {s.started_at:%d %b %H:%M}") for s in found if s.id != session.id]


async def tracks(request: Request) -> Response:
    """Pitch, loudness and rate with the trainee's own bands."""

    def work() -> str:
        session = open_session(request, contours=True)
        baseline = store_of(request).baseline(session.trainee)
        return json.dumps(tracks_data(session, baseline), separators=(",", ":"))

    return Response(await off_loop(work), media_type="application/json")


async def peaks(request: Request) -> Response:
    """The waveform."""

    def work() -> bytes:
        session, store = open_session(request), store_of(request)
        return peaks_of(recording_path(request, session), store.data_dir, session.id)

    return Response(await off_loop(work), media_type="application/octet-stream")


async def compare(request: Request) -> HTMLResponse:
    """Two attempts at the same customer, line by line."""
    return await off_loop(lambda: _compare(request))


def _compare(request: Request) -> HTMLResponse:
    ids = [request.query_params.get(name, "") for name in ("a", "b")]
    if not all(ids):
        raise UsageError("choose two calls to compare: tick them on the trainer’s desk")
    request.path_params["session_id"] = ids[0]
    first = open_session(request)
    request.path_params["session_id"] = ids[1]
    second = open_session(request)
    store = store_of(request)
    judgements = store.judgements(first.id), store.judgements(second.id)
    return page(request, "compare.html", view=compare_view(first, second, judgements))


async def export(request: Request) -> Response:
    """The session as a file to take away."""
    exporter = desk_of(request).parts.exporters.get(str(request.path_params["key"]))
    if exporter is None:
        raise UsageError("there is no such report")

    def work() -> tuple[str, bytes]:
        session = open_session(request, contours=True)
        return session.id, exporter.make(session)

    name, made = await off_loop(work)
    headers = {"content-disposition": f'attachment; filename="{name}{exporter.suffix}"'}
    return Response(made, media_type=exporter.media_type, headers=headers)


routes = [
    Route("/compare", compare),
    Route("/sessions/{session_id}/replay", replay),
    Route("/sessions/{session_id}/tracks.json", tracks),
    Route("/sessions/{session_id}/peaks", peaks),
    Route("/sessions/{session_id}/export/{key}", export),
]
