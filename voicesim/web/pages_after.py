"""The page after a call: scores with their moments, the customer's view, the line again, the style guessed."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from voicesim.scoring.words import in_words
from voicesim.web.after_view import STYLES, AfterView, TurnBlock, after_view
from voicesim.web.desk import desk_of, off_loop, open_session, store_of
from voicesim.web.privacy import may_hide
from voicesim.web.rendering import page


async def after(request: Request) -> HTMLResponse:
    """How the call went, for the trainee."""
    return await off_loop(lambda: _after(request))


def view_of(request: Request) -> AfterView:
    """The session named in the path, with what was said of it. Raises UsageError."""
    session, store = open_session(request), store_of(request)
    has_sound = store.recording_file(session) is not None
    return after_view(session, store.judgements(session.id), desk_of(request).retakes, has_sound=has_sound)


def _after(request: Request) -> HTMLResponse:
    view = view_of(request)
    return page(
        request,
        "after.html",
        view=view,
        session=view.session,
        may_hide=may_hide(view.session, request.state.who),
        styles=STYLES,
        in_words=in_words,
        exporters=desk_of(request).parts.exporters,
        retake_data={block.turn.index: _first_take(block) for block in view.turns},
    )


def _first_take(block: TurnBlock) -> dict[str, object]:
    """The line, the reply in the call, and the takes so far, as the page's script reads them."""
    analysis = block.turn.analysis
    card = analysis.scores if analysis else None
    first = {
        "text": block.reply,
        "sound": block.reply_sound,
        "tone": card.tone.value if card else None,
        "pace": card.pace.value if card else None,
        "warmth": card.warmth.value if card else None,
        "speech_rate_wpm": analysis.pace.speech_rate_wpm if analysis else None,
    }
    return {"line": block.turn.line.text, "first": first, "takes": [take.__dict__ for take in block.takes]}


routes = [Route("/sessions/{session_id}", after)]
