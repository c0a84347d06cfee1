"""Who spoke when: turns, pauses, response gaps, overlaps, dead air, and the other party's voice left out."""

from voicesim.activity.crosstalk import remove_crosstalk
from voicesim.activity.timing import call_timing, dead_air, without_overlaps
from voicesim.activity.turns import overlaps, pauses, response_gaps, turns
from voicesim.domain.spans import common, gaps, merged, total_s, without

__all__ = [
    "call_timing",
    "common",
    "dead_air",
    "gaps",
    "merged",
    "overlaps",
    "pauses",
    "remove_crosstalk",
    "response_gaps",
    "total_s",
    "turns",
    "without",
    "without_overlaps",
]
