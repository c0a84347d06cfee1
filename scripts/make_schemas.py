"""Writes voicesim/data/schemas from the dataclasses, for editors that check files as they are written."""

from __future__ import annotations

from voicesim.content import data_file
from voicesim.customer.schema import scenario_schema_text


def main() -> None:
    path = data_file("schemas", "scenario.schema.json")
    path.parent.mkdir(exist_ok=True)
    path.write_text(scenario_schema_text(), encoding="utf-8")
    print(f"wrote {path.name}")


if __name__ == "__main__":
    main()
