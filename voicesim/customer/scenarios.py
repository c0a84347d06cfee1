"""Scenarios: the shipped ones, those in files, new ones to start from. `voicesim/docs/scenarios.md` tells how."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from voicesim.content import data_file
from voicesim.customer.scenario_check import check_scenario
from voicesim.customer.scenario_files import load_scenario
from voicesim.customer.scenario_new import new_scenario_text
from voicesim.domain import Scenario
from voicesim.errors import UsageError

__all__ = [
    "check_scenario",
    "find_scenario",
    "load_scenario",
    "new_scenario_text",
    "shipped_scenarios",
    "with_own_scenarios",
]


@lru_cache(maxsize=1)
def shipped_scenarios() -> tuple[Scenario, ...]:
    """Every scenario that comes with voicesim: easy ones first, then by id."""
    loaded = (load_scenario(path) for path in data_file("scenarios").glob("*.toml"))
    return _in_order(loaded)


def with_own_scenarios(paths: Iterable[Path]) -> tuple[Scenario, ...]:
    """The shipped scenarios and those of these files, in the same order.

    Raises ContentError for a bad file, UsageError for two customers of one id.
    """
    found = {scenario.id: scenario for scenario in shipped_scenarios()}
    for path in paths:
        scenario = load_scenario(path)
        if scenario.id in found:
            raise UsageError(f'{path}: there is already a customer with the id "{scenario.id}"; give it another')
        found[scenario.id] = scenario
    return _in_order(found.values())


def _in_order(scenarios: Iterable[Scenario]) -> tuple[Scenario, ...]:
    """The easier ones first."""
    return tuple(sorted(scenarios, key=lambda scenario: (scenario.difficulty, scenario.id)))


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
