"""SVG elements as ``xml.etree`` makes them: text is escaped there, and made printable here.

Looks are attributes, not a style sheet, and nothing has an ``id``: several pictures can stand in
one page, and wikis that strip styles keep the colours.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from netdiag.render.ladder_shapes import Spot
from netdiag.render.terminal import printable

NAMESPACE = "http://www.w3.org/2000/svg"
MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
SANS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"

Value = str | float


def new_picture(label: str) -> Element:
    """Return an empty picture; its size is set at the end."""
    root = Element("svg", {"xmlns": NAMESPACE, "role": "img", "aria-label": printable(label)})
    root.set("font-family", MONO)
    return root


def finish_picture(root: Element, width: float, height: float) -> str:
    """Set the size of the picture and return it as a document."""
    root.set("width", _text(width))
    root.set("height", _text(height))
    root.set("viewBox", f"0 0 {_text(width)} {_text(height)}")
    indent(root)
    return tostring(root, encoding="unicode") + "\n"


def draw(parent: Element, tag: str, **attributes: Value) -> Element:
    """Add an element; ``stroke_width`` stands for ``stroke-width``, ``class_`` for ``class``."""
    named = {name.rstrip("_").replace("_", "-"): _text(v) for name, v in attributes.items()}
    return SubElement(parent, tag, named)


def line(parent: Element, start: Spot, end: Spot, stroke: str, **more: Value) -> Element:
    """Add a straight line."""
    return draw(parent, "line", x1=start.x, y1=start.y, x2=end.x, y2=end.y, stroke=stroke, **more)


def write(parent: Element, at: Spot, text: str, size: float, fill: str, **more: Value) -> Element:
    """Add a line of text that starts (or, by ``text_anchor``, centres or ends) at a place."""
    element = draw(parent, "text", x=at.x, y=at.y, font_size=size, fill=fill, **more)
    element.text = printable(text)
    return element


def write_over(
    parent: Element, at: Spot, text: str, size: float, fill: str, **more: Value
) -> Element:
    """Add a line of text with a white edge, readable across other lines."""
    edge: dict[str, Value] = {"stroke": "#ffffff", "stroke_width": 3.5, "paint_order": "stroke"}
    return write(parent, at, text, size, fill, stroke_linejoin="round", **edge, **more)


def explain(element: Element, text: str) -> None:
    """Give an element a title, which viewers show under the pointer."""
    title = Element("title")
    title.text = printable(text)
    element.insert(0, title)


def _text(value: Value) -> str:
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
