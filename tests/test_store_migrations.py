"""Databases of earlier and later versions: brought up to date with what they hold, or refused untouched."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from tests.store_rig import old
from voicesim.errors import StoreError
from voicesim.store import Store, database
from voicesim.store.migrations import MIGRATIONS, migrate
from voicesim.store.tables import metadata


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_a_database_of_a_newer_version_is_refused_untouched(data: Path) -> None:
    Store(data).close()
    with sqlite3.connect(data / "voicesim.db") as raw:
        raw.execute("INSERT INTO migrations VALUES ('0999_future', 0)")
    with pytest.raises(StoreError, match=r"newer voicesim .*0999_future.*; update voicesim"):
        Store(data)


def test_the_tables_queries_are_built_from_are_those_of_the_database(data: Path) -> None:
    with Store(data) as store, store._database.reading() as connection:
        seen = inspect(connection)
        for table in metadata.sorted_tables:
            if table.name != "words":
                assert [column["name"] for column in seen.get_columns(table.name)] == [c.name for c in table.columns]
        kept = set(seen.get_table_names())
    assert {table.name for table in metadata.sorted_tables} - {"words"} <= kept


def test_every_earlier_shape_is_brought_up_to_date_with_what_it_holds(tmp_path: Path) -> None:
    for steps in range(1, len(MIGRATIONS)):
        folder = tmp_path / str(steps)
        folder.mkdir()
        store = Store.__new__(Store)
        store._database = old(folder, steps)
        with store._database.writing() as connection:
            connection.execute(
                text("INSERT INTO sessions (id, status, kind, scenario_id, trainee, started_at, started_at_text) "
                     "VALUES ('a', 'lost', 'practice', 's', 'Ana', 0, '2020-01-01T00:00:00+00:00')")
            )  # fmt: skip
        store.close()
        with Store(folder) as opened:
            assert [row.id for row in opened.list_sessions()] == ["a"]
            opened.add_comment("a", "Tom", None, "kept")


def test_a_step_that_fails_is_undone_whole(data: Path) -> None:
    from voicesim.store.migrations import Migration

    Store(data).close()
    broken = Migration("0998_broken", ("CREATE TABLE half (x)", "CREATE TABLE half (x)"))
    made = database.Database(data / "voicesim.db")
    with pytest.raises(StoreError), made.writing() as connection:
        migrate(connection, made.path, (*MIGRATIONS, broken))
    with made.reading() as connection:
        assert "half" not in inspect(connection).get_table_names()
    made.close()


def test_migration_names_are_unique_and_in_order() -> None:
    names = [step.name for step in MIGRATIONS]
    assert names == sorted(set(names))
