"""How each encapsulation looks in a ladder: a colour, and a dash for those who don't see it.

The colours are Okabe and Ito's for colour-blind readers, some darkened so that text in them has a
contrast of at least 4.5 to 1 on white.
"""

from __future__ import annotations

from typing import NamedTuple

from netdiag.render.ladder_links import PLAIN


class Style(NamedTuple):
    """A tunnel is a coloured tube with a white core; the core's dashes tell the kind."""

    colour: str
    core: str | None
    """SVG dash array of the core, empty = unbroken; None = no tube, a thin line."""


STYLES = {
    PLAIN: Style("#4d5761", None),
    "vxlan": Style("#0072b2", ""),
    "vxlan-gpe": Style("#0072b2", "2 3"),
    "ipip": Style("#b84a00", "7 4"),
    "wireguard": Style("#00795a", "2 4"),
    "udp": Style("#a8417f", "12 4"),
    "geneve": Style("#856000", "8 3 2 3"),
    "gre": Style("#6a4fb3", "4 4"),
    "erspan": Style("#6a4fb3", "12 3 3 3"),
    "6in4": Style("#8c4a1a", "3 3"),
    "4in6": Style("#8c4a1a", "8 4"),
    "6in6": Style("#8c4a1a", "12 2"),
    "esp": Style("#00656b", "5 2"),
}
OTHER = Style("#5a3d7a", "3 6")
"""For kinds that are new or rare; their name is written beside them."""


def style_of(kind: str) -> Style:
    """Return how an encapsulation is drawn."""
    return STYLES.get(kind, OTHER)
