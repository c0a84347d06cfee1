"""Files people write: TOML validated into frozen dataclasses, CSV as rows; errors name file, line and field."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from voicesim.errors import ContentError

T = TypeVar("T")
_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*")(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"))*)\s*=""")
Location = tuple[str | int, ...]


def data_file(*parts: str) -> Path:
    """The path of a file or folder shipped in `voicesim/data`."""
    return Path(__file__).parent.joinpath("data", *parts)


def read_toml(path: Path) -> tuple[dict[str, object], str]:
    """The parsed file and its text. Raises ContentError when it is missing, not UTF-8, or not TOML."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ContentError(path, "no such file") from None
    except IsADirectoryError:
        raise ContentError(path, "is a folder, not a file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(path, f"cannot be read as UTF-8 text ({error})") from error
    try:
        return tomllib.loads(text), text
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+)", str(error))
        problem = re.sub(r"\s*\(at .*\)$", "", str(error))
        raise ContentError(path, f"not valid TOML: {problem}", line=int(found[1]) if found else None) from error


def csv_rows(name: Path | str, content: bytes, needed: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Every filled row of a CSV table (UTF-8, comma or semicolon) with its 1-based line: trimmed cells by heading.

    An absent cell is an empty one. Raises ContentError naming line and column: text that is not UTF-8, a column of
    `needed` that is not there, two of one heading, a row with more cells than headings.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ContentError(name, "is not UTF-8 text; save it as CSV UTF-8", line=line) from error
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        headings = [heading.strip() for heading in next(reader, [])]
        for heading in needed:
            if heading not in headings:
                said = f"has no column {heading!r}; its first line must name {', '.join(needed)}"
                raise ContentError(name, said, line=1, field=heading)
        if len(set(headings)) != len(headings):
            raise ContentError(name, "two columns have the same heading", line=1)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(headings):
                raise ContentError(name, "has more cells than headings", line=reader.line_num)
            padded = [*cells, *[""] * (len(headings) - len(cells))]
            yield reader.line_num, {key: cell.strip() for key, cell in zip(headings, padded, strict=True)}
    except csv.Error as error:
        raise ContentError(name, f"is not CSV: {error}", line=reader.line_num) from error


def load_content(path: Path, shape: type[T]) -> T:
    """The file as a `shape` (a frozen dataclass); every value is checked. Raises ContentError for the first problem."""
    data, text = read_toml(path)
    return validate_content(path, text, data, shape)


def validate_content(path: Path, text: str, data: Mapping[str, object], shape: type[T]) -> T:
    """`data` as a `shape`; `text` is the file it was parsed from, for line numbers. Raises ContentError."""
    try:
        return TypeAdapter(shape).validate_python(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        location = tuple(first["loc"])
        raise ContentError(
            path, _plain(first["type"], first["msg"]), line=line_of(text, location), field=dotted(location)
        ) from error


def dotted(location: Location) -> str:
    """A location as people write it: `beats[2].needs`."""
    out = ""
    for part in location:
        out += f"[{part + 1}]" if isinstance(part, int) else (f".{part}" if out else str(part))
    return out


def line_of(text: str, location: Location) -> int | None:
    """The 1-based line of a location, or of the nearest enclosing table that is written in the file."""
    lines = _line_index(text)
    for length in range(len(location), 0, -1):
        if location[:length] in lines:
            return lines[location[:length]]
    return None


def _plain(kind: str, message: str) -> str:
    known = {"missing": "is missing", "unexpected_keyword_argument": "is not a known field"}
    return known.get(kind, message[:1].lower() + message[1:])


def _line_index(text: str) -> dict[Location, int]:
    """Where each table header and key stands. Multi-line values are skipped by their quotes' balance."""
    index: dict[Location, int] = {}
    counts: dict[Location, int] = {}
    table: Location = ()
    inside_triple = False
    for number, line in enumerate(text.splitlines(), start=1):
        if inside_triple:
            inside_triple = line.count('"""') % 2 == 0
            continue
        if header := _HEADER.match(line):
            table = _resolve(_split(header[2]), counts, new_item=header[1] == "[[")
            index.setdefault(table, number)
            if header[1] == "[[":
                index.setdefault(table[:-1], number)
        elif key := _KEY.match(line):
            index.setdefault(table + _split(key[1]), number)
        inside_triple = line.count('"""') % 2 == 1
    return index


def _split(dotted_key: str) -> tuple[str, ...]:
    return tuple(part.strip().strip('"') for part in re.findall(r'"[^"]*"|[^.\s]+', dotted_key))


def _resolve(parts: tuple[str, ...], counts: dict[Location, int], *, new_item: bool) -> Location:
    """A header's parts with the index of the current item put behind every array of tables."""
    where: Location = ()
    for position, part in enumerate(parts):
        where = (*where, part)
        if new_item and position == len(parts) - 1:
            counts[where] = counts.get(where, -1) + 1
        if where in counts:
            where = (*where, counts[where])
    return where
