"""The customer's own voice out of a loudspeaker is not the trainee talking over them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.call_rig import RAMBLE, SORRY, said
from voicesim.audio import resample
from voicesim.call.echo import EchoGuard, likeness
from voicesim.domain import Recording, Span

RATE_HZ = 16_000


def in_a_room(samples: NDArray[np.float32], delay_s: float = 0.08) -> NDArray[np.float32]:
    """As a microphone hears a loudspeaker: later, softer, with some reverberation and hiss."""
    random = np.random.default_rng(5)
    delay = round(delay_s * RATE_HZ)
    tail = random.standard_normal(3000) * np.exp(-np.arange(3000) / 1000) * 0.1
    response = np.concatenate([np.zeros(delay), [1.0], tail])
    heard = 0.1 * np.convolve(samples, response)[: len(samples)]
    return (heard + 3e-4 * random.standard_normal(len(heard))).astype(np.float32)


def guard(customer: NDArray[np.float32], trainee: NDArray[np.float32]) -> EchoGuard:
    sounds = [Recording(samples, RATE_HZ) for samples in (customer, trainee)]
    return EchoGuard(sounds[0].slice, sounds[1].slice)


def speech(text: str) -> NDArray[np.float32]:
    return resample(said(text), RATE_HZ).samples


@pytest.mark.parametrize("delay_s", [0.0, 0.08, 0.3])
def test_echo_is_recognised_at_any_delay_of_a_room(delay_s: float) -> None:
    customer = speech(SORRY)
    echo = guard(customer, in_a_room(customer, delay_s))
    assert all(echo.is_echo(Span(start_s, start_s + 0.6)) for start_s in (0.6, 1.4, 2.2))


def test_another_voice_is_no_echo() -> None:
    """The trainee's is the synthetic voice a tenth higher and faster, as customers' voices are never the bare one."""
    customer, bare = speech(SORRY), said(RAMBLE)
    higher = Recording(bare.samples, round(1.1 * bare.sample_rate_hz))
    other = guard(customer, resample(higher, RATE_HZ).samples)
    assert not any(other.is_echo(Span(start_s, start_s + 1.0)) for start_s in (0.5, 1.0, 1.5, 2.0))


def test_the_customers_own_voice_saying_something_else_is_no_echo() -> None:
    """Both lines are of one synthetic voice, and echo was heard before: the worst case for telling them apart."""
    customer = np.concatenate([speech(SORRY), speech(RAMBLE)])
    other = guard(customer, in_a_room(np.concatenate([speech(SORRY), speech(SORRY), speech(SORRY)])[: len(customer)]))
    assert other.is_echo(Span(0.6, 1.2))
    began_s = len(speech(SORRY)) / RATE_HZ + 0.5
    found = [other.is_echo(Span(start_s, start_s + 0.6)) for start_s in np.arange(began_s, began_s + 2.0, 0.2).tolist()]
    assert sum(found) <= 1


def test_silence_is_like_nothing() -> None:
    quiet, loud = Recording(np.zeros(8000, np.float32), RATE_HZ), Recording(np.ones(9000, np.float32), RATE_HZ)
    assert likeness(quiet, loud) == pytest.approx(0.0)
    assert likeness(loud, quiet) == 0.0  # the longer sound is not in the shorter one
