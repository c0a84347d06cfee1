"""What people say about a session stands beside what was measured."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.example_sessions import make_card, make_session
from voicesim.domain import Span
from voicesim.errors import UsageError
from voicesim.store import Store

CALL = "20261121-1934-k3f"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path) as opened:
        opened.save_session(make_session(CALL, card=make_card(tone=70, warmth=80)))
        yield opened


def test_an_override_stands_and_the_measured_score_stays(store: Store) -> None:
    made = store.override_score(CALL, "Tom", "warmth", 60, "flat from the second minute")
    assert (made.measured, made.value, made.rubric_version) == (80, 60.0, "1")
    row = store.list_sessions()[0]
    assert (row.warmth, row.tone, row.overridden) == (60, 70, ("warmth",))
    session = store.session(CALL)
    assert session.scores and session.scores.warmth.value == 80
    assert store.judgements(CALL).standing("warmth") == made


def test_the_newest_override_stands_and_none_withdraws_it(store: Store) -> None:
    store.override_score(CALL, "Tom", "tone", 50, "too sharp")
    store.override_score(CALL, "Eva", "tone", 0, "rude")
    assert store.list_sessions()[0].tone == 0
    store.override_score(CALL, "Eva", "tone", None, "listened again")
    row = store.list_sessions()[0]
    assert (row.tone, row.overridden) == (70, ())
    kept = store.judgements(CALL)
    assert [(o.author, o.value) for o in kept.overrides] == [("Tom", 50), ("Eva", 0), ("Eva", None)]
    assert kept.standing("tone") is None


def test_an_override_outlives_scoring_again_and_saving_again(store: Store) -> None:
    store.override_score(CALL, "Tom", "tone", 50, "too sharp")
    store.save_rescore(CALL, make_card(tone=90, warmth=20, version="2"))
    store.save_session(store.session(CALL))
    row = store.list_sessions()[0]
    assert (row.tone, row.warmth, row.overridden) == (50, 20, ("tone",))


def test_an_abstained_score_can_be_given_by_a_person(store: Store) -> None:
    store.save_session(make_session("short", card=make_card(pace=None)))
    assert store.override_score("short", "Tom", "pace", 75, "heard enough").measured is None
    assert next(row.pace for row in store.list_sessions() if row.id == "short") == 75


@pytest.mark.parametrize(
    ("score", "value", "reason", "complaint"),
    [
        ("charm", 50, "x", "choose one of tone, pace, warmth, overall"),
        ("tone", 101, "x", "between 0 and 100"),
        ("tone", -0.1, "x", "between 0 and 100"),
        ("tone", float("nan"), "x", "between 0 and 100"),
        ("tone", 50, "  ", "needs a reason"),
    ],
)
def test_an_override_that_makes_no_sense_is_refused(
    store: Store, score: str, value: float, reason: str, complaint: str
) -> None:
    with pytest.raises(UsageError, match=complaint):
        store.override_score(CALL, "Tom", score, value, reason)
    assert store.judgements(CALL).overrides == ()


def test_comments_and_examples_are_counted_in_lists(store: Store) -> None:
    store.add_comment(CALL, "Tom", Span(1, 2), "a")
    comment = store.add_comment(CALL, "Tom", None, "b")
    example = store.mark_example(CALL, "Tom", Span(4, 9), "how to say no", good=False)
    row = store.list_sessions()[0]
    assert (row.comments, row.examples) == (2, 1)
    assert store.judgements(CALL).examples == (example,) and example.good is False
    store.remove_judgement(CALL, "Tom", "comment", comment.id)
    store.remove_judgement(CALL, "Tom", "example", example.id)
    row = store.list_sessions()[0]
    assert (row.comments, row.examples) == (1, 0)


def test_only_ones_own_remarks_can_be_taken_back_and_overrides_never(store: Store) -> None:
    comment = store.add_comment(CALL, "Tom", None, "b")
    override = store.override_score(CALL, "Tom", "tone", 50, "x")
    with pytest.raises(UsageError, match="no comment"):
        store.remove_judgement(CALL, "Eva", "comment", comment.id)
    with pytest.raises(UsageError, match="withdrawn by a new one"):
        store.remove_judgement(CALL, "Tom", "override", override.id)
    assert len(store.judgements(CALL).comments) == 1


def test_a_remark_needs_words_and_an_author(store: Store) -> None:
    for author, text in (("Tom", " "), (" ", "good")):
        with pytest.raises(UsageError):
            store.add_comment(CALL, author, None, text)
        with pytest.raises(UsageError):
            store.mark_example(CALL, author, None, text)


def test_words_of_people_are_kept_as_written(store: Store) -> None:
    text = "<script>alert(1)</script> '); DROP TABLE sessions; -- \u202e 🙂"
    store.add_comment(CALL, "O'Brien", None, text)
    assert store.judgements(CALL).comments[0].text == text
