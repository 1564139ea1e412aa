"""What the report rests on: the nodes' clocks, and captures with which something is wrong."""

from __future__ import annotations

from netdiag.model.report import Capture, Clock
from netdiag.render.page import PLACE, QUIET, WARNING, Page
from netdiag.render.place_name import place_name

MOST_CAPTURES = 20


def write_clocks(page: Page, clocks: tuple[Clock, ...]) -> None:
    """Write one sentence per clock."""
    if not clocks:
        return
    page.heading("Clocks")
    for clock in clocks:
        page.paragraph(clock_sentence(clock))


def clock_sentence(clock: Clock) -> str:
    """Return how far the clock is ahead or behind, and how sure that is."""
    direction = "behind" if clock.offset_us < 0 else "ahead of"
    distance = f"{abs(clock.offset_us) / 1000:.3f} ms"
    uncertainty = f"{clock.uncertainty_us / 1000:.3g}"
    return (
        f"{clock.node}'s clock is {distance} {direction} {clock.relative_to}'s, "
        f"± {uncertainty} ms (assuming equal delay both ways)"
    )


def write_captures(page: Page, captures: tuple[Capture, ...]) -> None:
    """Write how much was read, which captures are empty, and each with a problem or drops."""
    if not captures:
        return
    packets = sum(capture.packets for capture in captures)
    page.heading("Captures")
    page.paragraph(f"{len(captures):,} read, {packets:,} packets")
    empty = [_label(capture) for capture in captures if not capture.packets]
    if empty:
        page.paragraph(f"no packets in {len(empty):,} of them: {', '.join(empty[:MOST_CAPTURES])}")
    wrong = [(capture, words) for capture in captures if (words := capture_trouble(capture))]
    for capture, words in wrong[:MOST_CAPTURES]:
        page.paragraph((place_name(capture), PLACE), f" {words}", (f" ({capture.file})", QUIET))
    if len(wrong) > MOST_CAPTURES:
        page.paragraph((f"… and {len(wrong) - MOST_CAPTURES:,} more like these", WARNING))


def capture_trouble(capture: Capture) -> str:
    """Return what is wrong with a capture, or nothing; an empty one may well be right."""
    words = []
    if capture.problem:
        words.append(capture.problem)
    if capture.dropped:
        words.append(f"lost {capture.dropped:,} packets while capturing")
    return "; ".join(words)


def _label(capture: Capture) -> str:
    return place_name(capture) if capture.interface else capture.file
