"""Full disks, damaged files and folders that cannot be used: nothing half-written, one clear line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.example_sessions import make_session
from tests.store_rig import assert_sound, posix_only, python
from voicesim.errors import StoreError
from voicesim.store import Store


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


FILLER = """
import resource, sys
from pathlib import Path
from tests.example_sessions import make_session
from voicesim.errors import StoreError
from voicesim.store import Store
store = Store(Path(sys.argv[1]))
store.save_session(make_session("first", turns=2))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
try:
    for i in range(200):
        store.save_session(make_session(f"more-{i}", turns=int(sys.argv[3]), hop_s=float(sys.argv[4]), seed=i))
except StoreError as error:
    print(error)
"""


@posix_only
@pytest.mark.parametrize(
    ("limit", "turns", "hop_s"), [(400_000, 2, 1.0), (300_000, 30, 0.01)], ids=["database", "contours"]
)
def test_a_disk_that_fills_up_is_one_line_and_what_was_saved_stays(
    data: Path, limit: int, turns: int, hop_s: float
) -> None:
    filler = python(FILLER, data, limit, turns, hop_s)
    output, errors = filler.communicate(timeout=120)
    assert filler.returncode == 0, errors
    (line,) = output.splitlines()
    assert str(data) in line and ("cannot be written" in line or "disk is full" in line)
    assert assert_sound(data) >= 1
    assert not list((data / "recordings").glob("*.part"))


@pytest.mark.parametrize(
    "content", [b"hello, I am a letter, not a database" * 40, b"SQLite format 3\0" + b"\xff" * 4000]
)
def test_a_damaged_database_is_one_line_and_left_as_it_is(data: Path, content: bytes) -> None:
    data.mkdir()
    (data / "voicesim.db").write_bytes(content)
    with pytest.raises(StoreError, match="damaged or not a voicesim database") as raised:
        Store(data)
    assert "\n" not in str(raised.value)
    assert (data / "voicesim.db").read_bytes() == content


def test_a_damaged_record_is_one_line_and_the_others_open(data: Path) -> None:
    with Store(data) as store:
        for name in ("good", "bad"):
            store.save_session(make_session(name))
        with store._database.writing() as connection:
            connection.execute(
                text("UPDATE records SET body = x'00' WHERE session_key = (SELECT key FROM sessions WHERE id = 'bad')")
            )
        with pytest.raises(StoreError, match="session bad is damaged"):
            store.session("bad")
        assert store.session("good").id == "good"
        assert len(store.list_sessions()) == 2


def test_folders_that_cannot_be_used_are_one_line(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    in_the_way = tmp_path / "taken"
    in_the_way.mkdir()
    (in_the_way / "recordings").write_text("x")
    for folder in (file, file / "below", in_the_way):
        with pytest.raises(StoreError, match="choose another with --data-dir") as raised:
            Store(folder)
        assert "\n" not in str(raised.value)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_without_permission_is_one_line(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="cannot be used"):
        Store(tmp_path / "data")
