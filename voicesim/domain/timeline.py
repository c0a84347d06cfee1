"""Moving what was measured in a stretch of a call onto the call's own timeline."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from voicesim.domain.audio import Span
from voicesim.domain.voice import Prosody

T = TypeVar("T")


def shifted(value: T, offset_s: float) -> T:
    """The same value with every span and time in it `offset_s` later; made for `Analysis` and what it holds."""
    return _shifted(value, offset_s)  # type: ignore[no-any-return]


def _shifted(value: Any, offset_s: float) -> Any:
    if isinstance(value, Span):
        return value.shifted(offset_s)
    if isinstance(value, tuple) and type(value) is tuple:
        return tuple(_shifted(item, offset_s) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        changes = {field.name: _shifted(getattr(value, field.name), offset_s) for field in fields(value) if field.init}
        if isinstance(value, Prosody):
            changes["times_s"] = value.times_s + offset_s
        return replace(value, **changes)
    return value
