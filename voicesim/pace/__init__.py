"""Speech rate, articulation rate, pauses and fillers."""

from voicesim.pace.rate import measure_pace
from voicesim.pace.syllables import syllables_of

__all__ = ["measure_pace", "syllables_of"]
