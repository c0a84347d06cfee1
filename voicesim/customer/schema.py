"""The JSON Schema of scenario files: the dataclasses they are read into, and of their rules what a schema can say."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter

from voicesim.customer.scenario_rules import ID, MAY_END, MUST_END, NEVER_EMPTY, NEVER_EMPTY_IN_PERSONA
from voicesim.customer.voices import load_cast
from voicesim.domain import Scenario

_URL = "https://json-schema.org/draft/2020-12/schema"
_SOME_TEXT = {"pattern": r"\S"}
_SOME_ITEM = {"minItems": 1}
_AN_ID = {"pattern": f"^{ID.pattern}$"}


def scenario_schema_text() -> str:
    """The schema as JSON text, the same for the same dataclasses and rules."""
    schema = {"$schema": _URL, **TypeAdapter(Scenario).json_schema()}
    _add_rules(schema["properties"], schema["$defs"])
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _add_rules(scenario: dict[str, Any], parts: dict[str, Any]) -> None:
    persona, beat = parts["Persona"]["properties"], parts["Beat"]["properties"]
    for name in NEVER_EMPTY:
        scenario[name] |= _SOME_TEXT
    for name in NEVER_EMPTY_IN_PERSONA:
        persona[name] |= _SOME_TEXT
    persona["voice"] |= {"enum": sorted(load_cast())}
    parts["LineChoice"]["properties"]["text"] |= _SOME_TEXT
    for one in (scenario["id"], beat["id"]):
        one |= _AN_ID
    for listed in (scenario["beats"], scenario["prompts"], beat["lines"], scenario["endings"]["additionalProperties"]):
        listed |= _SOME_ITEM
    scenario["endings"] |= {
        "propertyNames": {"enum": [ending.value for ending in MAY_END]},
        "required": [ending.value for ending in MUST_END],
    }
    del parts["Ending"]
