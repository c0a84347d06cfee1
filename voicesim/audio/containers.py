"""What a file's own header promises, so that a cut-off file is found before its decoder quietly shortens it."""

from __future__ import annotations

import struct
from typing import BinaryIO

from voicesim.errors import AudioError

_UNKNOWN_SIZES = (0, 0xFFFFFFFF, 0x7FFFFFFF)
"""Data sizes written by programs that stream a WAV and never come back to fill in its length."""
_OGG_TAIL_BYTES = 1 << 17
"""An Ogg page holds at most 65,307 bytes (RFC 3533), so the last page starts within this tail."""
_OGG_LAST_PAGE = 0x04


def check_container(file: BinaryIO, name: str) -> None:
    """Raise AudioError when the file is empty, is plainly text, or ends before its header says. Leaves it at 0."""
    size = file.seek(0, 2)
    file.seek(0)
    head = file.read(512)
    file.seek(0)
    if size == 0:
        raise AudioError(f"{name}: the file is empty (0 bytes); export or copy it again")
    if head[:4] in (b"RIFF", b"RIFX") and head[8:12] == b"WAVE":
        _check_wav(file, name, size, "<" if head[:4] == b"RIFF" else ">")
    elif head[:4] == b"OggS":
        _check_ogg(file, name, size)
    elif _looks_like_text(head):
        raise AudioError(f"{name}: is a text file, not sound; give a WAV, MP3, FLAC, Ogg, M4A or GSM file")
    file.seek(0)


def truncated(name: str, detail: str) -> AudioError:
    """The error every cut-off file gets."""
    return AudioError(f"{name}: the file is cut off ({detail}); copy or export it again")


def _check_wav(file: BinaryIO, name: str, size: int, order: str) -> None:
    at, samples_found = 12, False
    while at + 8 <= size:
        file.seek(at)
        kind, length = struct.unpack(f"{order}4sI", file.read(8))
        present = size - at - 8
        if kind == b"data":
            samples_found = True
            if length in _UNKNOWN_SIZES:
                return
        if length > present:
            raise truncated(name, f"its {kind.decode('latin-1').strip()!r} part holds {present:,} of {length:,} bytes")
        at += 8 + length + (length & 1)
    if not samples_found:
        raise truncated(name, "the header is there, the samples are not")


def _check_ogg(file: BinaryIO, name: str, size: int) -> None:
    file.seek(max(0, size - _OGG_TAIL_BYTES))
    tail = file.read()
    last = tail.rfind(b"OggS")
    page = tail[last:] if last >= 0 else b""
    segments = page[26] if len(page) > 26 else 0
    whole = len(page) >= 27 + segments and len(page) >= 27 + segments + sum(page[27 : 27 + segments])
    if not whole or not page[5] & _OGG_LAST_PAGE:
        raise truncated(name, "its last Ogg page is missing")


def _looks_like_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    try:
        text = head.decode("utf-8", errors="strict" if len(head) < 512 else "ignore")
    except UnicodeDecodeError:
        return False
    return bool(text) and sum(c.isprintable() or c in "\r\n\t" for c in text) >= 0.95 * len(head)
