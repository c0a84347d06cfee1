"""HTML that cannot be broken by what people say: every text and attribute is escaped where it enters."""

from __future__ import annotations

from html import escape

VOID = {"meta", "br", "rect", "line", "polyline", "circle"}


class Markup(str):
    """Text that is HTML already; only `tag` and `join` make it."""

    __slots__ = ()


def tag(name: str, /, *children: str, **attributes: str | float | None) -> Markup:
    """An element. Children that are not Markup are escaped; `class_` is `class`, `stroke_width` is `stroke-width`.

    Attributes that are None are left out.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in VOID:
        return Markup(f"<{name}{written}>" if name in ("meta", "br") else f"<{name}{written}/>")
    return Markup(f"<{name}{written}>{join(*children)}</{name}>")


def join(*children: str) -> Markup:
    """Children one after another, escaped where they are not Markup."""
    return Markup("".join(child if isinstance(child, Markup) else escape(child) for child in children))
