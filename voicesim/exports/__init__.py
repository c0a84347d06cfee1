"""Sessions to take away: report (HTML, PDF), table (CSV), transcript (WebVTT), labels (Audacity, Praat TextGrid)."""

from voicesim.exports.formats import FORMATS, Format, export_session, export_sessions, take_away
from voicesim.exports.report import ended, remarks
from voicesim.exports.takeaway import Takeaway, gather

__all__ = [
    "FORMATS",
    "Format",
    "Takeaway",
    "ended",
    "export_session",
    "export_sessions",
    "gather",
    "remarks",
    "take_away",
]
