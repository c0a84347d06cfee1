"""Templates: every value is escaped, and the few words and shapes all pages share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from voicesim.domain import Ending

ENDING_WORDS: Mapping[str, str] = {
    Ending.RESOLVED: "Resolved",
    Ending.DELIGHTED: "Delighted",
    Ending.HUNG_UP: "Customer hung up",
    Ending.MANAGER: "Asked for a manager",
    Ending.LEFT: "You hung up",
    Ending.LOST: "Line lost",
}
ENDING_TONE: Mapping[str, str] = {
    Ending.RESOLVED: "good",
    Ending.DELIGHTED: "good",
    Ending.HUNG_UP: "bad",
    Ending.MANAGER: "warn",
    Ending.LEFT: "",
    Ending.LOST: "warn",
}


def clock(seconds: float | None) -> str:
    """Seconds as `m:ss` or `h:mm:ss`; a dash for None."""
    if seconds is None:
        return "–"
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


def points(value: float | None) -> str:
    """A score as a whole number; a dash where none could be given."""
    return "–" if value is None else str(round(value))


def day(moment: datetime) -> str:
    """A date as people write it: 21 Nov 2026."""
    return f"{moment.day} {moment:%b %Y}"


def day_and_time(moment: datetime) -> str:
    """A date with the time of day: 21 Nov 2026, 14:05."""
    return f"{day(moment)}, {moment:%H:%M}"


def sentence(text: str) -> str:
    """A text with a capital letter, and the rest as it is: units keep theirs."""
    return text[:1].upper() + text[1:]


def plain_number(value: float | None) -> str:
    """At most three figures, no trailing zeros; a dash for None."""
    return "–" if value is None else f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


def initials(name: str) -> str:
    """Up to two initials of a name."""
    return "".join(part[0] for part in name.split()[:2] if part).upper() or "?"


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The page templates, escaping everything and failing on a missing value."""
    jinja = Environment(
        loader=PackageLoader("voicesim.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.filters.update(
        clock=clock,
        points=points,
        day=day,
        day_and_time=day_and_time,
        sentence=sentence,
        plain_number=plain_number,
        initials=initials,
    )
    jinja.globals.update(ending_words=ENDING_WORDS, ending_tone=ENDING_TONE)
    return jinja


def page(request: Request, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """A whole page. `who` (the trainee) and the path are there for every template."""
    html = environment().get_template(template).render(path=request.url.path, who=request.state.who, **values)
    return HTMLResponse(html, status_code=status)
