"""Capture points as text."""

from __future__ import annotations

import pytest

from netdiag.model.capture_point import CapturePoint


@pytest.mark.parametrize(
    ("point", "text"),
    [
        (CapturePoint("node-1", None, "eth0"), "node-1/eth0"),
        (CapturePoint("node-1", "pod-a", "eth0"), "node-1/pod-a:eth0"),
        (CapturePoint(None, "pod-a", "eth0"), "pod-a:eth0"),
        (CapturePoint(None, None, "eth0"), "eth0"),
        (CapturePoint("node-1", None, None), "node-1/?"),
        (CapturePoint("node-1", "pod-a", None), "node-1/pod-a:?"),
        (CapturePoint(None, None, None), "?"),
    ],
)
def test_what_is_not_known_is_left_out_or_a_question_mark(point: CapturePoint, text: str) -> None:
    assert str(point) == text
