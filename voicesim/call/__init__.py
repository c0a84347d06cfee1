"""A training call: the customer speaks, the trainee answers aloud, every turn is heard, scored and kept."""

from voicesim.call.controls import CallControls, CallObserver, CallState
from voicesim.call.run import run_call
from voicesim.call.setup import CallSetup

__all__ = ["CallControls", "CallObserver", "CallSetup", "CallState", "run_call"]
