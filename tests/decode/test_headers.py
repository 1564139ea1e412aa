"""Every header: what the decoder sees in a frame."""

from __future__ import annotations

import pytest

from tests.decode.cases import CASES
from tests.decode.observing import Case, decode, observe


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_a_frame_holds(case: Case) -> None:
    assert observe(decode(case.frame, case.link_type)) == case.seen
