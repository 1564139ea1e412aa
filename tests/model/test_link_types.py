"""Link types."""

from __future__ import annotations

from netdiag.model import link_types
from netdiag.model.link_types import SUPPORTED_LINK_TYPES


def test_every_link_type_with_a_name_is_supported() -> None:
    named = {number for name, number in vars(link_types).items() if name.startswith("LINKTYPE_")}
    assert named == SUPPORTED_LINK_TYPES
    assert len(named) == 10
