"""Content files: valid ones become dataclasses, the first problem names file, line and field."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from voicesim.content import csv_rows, line_of, load_content
from voicesim.errors import ContentError


@dataclass(frozen=True)
class Step:
    say: str
    weight: float = 1.0


@dataclass(frozen=True)
class Plan:
    name: str
    steps: tuple[Step, ...] = ()


def plan_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_valid_file_becomes_its_dataclass(tmp_path: Path) -> None:
    path = plan_file(tmp_path, 'name = "a"\n[[steps]]\nsay = "hello"\n[[steps]]\nsay = "bye"\nweight = 2\n')
    assert load_content(path, Plan) == Plan("a", (Step("hello"), Step("bye", 2.0)))


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [
        ('name = "a"\n\n[[steps]]\nsay = "x"\n\n[[steps]]\nsay = 7\n', 7, "steps[2].say"),
        ('name = "a"\n[[steps]]\nsay = "x"\nweight = "heavy"\n', 4, "steps[1].weight"),
        ('name = """\ntwo\nlines"""\n[[steps]]\nweight = 1\n', 4, "steps[1].say"),
    ],
)
def test_the_first_problem_is_found_where_it_stands(tmp_path: Path, text: str, line: int, field: str) -> None:
    with pytest.raises(ContentError) as caught:
        load_content(plan_file(tmp_path, text), Plan)
    assert (caught.value.line, caught.value.field) == (line, field)
    assert f"plan.toml, line {line}, {field}: " in str(caught.value)


def test_broken_toml_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="not valid TOML") as caught:
        load_content(plan_file(tmp_path, 'name = "a"\nsteps = [\n\nnext = 1\n'), Plan)
    assert caught.value.line is not None


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="no such file"):
        load_content(tmp_path / "absent.toml", Plan)


def test_a_field_that_is_missing_points_at_its_table() -> None:
    text = 'name = "a"\n[persona]\nvoice = "x"\n[persona.mood]\nanger = 1\n'
    assert line_of(text, ("persona", "mood", "patience")) == 4
    assert line_of(text, ("persona", "voice")) == 3
    assert line_of(text, ("absent",)) is None


def test_a_table_is_rows_by_heading_with_their_lines_whatever_a_spreadsheet_made_of_it() -> None:
    text = '\ufeff path ;note\r\n a.wav ;"two; words"\r\n;\r\nb.wav\r\n;x\r\n'
    assert list(csv_rows("t.csv", text.encode(), ("path",))) == [
        (2, {"path": "a.wav", "note": "two; words"}),
        (4, {"path": "b.wav", "note": ""}),
        (5, {"path": "", "note": "x"}),
    ]


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        (b"", 1, "'path'; its first line must name path, who"),
        (b"path,Who\n", 1, "no column 'who'"),
        (b"path,who,who\n", 1, "two columns have the same heading"),
        (b"path,who\na,b\nc,d,\n", 3, "more cells than headings"),
        (b"path,who\na,\xff\n", 2, "not UTF-8"),
        (b"path,who\n\na," + b"x" * 200_000, 3, "is not CSV: field larger than"),
    ],
)
def test_a_table_that_is_not_one_names_its_line(content: bytes, line: int, says: str) -> None:
    with pytest.raises(ContentError, match=says) as caught:
        list(csv_rows("t.csv", content, ("path", "who")))
    assert caught.value.line == line
    assert str(caught.value).startswith(f"t.csv, line {line}")
