"""A typeface that has the letters of a text.

ReportLab carries Bitstream Vera, enough for western European languages. For others a typeface of the system is used
where one has the letters; none is downloaded.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont

STAND_INS = "□?"
FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/Library/Fonts",
    "/System/Library/Fonts/Supplemental",
    "C:/Windows/Fonts",
)
PAIRS = (
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
    ("segoeui.ttf", "segoeuib.ttf"),
    ("arial.ttf", "arialbd.ttf"),
    ("Arial Unicode.ttf", "Arial Unicode.ttf"),
)


@dataclass(frozen=True)
class Typeface:
    """The registered names of a regular and a bold font, the letters both have, and those of the text they lack.

    `stand_in` is shown for a letter that is missing.
    """

    regular: str
    bold: str
    letters: frozenset[str]
    missing: frozenset[str]
    stand_in: str = "?"

    def printable(self, text: str) -> str:
        """The text with a sign for each letter the typeface has not."""
        return "".join(char if char in self.letters or char.isspace() else self.stand_in for char in text)


def typeface_for(text: str) -> Typeface:
    """The first typeface that has every letter of `text`, else the one that lacks the fewest."""
    wanted = frozenset(char for char in text if not char.isspace())
    best = _typeface("Vera.ttf", "VeraBd.ttf", wanted)
    for regular, bold in _of_the_system() if best is None or best.missing else ():
        found = _typeface(regular, bold, wanted)
        if found is not None and (best is None or len(found.missing) < len(best.missing)):
            best = found
        if best is not None and not best.missing:
            break
    return best or Typeface("Helvetica", "Helvetica-Bold", frozenset(map(chr, range(32, 127))), wanted)


def _typeface(regular: str, bold: str, wanted: frozenset[str]) -> Typeface | None:
    loaded = _load(regular, bold)
    if loaded is None:
        return None
    names, letters = loaded
    stand_in = next(sign for sign in STAND_INS if sign in letters or sign == STAND_INS[-1])
    return Typeface(*names, letters, wanted - letters, stand_in)


@lru_cache
def _load(regular: str, bold: str) -> tuple[tuple[str, str], frozenset[str]] | None:
    """The names of two fonts, registered, and the letters both have; None where they cannot be read."""
    try:
        fonts = [TTFont(Path(file).stem, file) for file in (regular, bold)]
    except (TTFError, OSError):
        return None
    for font in fonts:
        registerFont(font)
    codes = set(fonts[0].face.charToGlyph) & set(fonts[1].face.charToGlyph)
    letters = frozenset(chr(code) for code in codes if code <= sys.maxunicode)
    return (fonts[0].fontName, fonts[1].fontName), letters


@lru_cache
def _of_the_system() -> tuple[tuple[str, str], ...]:
    """Pairs of font files found on this machine, in order of preference."""
    files: dict[str, str] = {}
    for folder in (Path(name).expanduser() for name in FOLDERS):
        if folder.is_dir():
            for path in folder.rglob("*.ttf"):
                files.setdefault(path.name, str(path))
    return tuple((files[regular], files[bold]) for regular, bold in PAIRS if regular in files and bold in files)
