"""The trainer's desk: everyone's sessions but private ones, sorted, filtered and searched; worst and best moments."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from voicesim.domain import Evidence, Session, SessionKind
from voicesim.store import ORDERS, TRAINER, SessionQuery, SessionStatus, Store
from voicesim.web.desk import off_loop, store_of
from voicesim.web.moments import Moment, moment_of
from voicesim.web.rendering import environment, page
from voicesim.web.replay_data import evidence_label

PAGE_ROWS = 50
_LOOKED_INTO = 4
COLUMNS = (
    ("started_at", "When"),
    ("trainee", "Who"),
    ("scenario_id", "Customer"),
    ("duration_s", "Length"),
    ("tone", "Tone"),
    ("pace", "Pace"),
    ("warmth", "Warmth"),
    ("overall", "Overall"),
)


@dataclass(frozen=True)
class TeamFilter:
    """What the form at the top asks for, as it stands in the address."""

    text: str = ""
    trainee: str = ""
    kind: str = ""
    customer_kind: str = ""
    examples: bool = False
    order: str = "started_at"
    descending: bool = True
    page: int = 1

    @classmethod
    def of(cls, request: Request) -> TeamFilter:
        """The filter in the address; what makes no sense is left out."""
        asked = request.query_params
        order = asked.get("order", "started_at")
        number = asked.get("page", "1")
        kinds = {kind.value for kind in SessionKind}
        return cls(
            text=asked.get("q", "").strip()[:200],
            trainee=asked.get("who", "")[:60],
            kind=asked.get("kind", "") if asked.get("kind", "") in kinds else "",
            customer_kind=asked.get("customer", "")[:40],
            examples=asked.get("examples", "") == "1",
            order=order if order in ORDERS else "started_at",
            descending=asked.get("dir", "down") != "up",
            page=max(1, int(number)) if number.isdigit() and len(number) < 7 else 1,
        )

    def query(self) -> SessionQuery:
        """The same for the store: everyone's finished sessions but private ones."""
        return SessionQuery(
            trainee=self.trainee or None,
            kind=SessionKind(self.kind) if self.kind else None,
            customer_kind=self.customer_kind or None,
            status=SessionStatus.FINISHED,
            text=self.text or None,
            examples_only=self.examples,
            order_by=self.order,
            descending=self.descending,
            limit=PAGE_ROWS,
            offset=(self.page - 1) * PAGE_ROWS,
        )

    def link(self, **changes: object) -> str:
        """The address of the same list with something changed."""
        values: dict[str, object] = {
            "q": self.text, "who": self.trainee, "kind": self.kind, "customer": self.customer_kind,
            "examples": "1" if self.examples else "", "order": self.order, "dir": "down" if self.descending else "up",
            "page": 1,
        }  # fmt: skip
        values.update(changes)
        shown = {name: value for name, value in values.items() if value not in ("", None)}
        return f"?{urlencode(shown)}"

    def sort_link(self, column: str) -> str:
        """Sorting by a column; the same column again turns the order round."""
        turn = column == self.order and self.descending
        return self.link(order=column, dir="up" if turn else "down")


async def team(request: Request) -> HTMLResponse:
    """The list."""
    return await off_loop(lambda: _team(request))


def _team(request: Request) -> HTMLResponse:
    store, asked = store_of(request), TeamFilter.of(request)
    total = store.count_sessions(asked.query())
    pages = max(1, -(-total // PAGE_ROWS))
    asked = replace(asked, page=min(asked.page, pages))  # calls may have gone since the link was made
    return page(
        request,
        "team.html",
        rows=store.list_sessions(asked.query()),
        total=total,
        pages=pages,
        asked=asked,
        columns=COLUMNS,
        people=store.trainees(viewer=TRAINER),
        query=request.url.query,
    )


@dataclass(frozen=True)
class ShownMoment:
    """A moment on the desk: whose, what was measured, how much it gained or lost."""

    session: Session
    score: str
    label: str
    effect: float
    quote: str | None
    moment: Moment


async def insight(request: Request) -> HTMLResponse:
    """Worst and best moments and how the scores of everything found are spread; fetched after the list."""
    return await off_loop(lambda: _insight(request))


def _insight(request: Request) -> HTMLResponse:
    store, asked = store_of(request), TeamFilter.of(request)
    worst = _moments(store, asked, best=False)
    best = _moments(store, asked, best=True)
    html = environment().get_template("team_insight.html").render(worst=worst, best=best)
    return HTMLResponse(html)


def _moments(store: Store, asked: TeamFilter, *, best: bool) -> list[ShownMoment]:
    """The strongest evidence of the sessions at one end of the overall score."""
    query = replace(asked.query(), order_by="overall", descending=best, limit=_LOOKED_INTO, offset=0)
    found: list[ShownMoment] = []
    for row in store.list_sessions(query):
        if row.overall is not None:
            found += _of_session(store.session(row.id, contours=False), best=best)
    found.sort(key=lambda shown: shown.effect, reverse=best)
    return found[:3]


def _of_session(session: Session, *, best: bool) -> list[ShownMoment]:
    """The most telling moment of one session."""
    card = session.scores
    if card is None:
        return []
    shown = []
    for score in card.scores:
        for evidence in score.evidence:
            moment = moment_of(session, evidence.span)
            if moment is not None and evidence.effect is not None:
                shown.append(_shown(session, score.name, evidence, moment, evidence.effect))
    if not shown:
        return []
    return [max(shown, key=lambda s: s.effect) if best else min(shown, key=lambda s: s.effect)]


def _shown(session: Session, score: str, evidence: Evidence, moment: Moment, effect: float) -> ShownMoment:
    return ShownMoment(session, score, evidence_label(evidence), effect, evidence.quote, moment)


routes = [Route("/team", team), Route("/team/insight", insight)]
