"""Memory that a long call no longer needs, given back to the system."""

from __future__ import annotations

import ctypes
import sys


def give_back_memory() -> None:
    """Hand freed memory back: the C library of Linux keeps it, and windows of a call would pile up.

    Without effect on other systems and other C libraries.
    """
    if sys.platform != "linux":
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
