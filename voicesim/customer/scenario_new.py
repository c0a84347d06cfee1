"""The text of a new scenario, commented, ready to practise with and to change."""

from __future__ import annotations

import re

from voicesim.content import data_file

_NOT_ALLOWED = re.compile(r"[^a-z0-9]+")


def new_scenario_text(name: str) -> str:
    """A commented scenario file whose id is made from `name` ("My Call" gives my_call)."""
    slug = _NOT_ALLOWED.sub("_", name.lower()).strip("_")
    scenario_id = slug if slug[:1].isalpha() else f"scenario_{slug}".rstrip("_")
    template = data_file("templates", "scenario.toml").read_text(encoding="utf-8")
    return template.replace('id = "my_scenario"', f'id = "{scenario_id}"', 1)
