"""Sound of the voice: pitch, loudness, spectral tilt and voice quality of the speech in a recording."""

from voicesim.prosody.measure import measure_prosody
from voicesim.prosody.pitch import track_pitch
from voicesim.prosody.stretches import stretches_of

__all__ = ["measure_prosody", "stretches_of", "track_pitch"]
