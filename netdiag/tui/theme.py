"""The themes, and the inks that lines are drawn with in each of them.

A theme colours what Textual draws; an ``Ink`` what is drawn line by line. Colour is never the only
sign: whatever is coloured also says so in a word or a mark.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rich.style import Style
from textual.theme import BUILTIN_THEMES, Theme

DARK = "netdiag-dark"
LIGHT = "netdiag-light"
CONTRAST = "netdiag-contrast"
PLAIN = "netdiag-plain"
"""Without any colour, for NO_COLOR (https://no-color.org)."""


class Ink(NamedTuple):
    """A style for each kind of words."""

    text: Style
    quiet: Style
    place: Style
    """Names of nodes and interfaces."""
    good: Style
    warning: Style
    problem: Style
    heading: Style
    key: Style
    """A key to press."""
    kinds: Mapping[str, Style]
    """By kind of encapsulation; ``none`` is plain."""

    def kind(self, encapsulation: str | None) -> Style:
        """Return the style of an encapsulation, whichever it is."""
        return self.quiet if encapsulation is None else self.kinds.get(encapsulation, self.heading)


def _theme(name: str, colours: tuple[str, ...], *, dark: bool) -> Theme:
    """Return a theme: primary, accent, success, warning, error, text, back, surface, panel."""
    primary, accent, success, warning, error, foreground, background, surface, panel = colours
    return Theme(
        name=name,
        primary=primary,
        secondary=accent,
        accent=accent,
        success=success,
        warning=warning,
        error=error,
        foreground=foreground,
        background=background,
        surface=surface,
        panel=panel,
        dark=dark,
        variables={
            "footer-key-foreground": accent,
            "footer-background": panel,
            "block-cursor-text-style": "bold",
        },
    )


_DARK_COLOURS = (
    "#5fa8ff", "#7fd4ff", "#7ed491", "#f0c060", "#ff7b7b", "#d8dee6", "#12161c", "#181d25",
    "#222a35",
)  # fmt: skip
_LIGHT_COLOURS = (
    "#0b57a4", "#00607a", "#1a6b2c", "#855300", "#b3151b", "#1c232b", "#fbfbf9", "#f1f1ee",
    "#e3e5e4",
)  # fmt: skip
_CONTRAST_COLOURS = (
    "#00d7ff", "#ffff00", "#5fff5f", "#ffd700", "#ff8787", "#ffffff", "#000000", "#000000",
    "#1c1c1c",
)  # fmt: skip

_ANSI_COLOURED = (
    "primary", "secondary", "accent", "success", "warning", "error", "foreground", "background",
    "surface", "panel", "boost",
)  # fmt: skip
_PLAIN_THEME = Theme(
    name=PLAIN,
    ansi=True,
    variables={**BUILTIN_THEMES["ansi-dark"].variables, "block-cursor-text-style": "reverse"},
    **dict.fromkeys(_ANSI_COLOURED, "ansi_default"),  # type: ignore[arg-type]
)
THEMES = (
    _theme(DARK, _DARK_COLOURS, dark=True),
    _theme(LIGHT, _LIGHT_COLOURS, dark=False),
    _theme(CONTRAST, _CONTRAST_COLOURS, dark=True),
    _PLAIN_THEME,
)


def _ink(theme: Theme, quiet: str, kinds: Mapping[str, str]) -> Ink:
    bold = Style(bold=True)
    return Ink(
        text=Style(color=theme.foreground),
        quiet=Style(color=quiet),
        place=Style(color=theme.accent),
        good=Style(color=theme.success),
        warning=Style(color=theme.warning) + bold,
        problem=Style(color=theme.error) + bold,
        heading=Style(color=theme.foreground) + bold,
        key=Style(color=theme.primary) + bold,
        kinds={name: Style(color=colour) for name, colour in kinds.items()},
    )


def _kinds(*colours: str) -> dict[str, str]:
    """Return a colour per encapsulation: plain, vxlan, ipip, udp, wireguard, gre, esp."""
    none, vxlan, ipip, udp, wireguard, gre, esp = colours
    return {
        "none": none, "vxlan": vxlan, "geneve": vxlan, "ipip": ipip, "sit": ipip, "udp": udp,
        "fou": udp, "flannel-udp": udp, "wireguard": wireguard, "gre": gre, "vti": gre,
        "esp": esp, "ipsec": esp,
    }  # fmt: skip


_PLAIN_INK = Ink(
    text=Style(),
    quiet=Style(dim=True),
    place=Style(),
    good=Style(),
    warning=Style(bold=True),
    problem=Style(bold=True, reverse=True),
    heading=Style(bold=True),
    key=Style(bold=True),
    kinds={},
)
_INKS = {
    DARK: _ink(THEMES[0], "#8a94a3", _kinds(
        "#a9b4c2", "#d2a0ff", "#ffb070", "#f0e070", "#70e0c0", "#ff9ad5", "#9ab8ff")),
    LIGHT: _ink(THEMES[1], "#5c6670", _kinds(
        "#44505c", "#7a26b8", "#a04400", "#6b5a00", "#00695c", "#a3157a", "#2a4aa8")),
    CONTRAST: _ink(THEMES[2], "#d0d0d0", _kinds(
        "#ffffff", "#ff87ff", "#ffaf5f", "#ffff5f", "#5fffd7", "#ff5fd7", "#87afff")),
    PLAIN: _PLAIN_INK,
}  # fmt: skip


def ink_of(theme: Theme) -> Ink:
    """Return the inks of a theme; one of Textual's own gets those of ours that is closest."""
    found = _INKS.get(theme.name)
    if found is not None:
        return found
    if theme.ansi:
        return _PLAIN_INK
    return _INKS[DARK if theme.dark else LIGHT]
