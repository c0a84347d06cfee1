"""Sessions, scores, judgements and resting voices in one SQLite database, recordings as files beside it."""

from voicesim.store.ids import is_session_id, new_session_id, stable_session_id
from voicesim.store.query import ORDERS, TRAINER, SessionQuery
from voicesim.store.store import Store
from voicesim.store.summary import SessionStatus, SessionSummary, composure
from voicesim.store.trainees import ProgressPoint

__all__ = [
    "ORDERS",
    "TRAINER",
    "ProgressPoint",
    "SessionQuery",
    "SessionStatus",
    "SessionSummary",
    "Store",
    "composure",
    "is_session_id",
    "new_session_id",
    "stable_session_id",
]
