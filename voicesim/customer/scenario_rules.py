"""What a scenario must hold to beyond the shape of its fields. Each broken rule names its place in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from voicesim.content import Location
from voicesim.customer.emphasis import stretches
from voicesim.customer.voices import load_cast
from voicesim.domain import Beat, Ending, LineChoice, Scenario
from voicesim.wording import load_lexicons
from voicesim.wording.patterns import PatternError, compile_pattern

ID = re.compile(r"[a-z][a-z0-9_]*")
MUST_END = (Ending.RESOLVED, Ending.HUNG_UP)
"""Endings a scenario has lines for: every call can end so."""
MAY_END = (*MUST_END, Ending.DELIGHTED, Ending.MANAGER)
"""Endings a scenario may have lines for; the others are not the customer's."""
NEVER_EMPTY = ("title", "summary", "industry", "company")
NEVER_EMPTY_IN_PERSONA = ("name", "situation", "wants")
Problem = tuple[Location, str]


def broken_rules(scenario: Scenario) -> tuple[Problem, ...]:
    """Every broken rule as (place, problem), in the order of the file's parts."""
    return (
        *_whole(scenario),
        *_lines(scenario),
        *_endings(scenario),
        *_beats(scenario),
        *_behaviours(scenario),
        *_facts(scenario),
        *_cues(scenario),
    )


def _whole(scenario: Scenario) -> Iterator[Problem]:
    if not ID.fullmatch(scenario.id):
        yield ("id",), f'"{scenario.id}" is not allowed: small letters, digits and _, a letter first'
    for name in NEVER_EMPTY:
        if not getattr(scenario, name).strip():
            yield (name,), "is empty"
    if not scenario.beats:
        yield ("beats",), "is empty: a call needs at least one beat"
    for name in NEVER_EMPTY_IN_PERSONA:
        if not getattr(scenario.persona, name).strip():
            yield ("persona", name), "is empty"
    voice, cast = scenario.persona.voice, load_cast()
    if voice not in cast:
        yield ("persona", "voice"), f'there is no voice "{voice}" in the cast; allowed: {", ".join(cast)}'


def _lines(scenario: Scenario) -> Iterator[Problem]:
    groups: list[tuple[Location, tuple[LineChoice, ...]]] = [
        (("prompts",), scenario.prompts),
        *((("beats", i, "lines"), beat.lines) for i, beat in enumerate(scenario.beats)),
        *((("endings", ending.value), lines) for ending, lines in scenario.endings.items()),
    ]
    for where, choices in groups:
        if not choices:
            yield where, "has no line: the customer would have nothing to say"
    spoken = [*groups, (("interruptions",), scenario.interruptions)]
    spoken += [(("beats", i, "retry"), beat.retry) for i, beat in enumerate(scenario.beats)]
    for where, choices in spoken:
        for index, choice in enumerate(choices):
            if not choice.text.strip():
                yield (*where, index), "a line without text"
            for word in choice.stress:
                if len(stretches(choice.text, [word])) < len(word.split()):
                    yield (*where, index, "stress"), f"has {word!r}, which is not said in the line"


def _endings(scenario: Scenario) -> Iterator[Problem]:
    allowed = ", ".join(ending.value for ending in MAY_END)
    for ending in scenario.endings:
        if ending not in MAY_END:
            yield ("endings", ending.value), f"is not written in a scenario; allowed: {allowed}"
    for ending in MUST_END:
        if ending not in scenario.endings:
            yield ("endings",), f"has no line for {ending.value}: every call can end so"
    if Ending.DELIGHTED in scenario.endings and not scenario.delight:
        yield ("delight",), "is empty, so the declared ending delighted is never reached; name behaviours"


def _beats(scenario: Scenario) -> Iterator[Problem]:
    ids = [beat.id for beat in scenario.beats]
    for index, beat in enumerate(scenario.beats):
        where: Location = ("beats", index)
        if not ID.fullmatch(beat.id):
            yield (*where, "id"), f'"{beat.id}" is not allowed: small letters, digits and _, a letter first'
        if ids.index(beat.id) != index:
            yield (*where, "id"), f'"{beat.id}" is used twice'
        for name in ("next", "otherwise"):
            target = getattr(beat, name)
            if target is not None and target not in ids:
                yield (*where, name), f'there is no beat "{target}"; allowed: {", ".join(ids)}'
    reached = _reached(scenario.beats)
    for index, beat in enumerate(scenario.beats):
        if beat.id not in reached:
            yield ("beats", index), f'beat "{beat.id}" is never reached: no next or otherwise leads to it'
    yield from _dead_ends(scenario)


def _dead_ends(scenario: Scenario) -> Iterator[Problem]:
    """Beats from which no way of `next` steps leads to the end of the call."""
    after = {beat.id: beat.next for beat in scenario.beats}
    for index, beat in enumerate(scenario.beats):
        here: str | None = beat.id
        seen: set[str] = set()
        while here is not None and here not in seen and here in after:
            seen.add(here)
            here = after[here]
        if here is not None and here in seen:
            yield ("beats", index, "next"), f'"{beat.id}" is a dead end: its next steps go round in circles'


def _reached(beats: tuple[Beat, ...]) -> set[str]:
    by_id = {beat.id: beat for beat in beats}
    waiting, reached = [beats[0].id] if beats else [], set[str]()
    while waiting:
        here = waiting.pop()
        if here in reached or here not in by_id:
            continue
        reached.add(here)
        waiting += [step for step in (by_id[here].next, by_id[here].otherwise) if step is not None]
    return reached


def _behaviours(scenario: Scenario) -> Iterator[Problem]:
    known = load_lexicons().ids()
    named: list[tuple[Location, tuple[str, ...]]] = [(("delight",), scenario.delight)]
    for index, beat in enumerate(scenario.beats):
        named += [(("beats", index, "needs"), beat.needs), (("beats", index, "unless"), beat.unless)]
    for where, needs in named:
        for behaviour in (one for need in needs for one in need.split("|")):
            if behaviour not in known:
                near = get_close_matches(behaviour, known, n=3, cutoff=0.4) or sorted(known)
                yield where, f'"{behaviour}" is not a behaviour; try {", ".join(near)}'


def _facts(scenario: Scenario) -> Iterator[Problem]:
    facts = scenario.persona.facts
    for index, check in enumerate(scenario.checks):
        if check.fact not in facts:
            yield ("checks", index, "fact"), f'"{check.fact}" is not among persona.facts: {", ".join(facts) or "none"}'
        for name in ("right", "wrong"):
            for phrase in getattr(check, name):
                try:
                    compile_pattern(phrase, {})
                except PatternError as error:
                    yield ("checks", index, name), str(error)


def _cues(scenario: Scenario) -> Iterator[Problem]:
    """Cues quote what can be heard: every quote stands in a line."""
    spoken = [choice.text for beat in scenario.beats for choice in (*beat.lines, *beat.retry)]
    for index, cue in enumerate(scenario.cues):
        if not any(cue.quote in text for text in spoken):
            yield ("cues", index, "quote"), f'"{cue.quote}" is not said in any line of a beat'
