"""Practise angry and hurried customers aloud, and score tone, pace and warmth with evidence.

    import voicesim
    baseline = voicesim.enrol(["neutral_1.wav", "neutral_2.wav"])
    analysis = voicesim.analyse("reply.wav", baseline)

Engines load at the first call, so importing this package is quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voicesim.api import analyse, enrol, measure_delivery
    from voicesim.domain import Analysis, Baseline, Delivery, Recording
    from voicesim.errors import VoicesimError

__all__ = [
    "Analysis",
    "Baseline",
    "Delivery",
    "Recording",
    "VoicesimError",
    "analyse",
    "enrol",
    "measure_delivery",
]

_HOMES = {
    "analyse": "voicesim.api",
    "enrol": "voicesim.api",
    "measure_delivery": "voicesim.api",
    "VoicesimError": "voicesim.errors",
}


def __getattr__(name: str) -> object:
    """Load what is asked for from its module, at first use."""
    if name not in __all__:
        raise AttributeError(f"module 'voicesim' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES.get(name, "voicesim.domain")), name)
