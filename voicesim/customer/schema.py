"""The JSON Schema of scenario files, made from the dataclasses they are read into."""

from __future__ import annotations

import json

from pydantic import TypeAdapter

from voicesim.domain import Scenario

_URL = "https://json-schema.org/draft/2020-12/schema"


def scenario_schema_text() -> str:
    """The schema as JSON text, the same for the same dataclasses."""
    schema = {"$schema": _URL, **TypeAdapter(Scenario).json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
