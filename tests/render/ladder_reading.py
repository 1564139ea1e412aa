"""Reads a ladder's SVG back: its groups, words and columns, and where everything lies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element, fromstring

from netdiag.model.report import Ping
from netdiag.render.ladder_svg import ladder_svg
from tests.render.ladder_cases import finding, report

SVG = "{http://www.w3.org/2000/svg}"
CELL = 0.6
"""Width of a monospaced letter, as a part of the font's size."""
TITLE = "iptables drops VXLAN (UDP 8472) at the INPUT hook"
BLOCKED = finding("node-2", TITLE)


class Area(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float
    what: str

    def overlaps(self, other: Area) -> bool:
        beside = self.right <= other.left or other.right <= self.left
        return not (beside or self.bottom <= other.top or other.bottom <= self.top)


def picture(shown: Ping) -> Element:
    return fromstring(ladder_svg(report(shown, findings=(BLOCKED,)), shown))


def groups(root: Element, name: str) -> list[Element]:
    return [g for g in root.iter(f"{SVG}g") if name in g.get("class", "").split()]


def words(element: Element) -> list[str]:
    return [text.text or "" for text in element.iter(f"{SVG}text")]


def explained(element: Element) -> str:
    return element.findtext(f"{SVG}title") or ""


def columns(root: Element) -> list[str]:
    return [explained(group) for group in groups(root, "column")]


def heads(root: Element, name: str) -> list[tuple[float, float]]:
    """For each arrow: how far to the right it goes, and how far down."""
    paths = [group.findall(f"{SVG}path")[0].get("d", "") for group in groups(root, name)]
    numbers = [[float(n) for n in re.findall(r"-?\d+\.?\d*", path)] for path in paths]
    return [(n[-2] - n[0], n[-1] - n[1]) for n in numbers]


def area_of(text: Element) -> Area:
    size, x, y = (float(text.get(name, "0")) for name in ("font-size", "x", "y"))
    shown = text.text or ""
    width = len(shown) * CELL * size
    left = x - {"middle": width / 2, "end": width}.get(text.get("text-anchor", "start"), 0.0)
    return Area(left, y - 0.75 * size, left + width, y + 0.2 * size, shown)


def shapes(root: Element) -> Iterator[Area]:
    """Where every element that is drawn lies."""
    for element in root.iter():
        tag, numbers = element.tag.removeprefix(SVG), []
        if tag == "text":
            yield area_of(element)
        elif tag == "rect":
            x, y, w, h = (float(element.get(n, "0")) for n in ("x", "y", "width", "height"))
            yield Area(x, y, x + w, y + h, tag)
        elif tag == "circle":
            x, y, r = (float(element.get(n, "0")) for n in ("cx", "cy", "r"))
            yield Area(x - r, y - r, x + r, y + r, tag)
        elif tag == "line":
            numbers = [float(element.get(n, "0")) for n in ("x1", "y1", "x2", "y2")]
        elif tag in ("path", "polygon"):
            drawn = element.get("d") or element.get("points") or ""
            numbers = [float(n) for n in re.findall(r"-?\d+\.?\d*", drawn)]
        if numbers:
            xs, ys = numbers[::2], numbers[1::2]
            yield Area(min(xs), min(ys), max(xs), max(ys), tag)
