"""Problems as sentences."""

from __future__ import annotations

import pytest

from netdiag.decode import problems
from netdiag.decode.problems import NO_PROBLEM, problem_text
from netdiag.model.layers import IPV4, LAYER_NAMES, STOP, UDP, VXLAN
from tests.decode.observing import PROBLEMS


def test_no_problem_has_no_text() -> None:
    assert problem_text(NO_PROBLEM, UDP) is None


@pytest.mark.parametrize(
    ("problem", "layer", "text"),
    [
        (problems.CUT, UDP, "the capture ends inside the udp header"),
        (problems.SHORT, IPV4, "the packet ends inside the ipv4 header"),
        (problems.BAD_VERSION, STOP, "the link header has a wrong version"),
        (problems.TOO_DEEP, UDP, "more than 16 tunnels inside each other"),
        (problems.TOO_MANY_LAYERS, UDP, "more than 128 headers"),
        (problems.NO_VNI_FLAG, VXLAN, "the vxlan header has no I flag, so a receiver drops it"),
    ],
)
def test_a_problem_and_its_layer_make_a_sentence(problem: int, layer: int, text: str) -> None:
    assert problem_text(problem, layer) == text


def test_every_problem_has_a_text_for_every_layer() -> None:
    texts = {
        problem_text(problem, layer) for problem in PROBLEMS for layer in range(len(LAYER_NAMES))
    }
    assert None not in texts
    assert not [text for text in texts if text and ("{" in text or "  " in text)]
