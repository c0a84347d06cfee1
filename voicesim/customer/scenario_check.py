"""Everything that can be told about a scenario file before anybody takes the call."""

from __future__ import annotations

from pathlib import Path

from voicesim.content import read_toml
from voicesim.customer.scenario_files import content_error, read_scenario
from voicesim.customer.scenario_rules import Problem
from voicesim.customer.walk import walks
from voicesim.domain import Scenario
from voicesim.errors import ContentError


def check_scenario(path: Path) -> tuple[ContentError, ...]:
    """Every problem of a scenario file, in the order of its lines; empty when it is ready to practise with.

    Beyond the shape and the rules of the file, calls of very different made-up trainees are walked through it: each
    ending that it declares must be reached by one of them.
    """
    try:
        scenario, problems = read_scenario(path)
    except ContentError as error:
        return (error,)
    if not problems:
        _, text = read_toml(path)
        problems = tuple(content_error(path, text, where, problem) for where, problem in _unreached(scenario))
    return tuple(sorted(problems, key=lambda problem: problem.line or 0))


def _unreached(scenario: Scenario) -> list[Problem]:
    calls = tuple(walks(scenario))
    ended = {call.ending for call in calls}
    return [
        (("endings", ending.value), f"no call of the {len(calls)} tried ends so; is the mood or a need out of reach?")
        for ending in scenario.endings
        if ending not in ended
    ]
