"""`voicesim batch` as a scheduler meets it: sources that are not there, and what the exit code says."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.batch_rig import SimpleEars, put_calls
from voicesim.cli import app
from voicesim.errors import UsageError


@pytest.fixture(autouse=True)
def simple_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Engines and a worker that are there in no time."""
    monkeypatch.setattr("voicesim.engines.call_ears.CallEarsFactory", lambda _: SimpleEars())
    monkeypatch.setattr(
        "voicesim.cli.batch._executor", lambda stack, *_: (stack.enter_context(ThreadPoolExecutor(1)), 1)
    )


def batch(folder: Path, *sources: Path | str) -> Result:
    """The command run here, with its tables as `rows.jsonl` in `folder`."""
    named = ["--data-dir", str(folder / "data"), "batch", *map(str, sources), "--output", str(folder / "rows.jsonl")]
    return CliRunner().invoke(app, [*named, "--quiet"])


def rows(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "rows.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("none", "no such file or folder"),
        ("none/a.wav", "no such file or folder"),
        ("none/*.wav", "nothing there by that name"),
        ("empty", "no recorded calls there (looked for .3gp"),
        ("headings.csv", "names no calls"),
        ("none.csv", "no such manifest"),
        ("file://none", "nothing there by that name"),
    ],
)
def test_sources_without_a_recording_are_one_line_before_anything_is_written(
    tmp_path: Path, source: str, says: str
) -> None:
    if source.startswith("file:"):
        pytest.importorskip("fsspec")
    (tmp_path / "empty").mkdir()
    (tmp_path / "headings.csv").write_text("path,agent\n\n")
    before = sorted(tmp_path.iterdir())
    named = source if "://" in source else str(tmp_path / source)
    done = batch(tmp_path, named)
    assert isinstance(done.exception, UsageError)  # the one line and exit code 2 of every usage error
    assert f"{named}: {says}" in str(done.exception)
    assert sorted(tmp_path.iterdir()) == before


def test_a_source_that_is_not_there_beside_one_that_is_becomes_a_row_and_is_said(tmp_path: Path) -> None:
    put_calls(tmp_path / "calls", 3)
    (tmp_path / "empty").mkdir()
    done = batch(tmp_path, tmp_path / "none", tmp_path / "calls", tmp_path / "empty")
    assert done.exit_code == 0
    said = done.stderr.splitlines()
    assert [line.split(": ", 2)[1] for line in said] == [str(tmp_path / "none"), str(tmp_path / "empty")]
    assert all(line.endswith("(going on without it)") for line in said)
    errors = {Path(row["call"]).name: row["error"] for row in rows(tmp_path)}
    assert list(errors) == ["none", "0.wav", "1.wav", "text.wav", "empty"]
    assert "no such file" in errors["none"]
    assert "is a folder" in errors["empty"]
    assert errors["0.wav"] is errors["1.wav"] is None


def test_a_batch_of_which_no_call_could_be_scored_ends_with_1_and_keeps_the_reasons(tmp_path: Path) -> None:
    (damaged,) = put_calls(tmp_path / "calls", 1)
    manifest = tmp_path / "calls.csv"
    manifest.write_text(f"path,agent\n{damaged.location},Ann\nnone.wav,Ben\n")
    done = batch(tmp_path, manifest)
    assert done.exit_code == 1
    assert done.stderr == f"voicesim: no call could be scored; {tmp_path / 'rows.jsonl'} has the reason of each\n"
    first, second = rows(tmp_path)
    assert (first["agent"], second["agent"]) == ("Ann", "Ben")
    assert "text.wav" in first["error"]
    assert second["error"] == f"{tmp_path / 'none.wav'}: no such file; check the name and the folder"


def test_one_call_scored_is_a_batch_that_worked(tmp_path: Path) -> None:
    put_calls(tmp_path / "calls", 2)
    done = batch(tmp_path, tmp_path / "calls")
    assert (done.exit_code, done.stderr) == (0, "")
    assert [row["error"] is None for row in rows(tmp_path)] == [True, False]


def test_the_help_says_what_the_exit_codes_mean() -> None:
    said = " ".join(CliRunner().invoke(app, ["batch", "--help"]).output.split())
    assert "0 when at least one call was scored, 1 when none could be, 2 when the batch could not begin" in said
