"""Every frame cut at every byte: the layers before the cut are still seen, and it is told where."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from netdiag.decode.decoder import Decoder
from tests.decode.cases import CASES
from tests.decode.observing import Case, decode, layer_names, observe, problem

SOUND = [case for case in CASES if not case.seen.problem]
LOOKS_LIKE = ("on any port", "told by its size")
ANNOUNCED = [case for case in SOUND if not any(words in case.name for words in LOOKS_LIKE)]
"""Those that are still recognized if they are cut, because no guess depends on what follows."""

SIZES = {
    "eth": (14, 14),
    "vlan": (4, 4),
    "llc": (3, 8),
    "sll": (16, 16),
    "sll2": (20, 20),
    "null": (4, 4),
    "loop": (4, 4),
    "mpls": (4, 4),
    "pppoe": (6, 6),
    "ppp": (1, 4),
    "arp": (8, 28),
    "ipv4": (20, 60),
    "ipv6": (40, 40),
    "ipv6.fragment": (8, 8),
    "esp": (0, 0),
    "tcp": (20, 60),
    "udp": (8, 8),
    "icmp": (8, 8),
    "icmpv6": (4, 8),
    "vxlan": (8, 8),
    "vxlan-gpe": (8, 8),
    "geneve": (8, 8),
    "gre": (4, 16),
    "erspan": (8, 20),
    "wireguard": (0, 0),
}
"""How long a packet's last header is, at least and at most; 0 for what is not looked into."""


def headers(decoder: Decoder) -> Iterator[tuple[str, str, range]]:
    """Yield each header's name, the one's before, and the cuts that leave a part of it only."""
    before = ""
    count = decoder.quote or decoder.count
    for index, name in enumerate(layer_names(decoder)[:count]):
        start = decoder.layer_offset(index)
        is_followed = index + 1 < count and name != "mpls"  # a control word is of no header
        end = decoder.layer_offset(index + 1) if is_followed else start + SIZES[name][0]
        yield name, before, range(start, end)
        before = name


def end_of_headers(decoder: Decoder) -> int:
    """Return an offset where the last header, that of a quote left out, has ended for certain."""
    last = (decoder.quote or decoder.count) - 1
    if last < 0:
        return 0
    return decoder.layer_offset(last) + SIZES[layer_names(decoder)[last]][1]


def may_be_silent(name: str, before: str, left: int) -> bool:
    """Tell if no problem is due where ``left`` bytes are left of a header.

    Of some headers the first byte must be there to know that there is a header at all; a tunnel
    in UDP and a frame in MPLS are recognized by what they begin with.
    """
    return left == 0 or before == "udp" or (before, name) == ("mpls", "eth")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_cut_frame_holds_the_first_layers(case: Case) -> None:
    whole = layer_names(decode(case.frame, case.link_type))
    for cut in range(len(case.frame)):
        decoder = decode(case.frame[:cut], case.link_type, length=len(case.frame))
        found = layer_names(decoder)
        assert found == whole[: len(found)], cut
        assert decoder.limit == cut
        observe(decoder)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_shorter_packet_holds_the_first_layers(case: Case) -> None:
    whole = layer_names(decode(case.frame, case.link_type))
    for cut in range(len(case.frame)):
        decoder = decode(case.frame[:cut], case.link_type)
        found = layer_names(decoder)
        looks_like = [*whole, "wireguard"]  # which is told by a size that 16 divides
        assert found in (whole[: len(found)], looks_like), cut
        observe(decoder)


@pytest.mark.parametrize("case", ANNOUNCED, ids=lambda case: case.name)
def test_a_capture_that_cuts_a_header_tells_which(case: Case) -> None:
    for name, before, cuts in headers(decode(case.frame, case.link_type)):
        for cut in cuts:
            found = problem(decode(case.frame[:cut], case.link_type, length=len(case.frame)))
            silent = may_be_silent(name, before, cut - cuts.start)
            assert found == f"cut: {name}" or (silent and not found), cut


@pytest.mark.parametrize("case", ANNOUNCED, ids=lambda case: case.name)
def test_a_packet_that_cuts_a_header_tells_which(case: Case) -> None:
    allowed: set[str] = set()
    for name, before, cuts in headers(decode(case.frame, case.link_type)):
        allowed |= {f"short: {name}", f"length too large: {name}"}
        for cut in cuts:
            found = problem(decode(case.frame[:cut], case.link_type))
            silent = may_be_silent(name, before, cut - cuts.start)
            assert found in allowed or (silent and not found), cut
        allowed.remove(f"short: {name}")


@pytest.mark.parametrize("case", SOUND, ids=lambda case: case.name)
def test_a_capture_that_cuts_the_payload_alone_is_no_problem(case: Case) -> None:
    whole = decode(case.frame, case.link_type)
    for cut in range(end_of_headers(whole), len(case.frame)):
        decoder = decode(case.frame[:cut], case.link_type, length=len(case.frame))
        assert problem(decoder) == "", cut


def test_wireguard_on_any_port_is_told_by_the_size_that_it_had_on_the_wire() -> None:
    (case,) = (case for case in CASES if case.name == "wireguard data on any port")
    udp_header = 14 + 20 + 8
    for cut, is_seen in ((15, False), (16, True), (17, True), (47, True)):
        decoder = decode(case.frame[: udp_header + cut], case.link_type, length=len(case.frame))
        assert ("wireguard" in layer_names(decoder)) == is_seen, cut
