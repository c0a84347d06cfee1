"""The practice room: choosing a customer, the headset check, the call itself, and progress over weeks."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from voicesim.recording import reading_text
from voicesim.store import ProgressPoint, SessionQuery
from voicesim.web.customer_cards import Try, make_cards, suggest
from voicesim.web.desk import desk_of, off_loop, store_of
from voicesim.web.rendering import page

TRIES_LOOKED_AT = 200


def tries_of(request: Request) -> list[Try]:
    """The asking trainee's practice calls, newest first."""
    query = SessionQuery(trainee=request.state.who, viewer=request.state.who, limit=TRIES_LOOKED_AT)
    return [
        Try(s.id, s.scenario_id, s.ending, s.tone, s.pace, s.warmth, s.overall)
        for s in store_of(request).list_sessions(query)
    ]


async def home(_: Request) -> Response:
    """The practice room is the front door."""
    return RedirectResponse("/practice", 303)


async def practice(request: Request) -> HTMLResponse:
    """Cards of customers and whom to call next."""
    return await off_loop(lambda: _practice(request))


def _practice(request: Request) -> HTMLResponse:
    desk = desk_of(request)
    tries = tries_of(request)
    cards = make_cards(desk.parts.scenarios(), tries)
    call = desk.board.current
    return page(
        request,
        "practice.html",
        cards=cards,
        suggestion=suggest(cards, tries),
        industries=sorted({card.scenario.industry for card in cards}),
        devices=desk.devices(),
        has_baseline=store_of(request).baseline(request.state.who) is not None,
        live=call.customer if call is not None and desk.board.busy else None,
    )


async def headset(request: Request) -> HTMLResponse:
    """Device, room, echo, level, and the resting voice."""
    return await off_loop(lambda: _headset(request))


def _headset(request: Request) -> HTMLResponse:
    baseline = store_of(request).baseline(request.state.who)
    return page(request, "headset.html", devices=desk_of(request).devices(), reading=reading_text(), baseline=baseline)


async def call(request: Request) -> Response:
    """The call that rings or runs, or how the last one ended."""
    current = desk_of(request).board.current
    return page(request, "call.html", call=current)


async def progress(request: Request) -> HTMLResponse:
    """Scores over weeks, by kind of customer."""
    return await off_loop(lambda: _progress(request))


def _progress(request: Request) -> HTMLResponse:
    from voicesim.web.progress_view import progress_view

    found: list[ProgressPoint] = store_of(request).progress(request.state.who)
    return page(request, "progress.html", view=progress_view(found))
