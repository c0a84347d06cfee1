"""Lexicon files: behaviours as phrase patterns with examples, and the word lists they share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import ClassVar, Literal

from voicesim.content import data_file, line_of, read_toml, validate_content
from voicesim.errors import ContentError, UsageError
from voicesim.wording.openings import OpeningIndex, Openings
from voicesim.wording.patterns import PatternError, compile_pattern, pieces_of

_STRICT: dict[str, str] = {"extra": "forbid"}
_SHARED = "shared.toml"
_PAUSES = "pause"
_INDEXED = ("patterns", "but_not", "likely", "beside")


@dataclass(frozen=True)
class BehaviourEntry:
    """One behaviour as its file gives it.

    A match is dropped when it is negated ("I'm not sorry") and `negatable`, when it touches a match of `but_not`, or
    when the words of the same clause straight before it match `not_after` ("you said that", "if it had been").
    `likely` are patterns that say too little alone ("on Tuesday"): they count beside one of `beside` ("will") only.
    `not_with` are ids of other behaviours: where one of them is in the same sentence, this one is not counted ("Did
    you even read it?" is no question). They may stand in any file of the folder, but have no `not_with` themselves.
    `examples` must be found, `counter_examples` must not; both are checked by the tests.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    title: str
    quality: Literal["good", "bad", "neutral"]
    meaning: str
    patterns: tuple[str, ...]
    examples: tuple[str, ...]
    but_not: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()
    likely: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    not_with: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()
    negatable: bool = True


@dataclass(frozen=True)
class _LexiconFile:
    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    behaviours: Mapping[str, BehaviourEntry]


@dataclass(frozen=True)
class _SharedFile:
    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    lists: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, eq=False)
class Behaviour:
    """A behaviour ready to be looked for. `hears_pauses`: its patterns name `<pause>`, which others do not see."""

    id: str
    entry: BehaviourEntry
    not_after: tuple[re.Pattern[str], ...]
    patterns: OpeningIndex
    but_not: OpeningIndex
    likely: OpeningIndex
    beside: OpeningIndex
    hears_pauses: bool = False


@dataclass(frozen=True, eq=False)
class Lexicons:
    """All behaviours of a folder, by id, and the word lists that patterns may name."""

    behaviours: Mapping[str, Behaviour]
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def pauses(self) -> frozenset[str]:
        """The sounds that fill a pause, as words."""
        return frozenset(word for entry in self.lists.get(_PAUSES, ()) for word in pieces_of(entry) if word.isalpha())

    def ids(self, quality: str | None = None) -> tuple[str, ...]:
        """Behaviour ids, all or those of one quality ("good", "bad", "neutral")."""
        return tuple(id_ for id_, b in self.behaviours.items() if quality in (None, b.entry.quality))


def load_lexicons(folder: Path | None = None) -> Lexicons:
    """The lexicons of `folder`, or the shipped ones.

    Raises ContentError for a file that is not valid, UsageError for a folder without lexicons.
    """
    return _load((folder or data_file("lexicons")).resolve())


@lru_cache(maxsize=8)
def _load(folder: Path) -> Lexicons:
    files = sorted(folder.glob("*.toml")) if folder.is_dir() else []
    if not files:
        raise UsageError(f"{folder} has no lexicon files (*.toml)")
    lists: Mapping[str, tuple[str, ...]] = {}
    if (folder / _SHARED).exists():
        data, text = read_toml(folder / _SHARED)
        lists = validate_content(folder / _SHARED, text, data, _SharedFile).lists
    behaviours: dict[str, Behaviour] = {}
    files_of: dict[str, Path] = {}
    openings = Openings(lists)
    for path in files:
        if path.name != _SHARED:
            behaviours.update(_behaviours(path, lists, openings, behaviours))
            files_of.update(dict.fromkeys(behaviours.keys() - files_of.keys(), path))
    for id_, path in files_of.items():
        _check_not_with(id_, path, behaviours)
    return Lexicons(behaviours, lists)


def _behaviours(
    path: Path, lists: Mapping[str, tuple[str, ...]], openings: Openings, known: Mapping[str, Behaviour]
) -> dict[str, Behaviour]:
    data, text = read_toml(path)
    found: dict[str, Behaviour] = {}
    for id_, entry in validate_content(path, text, data, _LexiconFile).behaviours.items():
        where = ("behaviours", id_)
        if id_ in known or not re.fullmatch(r"[a-z][a-z_]*", id_):
            problem = "is defined twice" if id_ in known else "an id has small letters and _ alone"
            raise ContentError(path, problem, line=line_of(text, where), field=f"behaviours.{id_}")
        compiled = {}
        spread = {part: _spread(getattr(entry, part), lists) for part in (*_INDEXED, "not_after")}
        for part in (*_INDEXED, "not_after"):
            at_end = part == "not_after"
            try:
                compiled[part] = tuple(compile_pattern(p, lists, at_end=at_end) for p in spread[part])
            except PatternError as error:
                line = line_of(text, (*where, part))
                raise ContentError(path, str(error), line=line, field=f"behaviours.{id_}.{part}") from error
        indexes = {part: OpeningIndex(compiled[part], [openings.of(p) for p in spread[part]]) for part in _INDEXED}
        hears_pauses = any(f"<{_PAUSES}>" in pattern for pattern in entry.patterns)
        found[id_] = Behaviour(id_, entry, compiled["not_after"], **indexes, hears_pauses=hears_pauses)
    return found


def _check_not_with(id_: str, path: Path, behaviours: Mapping[str, Behaviour]) -> None:
    for other in behaviours[id_].entry.not_with:
        if other in behaviours and not behaviours[other].entry.not_with:
            continue
        problem = f'"{other}" has a not_with itself' if other in behaviours else f'there is no behaviour "{other}"'
        line = line_of(path.read_text(encoding="utf-8"), ("behaviours", id_, "not_with"))
        raise ContentError(path, problem, line=line, field=f"behaviours.{id_}.not_with")


def _spread(patterns: Iterable[str], lists: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Patterns with those that are one word list alone as its entries: each is then tried only where it may begin."""
    out: list[str] = []
    for pattern in patterns:
        name = pattern[1:-1]
        is_list = pattern == f"<{name}>" and name in lists and pattern not in lists[name]
        out += _spread(lists[name], lists) if is_list else (pattern,)
    return tuple(out)
