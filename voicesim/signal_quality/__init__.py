"""How far the sound itself can be trusted: clipping, noise, bandwidth, echo."""

from voicesim.signal_quality.leak import Leak, find_leak
from voicesim.signal_quality.measure import measure_signal

__all__ = ["Leak", "find_leak", "measure_signal"]
