"""Lists of sessions: filters, orders, words said, and what stays private."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.example_sessions import START, make_card, make_scenario, make_session
from voicesim.domain import SessionKind
from voicesim.errors import UsageError
from voicesim.store import ORDERS, TRAINER, SessionQuery, Store
from voicesim.store.query import match_expression


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Twelve sessions: a third of them private, some scores missing, two trainees, two kinds of customer."""
    with Store(tmp_path_factory.mktemp("lists")) as opened:
        for i in range(12):
            card = make_card(tone=None if i == 5 else (i * 37) % 100, warmth=None if i % 4 == 0 else float(i % 3))
            session = make_session(
                f"s{i:02}",
                turns=1 + i % 3,
                trainee="Ana" if i % 2 else "Ben",
                card=card,
                minutes_later=(i * 7) % 12,
                private=i % 3 == 2,
                scenario=make_scenario("hurried" if i < 4 else "angry"),
                extra="café refund" if i in (3, 4) else "",
                hop_s=1.0,
                heat=None if i == 1 else i / 12,
                kind=SessionKind.BATCH if i == 0 else SessionKind.PRACTICE,
            )
            opened.save_session(session)
        yield opened


def ids(store: Store, **fields: object) -> list[str]:
    return [row.id for row in store.list_sessions(SessionQuery(**fields))]  # type: ignore[arg-type]


def test_the_trainer_never_sees_a_private_session(store: Store) -> None:
    hidden = {"s02", "s05", "s08", "s11"}
    for query in (
        {},
        {"trainee": "Ana"},
        {"text": "sorry"},
        {"include_private_of": "Ana"},
        {"kind": SessionKind.PRACTICE},
    ):
        assert hidden.isdisjoint(ids(store, viewer=TRAINER, **query))
    assert store.count_sessions(SessionQuery()) == 8
    for call in (store.session, store.scorecards, store.judgements, store.delete_session):
        with pytest.raises(UsageError, match="there is no session 's05'"):
            call("s05", viewer=TRAINER)
    with pytest.raises(UsageError, match="there is no session"):
        store.add_comment("s05", "Tom", None, "seen", viewer=TRAINER)
    assert sum(person.sessions for person in store.trainees(viewer=TRAINER)) == 8


def test_a_beginning_does_not_give_private_ids_away(store: Store) -> None:
    assert store.session("s1", viewer=TRAINER).id == "s10"


def test_a_trainee_sees_their_own_private_ones_among_them_and_no_one_elses(store: Store) -> None:
    assert sorted(ids(store, viewer="Ana")) == ["s01", "s03", "s05", "s07", "s09", "s11"]
    assert ids(store, viewer="Ana", trainee="Ben") == []
    assert sorted(ids(store, viewer="Ana", trainee="Ben", include_private_of="Ben"))[:2] == ["s00", "s02"]


def test_someone_called_trainer_sees_their_own_and_no_more(store: Store) -> None:
    store.save_session(make_session("own", trainee="trainer", private=True))
    assert ids(store, viewer="trainer") == ["own"]
    assert "own" not in ids(store, viewer=TRAINER)


def test_a_session_made_private_disappears_from_the_trainers_list(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.save_session(make_session("a"))
        store.set_private("a", True)
        assert store.list_sessions() == [] and store.session("a").private
        store.set_private("a", False)
        assert ids(store) == ["a"]


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("order", ORDERS)
def test_every_order_sorts_and_puts_missing_values_last(store: Store, order: str, descending: bool) -> None:
    rows = store.list_sessions(SessionQuery(order_by=order, descending=descending))
    found = [getattr(row, order) for row in rows]
    known = [value for value in found if value is not None]
    assert known == sorted(known, reverse=descending)
    assert found[len(known) :] == [None] * (len(found) - len(known))
    assert len(found) == 8


@pytest.mark.parametrize("order", ORDERS)
def test_pages_together_are_the_whole_list(store: Store, order: str) -> None:
    whole = ids(store, order_by=order, limit=None)
    pages = [name for offset in range(0, 9, 3) for name in ids(store, order_by=order, limit=3, offset=offset)]
    assert pages == whole


def test_an_unknown_order_is_refused_with_those_there_are(store: Store) -> None:
    with pytest.raises(UsageError, match="choose one of started_at, trainee"):
        store.list_sessions(SessionQuery(order_by="id; DROP TABLE sessions"))


def test_filters_combine(store: Store) -> None:
    assert ids(store, customer_kind="hurried", trainee="Ben") == ["s00"]
    assert ids(store, kind=SessionKind.BATCH) == ["s00"]
    assert ids(store, scenario_id="nowhere") == []
    since = START + timedelta(minutes=9)
    assert {row.started_at >= since for row in store.list_sessions(SessionQuery(since=since))} == {True}
    assert len(ids(store, since=since)) + len(ids(store, until=since)) == 8


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("refund", ["s03", "s04"]),
        ("REFUND", ["s03", "s04"]),
        ("cafe", ["s03", "s04"]),
        ("refu", ["s03", "s04"]),
        ('"refu"', []),
        ("efund", []),
        ("refund sorry", ["s03", "s04"]),
        ('"café refund"', ["s03", "s04"]),
        ('"refund café"', []),
        ("refund elephants", []),
        ("parcel refund", ["s03", "s04"]),
        ("refund -sorry", ["s03", "s04"]),
    ],
)
def test_words_said_are_found(store: Store, text: str, found: list[str]) -> None:
    assert sorted(ids(store, text=text)) == found


def test_the_customers_words_are_found_too(store: Store) -> None:
    assert len(ids(store, text='"where is my parcel number"')) == 8


@given(st.text(max_size=20))
@example('"')
@example("AND OR NOT")
@example("trainee: x")
@example("a* NEAR(b, 3)")
@example("' OR 1=1 --")
@example('""" "')
@example("x\x00y")
def test_whatever_is_typed_is_searched_for_and_never_an_error(store: Store, text: str) -> None:
    rows = store.list_sessions(SessionQuery(text=text))
    assert store.count_sessions(SessionQuery(text=text)) == len(rows)


def test_an_empty_search_restricts_nothing() -> None:
    assert match_expression("  ") is None and match_expression('"" ?!') is None
    assert match_expression('say "so sorry" ref') == '"say" "so sorry" "ref"*'


def test_saving_again_forgets_the_old_words(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.save_session(make_session("a", extra="zebra"))
        store.save_session(make_session("a", extra="giraffe"))
        assert (ids(store, text="zebra"), ids(store, text="giraffe")) == ([], ["a"])


def test_examples_can_be_listed_alone(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        for name in "ab":
            store.save_session(make_session(name))
        store.mark_example("b", "Tom", None, "listen to this")
        assert ids(store, examples_only=True) == ["b"]
