"""What to score: folders, globs, manifests and fsspec addresses, as one list of calls in a fixed order."""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

from voicesim.batch.manifest import ManifestRow, read_manifest
from voicesim.errors import AudioError, UsageError

_KINDS = "wav wave w64 mp3 flac ogg oga opus aac m4a mp4 3gp gsm amr webm mka wma aif aiff au caf"
SUFFIXES = frozenset(f".{kind}" for kind in _KINDS.split())
"""Names taken for calls inside a folder; a file named on the command line or in a manifest may be called anything."""
_PATTERN = frozenset("*?[")


@dataclass(frozen=True)
class CallSource:
    """One call to score. `location` is a path or an fsspec address; `extra` are a manifest's further columns."""

    location: str
    agent: str | None = None
    customer: str | None = None
    agent_channel: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)


def find_calls(sources: Sequence[str], report: Callable[[str], None] = lambda _: None) -> list[CallSource]:
    """Every call that `sources` name, in their order, names inside a folder sorted; a call named twice is scored once.

    A source is a folder (searched to its depths), a glob, a manifest (`.csv`), a file, or an fsspec address of any of
    these. One that is not there or holds no recording is told to `report` and kept, to become an error row. Raises
    UsageError when that is so of all of them, and for a manifest that cannot be read; ContentError for a bad manifest.
    """
    found: dict[str, CallSource] = {}
    empty: list[str] = []
    for source in sources:
        calls = list(_expand(source))
        if not calls:
            empty.append(_why_nothing(source))
        for call in calls or [CallSource(source)]:
            found.setdefault(call.location, call)
    if len(empty) == len(sources):
        raise UsageError("; ".join(dict.fromkeys(empty)) or "no source of recorded calls was named")
    for problem in dict.fromkeys(empty):
        report(problem)
    return list(found.values())


@contextmanager
def open_call(location: str) -> Iterator[BinaryIO | Path]:
    """The call's file: a path where it lies on this machine, else a file object of its fsspec store.

    Raises AudioError when it cannot be opened.
    """
    if not is_address(location):
        yield Path(location)
        return
    try:
        filesystem, path = _filesystem(location)
        if filesystem.isdir(path):
            raise AudioError(f"{location}: is a folder, not a sound file; give a file inside it")
        file = filesystem.open(path, "rb")
    except FileNotFoundError:
        raise AudioError(f"{location}: no such file; check the address") from None
    except OSError as error:
        raise AudioError(f"{location}: cannot be opened ({error}); check the address and your access") from error
    with file:
        yield cast("BinaryIO", file)


def is_address(location: str) -> bool:
    """Whether a location is an fsspec address rather than a path on this machine."""
    return "://" in location


def _expand(source: str) -> Iterator[CallSource]:
    if source.lower().endswith(".csv"):
        yield from (_of_manifest(row, source) for row in read_manifest(source, _read_text(source)))
    elif is_address(source):
        yield from _at_address(source)
    elif Path(source).is_dir():
        yield from map(CallSource, sorted(map(str, _inside(Path(source)))))
    elif Path(source).exists():
        yield CallSource(source)
    elif _PATTERN & set(source):
        matches = sorted(glob.glob(source, recursive=True))  # noqa: PTH207 - absolute patterns too
        yield from (CallSource(match) for match in matches if _is_call(Path(match).name) or Path(match).is_file())


def _why_nothing(source: str) -> str:
    if source.lower().endswith(".csv"):
        return f"{source}: names no calls; each row below the headings needs a path"
    if _PATTERN & set(source) or is_address(source):
        return f"{source}: nothing there by that name; check it"
    if Path(source).is_dir():
        return f"{source}: no recorded calls there (looked for {', '.join(sorted(SUFFIXES))})"
    return f"{source}: no such file or folder; check the name"


def _inside(folder: Path) -> Iterator[Path]:
    """Calls in a folder; a folder named like a recording is listed too, so that it is reported and not passed over."""
    for entry in folder.iterdir():
        if entry.name.startswith("."):
            continue
        if _is_call(entry.name):
            yield entry
        elif entry.is_dir():
            yield from _inside(entry)


def _at_address(source: str) -> Iterator[CallSource]:
    filesystem, path = _filesystem(source)
    try:
        if _PATTERN & set(path):
            names: Iterable[str] = filesystem.glob(path)
        elif filesystem.isdir(path):
            names = filesystem.find(path)
        else:
            if filesystem.exists(path):
                yield CallSource(source)
            return
    except OSError as error:
        raise UsageError(f"{source}: cannot be listed ({error}); check the address and your access") from error
    kept = sorted(name for name in names if _is_call(PurePosixPath(name).name))
    yield from (CallSource(filesystem.unstrip_protocol(name)) for name in kept)


def _of_manifest(row: ManifestRow, manifest: str) -> CallSource:
    location = row.path
    if not is_address(location) and not Path(location).is_absolute():
        if is_address(manifest):
            location = f"{manifest.rsplit('/', 1)[0]}/{location}"
        else:
            location = str(Path(manifest).parent / location)
    return CallSource(location, row.agent, row.customer, row.agent_channel, row.extra)


def _read_text(source: str) -> bytes:
    try:
        if is_address(source):
            filesystem, path = _filesystem(source)
            return bytes(filesystem.cat_file(path))
        return Path(source).read_bytes()
    except FileNotFoundError:
        raise UsageError(f"{source}: no such manifest; check the name and the folder") from None
    except OSError as error:
        raise UsageError(f"{source}: the manifest cannot be read ({error})") from error


def _is_call(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in SUFFIXES and not name.startswith(".")


def _filesystem(address: str) -> tuple[Any, str]:
    try:
        import fsspec
    except ImportError as error:
        raise UsageError(f'{address}: reading addresses needs fsspec: pip install "voicesim[batch]"') from error
    try:
        filesystem, path = fsspec.core.url_to_fs(address)
    except (ImportError, ValueError) as error:
        raise UsageError(f"{address}: {error}") from error
    return filesystem, path
