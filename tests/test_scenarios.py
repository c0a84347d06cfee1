"""Scenario files: the shipped ones are good, new ones work, broken ones are explained."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from voicesim.content import data_file
from voicesim.customer.scenarios import (
    check_scenario,
    find_scenario,
    load_scenario,
    new_scenario_text,
    shipped_scenarios,
    with_own_scenarios,
)
from voicesim.customer.schema import scenario_schema_text
from voicesim.customer.voices import cast_voice
from voicesim.domain import Ending, Scenario, Span, Style, Transcript, Word
from voicesim.errors import ContentError, UsageError
from voicesim.wording import find_wording, load_lexicons

SHIPPED = shipped_scenarios()
each_scenario = pytest.mark.parametrize("scenario", SHIPPED, ids=lambda scenario: scenario.id)


def test_there_are_enough_of_every_kind() -> None:
    assert len(SHIPPED) >= 16
    kinds = Counter(scenario.kind for scenario in SHIPPED)
    assert abs(kinds["angry"] - kinds["hurried"]) <= 2
    assert {scenario.persona.style for scenario in SHIPPED} == set(Style)
    assert len({scenario.industry for scenario in SHIPPED}) >= 5
    assert {scenario.difficulty for scenario in SHIPPED} == {1, 2, 3}
    assert sum(scenario.persona.distressed for scenario in SHIPPED) >= 2
    assert sum(scenario.persona.unfair for scenario in SHIPPED) >= 2


@each_scenario
def test_every_shipped_scenario_passes_its_own_check(scenario: Scenario) -> None:
    assert check_scenario(data_file("scenarios", f"{scenario.id}.toml")) == ()


@each_scenario
def test_every_shipped_scenario_is_rich_enough_to_practise_with(scenario: Scenario) -> None:
    assert len(scenario.beats) >= 3
    assert all(beat.example and beat.needs for beat in scenario.beats)
    assert any(len(beat.lines) > 1 for beat in scenario.beats)
    assert {Ending.RESOLVED, Ending.DELIGHTED, Ending.HUNG_UP, Ending.MANAGER} == set(scenario.endings)
    assert (scenario.persona.hurry >= 0.6) == (scenario.kind == "hurried")
    cast_voice(scenario.persona.voice)


@each_scenario
def test_the_style_can_be_heard_from_the_first_line_on(scenario: Scenario) -> None:
    opening = [choice.text for choice in scenario.beats[0].lines]
    assert len(scenario.cues) >= 2
    assert any(all(cue.quote in text for text in opening) for cue in scenario.cues)


def test_the_hot_lines_of_every_customer_have_words_that_matter() -> None:
    for scenario in shipped_scenarios():
        lines = (choice for beat in scenario.beats for choice in (*beat.lines, *beat.retry))
        hot = [choice for choice in lines if choice.from_anger >= 0.4]
        assert any(choice.stress for choice in hot), scenario.id


@each_scenario
def test_each_example_reply_meets_the_needs_of_its_beat(scenario: Scenario) -> None:
    for beat in scenario.beats:
        words = tuple(Word(w, Span(i, i + 0.5)) for i, w in enumerate(beat.example.split()))
        wording = find_wording(Transcript("", words, "en", "typed"), load_lexicons(), scenario.persona.name)
        for need in beat.needs:
            assert any(wording.has(one) for one in need.split("|")), (beat.id, need)
        harm = {f.behaviour for f in wording.findings} & set(load_lexicons().ids("bad")) - {"negative_language"}
        assert not harm, (beat.id, harm)


def test_a_new_scenario_passes_its_check_and_carries_its_name(tmp_path: Path) -> None:
    path = tmp_path / "my-call.toml"
    path.write_text(new_scenario_text("My Call 2"), encoding="utf-8")
    assert check_scenario(path) == ()
    assert load_scenario(path).id == "my_call_2"
    assert load_scenario(path) == find_scenario(str(path))


@pytest.mark.parametrize("name", ["2 angry men", "", "Übel"])
def test_any_name_gives_a_valid_id(tmp_path: Path, name: str) -> None:
    path = tmp_path / "new.toml"
    path.write_text(new_scenario_text(name), encoding="utf-8")
    assert check_scenario(path) == ()


BROKEN = [
    ("difficulty = 1 ", "difficulty = 7 ", "difficulty", "1, 2 or 3"),
    ('kind = "hurried"', 'kind = "bored"', "kind", "'angry' or 'hurried'"),
    ("anger = 0.4,", "anger = 4,", "persona.mood.anger", "less than or equal to 1"),
    ('style = "intuitive"', 'style = "loud"', "persona.style", "'functional'"),
    ("hurry = 0.7", 'hurry = "much"', "persona.hurry", "number"),
    ('voice = "man_younger"', 'voice = "robot"', "persona.voice", "man_older"),
    ('company = "Swift Parcels"', "", "company", "missing"),
    ('wants = "', 'wishes = "', "persona", ""),
    ('next = "when"', 'next = "whem"', "beats[1].next", "opening, when, bye"),
    ('id = "when"', 'id = "opening"', "beats[2].id", "twice"),
    ('"checked|informed', '"chequed|informed', "beats[1].needs", "checked"),
    ('next = "bye"', 'next = "opening"', "beats", "circles"),
    ('quote = "Where is it"', 'quote = "Where was it"', "cues[1].quote", "not said"),
    ('fact = "parcel"', 'fact = "letter"', "checks[1].fact", "parcel"),
    ('right = ["tuesday"]', 'right = ["(tuesday"]', "checks[1].right", "not closed"),
    ('delight = ["went_beyond"]', "delight = []", "delight", "never reached"),
    ("hung_up = [", "lost = [", "endings", ""),
    ('{ text = "Number nine is empty. So now what?" }', '{ text = " " }', "beats[2].lines", "without text"),
    ('nine is empty. So now what?" }', 'nine is empty.", stress = ["full"] }', "beats[2].lines", "not said"),
]


@pytest.mark.parametrize(("old", "new", "field", "problem"), BROKEN, ids=lambda value: str(value)[:24])
def test_a_broken_file_names_line_field_and_what_is_allowed(
    tmp_path: Path, old: str, new: str, field: str, problem: str
) -> None:
    text = new_scenario_text("mine")
    assert old in text
    path = tmp_path / "mine.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    problems = check_scenario(path)
    assert problems
    assert any((p.field or "").startswith(field) and problem in p.problem for p in problems), [str(p) for p in problems]
    assert all(p.line for p in problems if "missing" not in p.problem), "only what is missing has no line"
    with pytest.raises(ContentError):
        load_scenario(path)


def test_an_ending_nobody_can_reach_is_found(tmp_path: Path) -> None:
    text = new_scenario_text("mine").replace(
        'needs = ["', 'needs = ["was_rude", "blamed_customer", "said_calm_down", "'
    )
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    assert any(p.field == "endings.resolved" and "no call" in p.problem for p in check_scenario(path))


def test_customers_of_ones_own_stand_beside_the_shipped_ones(tmp_path: Path) -> None:
    own = tmp_path / "My call.toml"
    own.write_text(new_scenario_text(own.stem), encoding="utf-8")
    found = with_own_scenarios([own])
    assert [s.id for s in found if s not in shipped_scenarios()] == ["my_call"]
    assert len(found) == len(shipped_scenarios()) + 1
    assert list(found) == sorted(found, key=lambda s: (s.difficulty, s.id))
    with pytest.raises(UsageError, match=r'My call\.toml: there is already a customer with the id "my_call"'):
        with_own_scenarios([own, own])
    with pytest.raises(ContentError, match="no such file"):
        with_own_scenarios([tmp_path / "none.toml"])


def test_an_unknown_scenario_names_near_ones() -> None:
    with pytest.raises(UsageError, match="angry_refund"):
        find_scenario("angry_refunds")


def test_a_missing_file_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="no such file"):
        find_scenario(str(tmp_path / "none.toml"))


def test_the_schema_is_up_to_date() -> None:
    written = data_file("schemas", "scenario.schema.json").read_text(encoding="utf-8")
    assert written == scenario_schema_text(), "run scripts/make_schemas"
    schema = json.loads(written)
    assert schema["$defs"]["Mood"]["properties"]["anger"]["maximum"] == 1
    assert schema["additionalProperties"] is False


def test_what_the_rules_refuse_the_schema_refuses_too() -> None:
    schema = json.loads(scenario_schema_text())
    parts, properties = schema["$defs"], schema["properties"]
    for place in (properties["id"], parts["Beat"]["properties"]["id"]):
        assert re.search(place["pattern"], "my_call2") and not re.search(place["pattern"], "My call")
    for place in (
        properties["title"],
        parts["Persona"]["properties"]["wants"],
        parts["LineChoice"]["properties"]["text"],
    ):
        assert re.search(place["pattern"], "some words") and not re.search(place["pattern"], "  ")
    for place in (properties["beats"], properties["prompts"], parts["Beat"]["properties"]["lines"]):
        assert place["minItems"] == 1
    endings = properties["endings"]
    assert set(endings["required"]) == {"resolved", "hung_up"}
    assert set(endings["propertyNames"]["enum"]) == {"resolved", "hung_up", "delighted", "manager"}
    assert "woman_soft" in parts["Persona"]["properties"]["voice"]["enum"]
    assert not [text for text in re.findall(r'"#/\$defs/(\w+)"', scenario_schema_text()) if text not in parts]
