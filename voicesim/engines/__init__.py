"""The composition root: options become engines. Only this package imports `voicesim.backends`."""

from voicesim.engines.calls import CallChoices, hold_call
from voicesim.engines.ears import EngineOptions, load_ears, sends_audio
from voicesim.engines.headsets import SimulatedTrainee, headset_present, list_devices, open_headset, simulated_headset
from voicesim.engines.speakers import open_speaker

__all__ = [
    "CallChoices",
    "EngineOptions",
    "SimulatedTrainee",
    "headset_present",
    "hold_call",
    "list_devices",
    "load_ears",
    "open_headset",
    "open_speaker",
    "sends_audio",
    "simulated_headset",
]
