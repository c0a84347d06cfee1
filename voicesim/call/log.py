"""What a call has come to so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from voicesim.domain import CallEnding, Span, Turn


@dataclass
class CallLog:
    """Filled while the call goes on; spans are in seconds of the call.

    `own_delays` are the simulator's own between a reply and the answer, `holds` those that the trainee pressed the key
    for, `customer_spans` where the customer was heard. `ending` is None until the call is over.
    """

    turns: list[Turn] = field(default_factory=list)
    own_delays: list[Span] = field(default_factory=list)
    holds: list[Span] = field(default_factory=list)
    customer_spans: list[Span] = field(default_factory=list)
    ending: CallEnding | None = None
