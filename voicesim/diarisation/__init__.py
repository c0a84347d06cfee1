"""Who spoke when on one channel: two voices told apart by how they sound, with nothing to download."""

from voicesim.diarisation.error_rate import DiarisationError, diarisation_error
from voicesim.diarisation.two_voices import diarise

__all__ = ["DiarisationError", "diarisation_error", "diarise"]
