"""Layers and encapsulations: names, numbers, and stacks packed into one number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.model import layers
from netdiag.model.layers import (
    ENCAPSULATION_BITS,
    ENCAPSULATION_NAMES,
    LAYER_NAMES,
    MAX_ENCAPSULATIONS,
    OVER_IPIP,
    OVER_VXLAN,
    unpack_encapsulations,
)

NUMBERS = {name: number for name, number in vars(layers).items() if isinstance(number, int)}
LIMITS = {"ENCAPSULATION_BITS", "MAX_ENCAPSULATIONS", "MAX_LAYERS"}
OVER = {name: number for name, number in NUMBERS.items() if name.startswith("OVER_")}
LAYERS = {name: NUMBERS[name] for name in NUMBERS.keys() - OVER.keys() - LIMITS}


@pytest.mark.parametrize(
    ("packed", "stack"),
    [
        (0, ()),
        (OVER_VXLAN, (OVER_VXLAN,)),
        (OVER_VXLAN << 4 | OVER_IPIP, (OVER_VXLAN, OVER_IPIP)),
        (0xFFFF_FFFF_FFFF_FFFF, (15,) * 16),
    ],
)
def test_a_stack_is_unpacked_outermost_first(packed: int, stack: tuple[int, ...]) -> None:
    assert unpack_encapsulations(packed) == stack


@given(st.lists(st.sampled_from(sorted(OVER.values())), max_size=MAX_ENCAPSULATIONS))
def test_any_stack_fits_and_comes_back(stack: list[int]) -> None:
    packed = 0
    for kind in stack:
        packed = packed << ENCAPSULATION_BITS | kind
    assert packed < 1 << 64
    assert unpack_encapsulations(packed) == tuple(stack)


def test_every_number_has_a_name_and_every_name_a_number() -> None:
    assert sorted(LAYERS.values()) == list(range(len(LAYER_NAMES)))
    assert sorted(OVER.values()) == list(range(1, len(ENCAPSULATION_NAMES)))


@pytest.mark.parametrize("name", sorted(LAYERS.keys() - {"STOP"}))
def test_layers_are_named_as_their_numbers_are(name: str) -> None:
    spelled = LAYER_NAMES[LAYERS[name]].rpartition(".")[2].replace("-", "_").upper()
    assert spelled == name.rstrip("23") if spelled == "ERSPAN" else spelled == name


@pytest.mark.parametrize("name", sorted(OVER))
def test_encapsulations_are_named_as_their_numbers_are(name: str) -> None:
    assert "OVER_" + ENCAPSULATION_NAMES[OVER[name]].replace("-", "_").upper() == name


def test_the_numbers_fit_where_the_decoder_keeps_them() -> None:
    assert max(LAYERS.values()) < 1 << 8
    assert max(OVER.values()) < 1 << ENCAPSULATION_BITS
    assert MAX_ENCAPSULATIONS * ENCAPSULATION_BITS <= 64
