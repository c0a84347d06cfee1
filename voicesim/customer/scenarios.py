"""Scenario files: found, read and held to what a call needs. `docs/scenarios.md` tells how to write one."""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from voicesim.content import Location, data_file, dotted, line_of, read_toml, validate_content
from voicesim.customer.scenario_rules import broken_rules
from voicesim.domain import Scenario
from voicesim.errors import ContentError, UsageError


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


@lru_cache(maxsize=1)
def shipped_scenarios() -> tuple[Scenario, ...]:
    """Every scenario that comes with voicesim: easy ones first, then by id."""
    loaded = (load_scenario(path) for path in data_file("scenarios").glob("*.toml"))
    return tuple(sorted(loaded, key=lambda scenario: (scenario.difficulty, scenario.id)))


def find_scenario(id_or_path: str) -> Scenario:
    """A shipped scenario by id, or one in a file. Raises UsageError with near matches, ContentError for a bad file."""
    if id_or_path.endswith(".toml") or "/" in id_or_path or "\\" in id_or_path:
        return load_scenario(Path(id_or_path).expanduser())
    path = data_file("scenarios", f"{id_or_path}.toml")
    if path.is_file():
        return load_scenario(path)
    ids = sorted(known.stem for known in data_file("scenarios").glob("*.toml"))
    near = get_close_matches(id_or_path, ids, n=3, cutoff=0.4) or ids
    raise UsageError(f'no scenario is called "{id_or_path}"; try {", ".join(near)} or the path of a .toml file')
