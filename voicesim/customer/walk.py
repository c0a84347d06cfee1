"""Walks a scenario with made-up trainees, to see which beats and endings calls can really reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from voicesim.customer.engine import CustomerEngine
from voicesim.customer.heard import HeardReply, imagined_reply
from voicesim.domain import Beat, CustomerLine, Ending, Scenario

_CARE = ("apologised", "acknowledged_feeling", "used_name")
_PROGRESS = ("took_ownership", "offered_way", "informed", "gave_time")
_HARM = ("was_rude", "dismissed", "blamed_customer")
Replier = Callable[[Beat, int], HeardReply | None]


@dataclass(frozen=True)
class Walk:
    """One call of a made-up trainee: who, the lines the customer said, and how it ended."""

    trainee: str
    lines: tuple[CustomerLine, ...]

    @property
    def ending(self) -> Ending | None:
        """How the call ended."""
        return self.lines[-1].ending


def walks(scenario: Scenario, seed: int = 0) -> Iterator[Walk]:
    """Calls of very different trainees: kind, brief, useless, silent, rude from the start or from a later turn on."""
    for name, replier in _repliers(scenario):
        yield walk(scenario, name, replier, seed)


def walk(scenario: Scenario, name: str, replier: Replier, seed: int = 0) -> Walk:
    """One call, in which `replier(beat, turn)` answers (None: says nothing)."""
    engine = CustomerEngine(scenario, seed)
    lines = [engine.opening()]
    beat, turn = scenario.beats[0], 0
    while lines[-1].ending is None:
        reply = replier(beat, turn)
        line, _ = engine.hear(reply) if reply is not None else engine.hear_silence(8.0)
        lines.append(line)
        turn += 1
        beat = next((known for known in scenario.beats if known.id == line.beat), beat)
    return Walk(name, tuple(lines))


def _repliers(scenario: Scenario) -> Iterator[tuple[str, Replier]]:
    yield "excellent", lambda beat, _: imagined_reply((*_CARE, *_met(beat), *_PROGRESS, *scenario.delight[:1]), 0.8)
    yield "good", lambda beat, _: imagined_reply(_without((*_CARE, *_met(beat), *_PROGRESS), scenario.delight), 0.7)
    yield "brief", lambda beat, _: imagined_reply(_met(beat))
    yield "useless", lambda _beat, _turn: imagined_reply(())
    yield "silent", lambda _beat, _turn: None
    yield "rude", lambda _beat, _turn: imagined_reply(_HARM, 0.1)
    yield "deflecting", lambda _beat, _turn: imagined_reply(("deflected", "hid_behind_policy"))
    for turns in range(1, len(scenario.beats)):
        yield f"rude from turn {turns + 1} on", _good_then(turns, imagined_reply(_HARM, 0.1))
        yield f"useless from turn {turns + 1} on", _good_then(turns, imagined_reply(()))


def _good_then(turns: int, after: HeardReply) -> Replier:
    def reply(beat: Beat, turn: int) -> HeardReply:
        return imagined_reply((*_CARE, *_met(beat), *_PROGRESS)) if turn < turns else after

    return reply


def _met(beat: Beat) -> tuple[str, ...]:
    """The first way of meeting each need of a beat."""
    return tuple(need.split("|")[0] for need in beat.needs)


def _without(behaviours: tuple[str, ...], unwanted: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(behaviour for behaviour in behaviours if behaviour not in unwanted)
