"""Scenario files read and held to what a call needs, with errors naming line and field."""

from __future__ import annotations

from pathlib import Path

from voicesim.content import Location, dotted, line_of, read_toml, validate_content
from voicesim.customer.scenario_rules import broken_rules
from voicesim.domain import Scenario
from voicesim.errors import ContentError


def load_scenario(path: Path) -> Scenario:
    """The scenario in a TOML file. Raises ContentError for the first thing wrong with it."""
    scenario, problems = read_scenario(path)
    if problems:
        raise problems[0]
    return scenario


def read_scenario(path: Path) -> tuple[Scenario, tuple[ContentError, ...]]:
    """The scenario and every rule it breaks. Raises ContentError when it does not even have the shape of one."""
    data, text = read_toml(path)
    scenario = validate_content(path, text, data, Scenario)
    return scenario, tuple(content_error(path, text, where, problem) for where, problem in broken_rules(scenario))


def content_error(path: Path, text: str, where: Location, problem: str) -> ContentError:
    """A problem at a place of the file, with its line."""
    return ContentError(path, problem, line=line_of(text, where), field=dotted(where) or None)
