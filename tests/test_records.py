"""Every domain value survives being written as plain JSON."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tests.domain_values import domain_types, same, values
from voicesim.domain import Ending, Prosody, Scenario, Session, Span, Style, Transcript, Word
from voicesim.errors import StoreError
from voicesim.records import from_json, from_plain, pack_array, to_json, to_plain, unpack_array


def test_reflection_finds_the_stored_types() -> None:
    names = {kind.__name__ for kind in domain_types()}
    assert {"Session", "Scenario", "Baseline", "ScoreCard", "Word", "Comment", "Override", "Cue"} <= names


@pytest.mark.parametrize("kind", domain_types(), ids=lambda kind: kind.__name__)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_type_comes_back_as_it_was(kind: type, data: st.DataObject) -> None:
    value = data.draw(values(kind))
    assert same(from_json(to_json(value), kind), value)


@given(
    hnp.arrays(st.sampled_from(["<f4", ">f8", "|i1", "<u2", "|b1", "<f2"]), hnp.array_shapes(min_dims=0, min_side=0))
)
def test_arrays_come_back_bit_for_bit_whatever_their_byte_order(array: np.ndarray[Any, Any]) -> None:
    back = unpack_array(json.loads(json.dumps(pack_array(array))))
    assert back.shape == array.shape
    assert back.dtype.kind == array.dtype.kind and back.dtype.itemsize == array.dtype.itemsize
    np.testing.assert_array_equal(back, array)


def test_views_that_are_not_contiguous_are_stored_by_value() -> None:
    array = np.arange(24.0).reshape(4, 6)[::2, ::-3]
    np.testing.assert_array_equal(unpack_array(pack_array(array)), array)


def test_plain_values_are_plain() -> None:
    word = Word("no", Span(np.float64(0.5), 1), np.float32(0.25))  # type: ignore[arg-type]
    plain = to_plain(word)
    assert plain == {"text": "no", "span": {"start_s": 0.5, "end_s": 1.0}, "confidence": 0.25}
    assert isinstance(plain, dict) and type(plain["confidence"]) is float


def test_enums_are_their_values_also_as_keys() -> None:
    from tests.example_sessions import make_scenario

    plain = to_plain(make_scenario())
    assert isinstance(plain, dict)
    assert plain["endings"].keys() == {"resolved"}  # type: ignore[union-attr]
    assert type(plain["persona"]["style"]) is str  # type: ignore[index,call-overload]
    back = from_plain(plain, Scenario)
    assert list(back.endings) == [Ending.RESOLVED] and back.persona.style is Style.PERSONAL


def test_numbers_json_has_no_word_for_survive() -> None:
    one = np.zeros(1)
    prosody = Prosody(1.0, one, one, one, None, float("inf"), float("-inf"), None, None, None, {"x": float("nan")})
    text = to_json(prosody)
    assert "NaN" not in text and "Infinity" not in text
    assert same(from_json(text, Prosody), prosody)


def test_arrays_can_be_filed_elsewhere() -> None:
    kept: list[np.ndarray[Any, Any]] = []

    def file_away(array: np.ndarray[Any, Any]) -> int:
        kept.append(array)
        return len(kept) - 1

    prosody = Prosody(1.0, np.arange(3.0), np.ones(3), np.zeros(3), None, None, None, None, None, None)
    plain = to_plain(prosody, arrays=file_away)
    assert isinstance(plain, dict) and plain["times_s"] == 0 and len(kept) == 3
    back = from_plain(plain, Prosody, arrays=lambda index: kept[index])  # type: ignore[index]
    np.testing.assert_array_equal(back.times_s, [0, 1, 2])


def test_fields_unknown_here_are_left_out_and_later_fields_take_their_default() -> None:
    data = {"text": "yes", "span": {"start_s": 0, "end_s": 1}, "mood": "?"}
    assert from_plain(data, Word) == Word("yes", Span(0.0, 1.0), None)


@pytest.mark.parametrize(
    "data",
    [None, 3, [], {}, {"text": "x"}, {"text": "x", "words": 3, "language": "en", "engine": ""}],
    ids=str,
)
def test_other_data_is_one_clear_error(data: object) -> None:
    with pytest.raises(StoreError, match="a stored Transcript cannot be read") as raised:
        from_plain(data, Transcript)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("text", ["", "{", "[1, 2", b"\xff\xfe\x00"])
def test_text_that_is_not_json_is_one_clear_error(text: str | bytes) -> None:
    with pytest.raises(StoreError, match="a stored Session"):
        from_json(text, Session)


@pytest.mark.parametrize(
    "packed",
    [
        {"dtype": "<f8", "shape": [2], "zlib": "!!"},
        {"dtype": "|O", "shape": [1], "zlib": "eJwDAAAAAAE="},
        {"dtype": "<f8", "shape": [3], "zlib": "eJwDAAAAAAE="},
        "x",
    ],
    ids=str,
)
def test_a_damaged_array_is_one_clear_error(packed: object) -> None:
    one = np.zeros(1)
    plain = to_plain(Prosody(1.0, one, one, one, None, None, None, None, None, None))
    assert isinstance(plain, dict)
    with pytest.raises(StoreError, match="a stored Prosody cannot be read"):
        from_plain({**plain, "f0_hz": packed}, Prosody)


def test_only_numbers_are_packed() -> None:
    with pytest.raises(TypeError, match="arrays of numbers"):
        pack_array(np.array([object()]))
