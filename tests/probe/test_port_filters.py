"""With ports, the filter lets TCP and UDP of these through as well, and nothing else."""

from __future__ import annotations

import random

import pytest

from netdiag_probe.filters.pings import Wanted, build_filter
from tests.probe.cases_filters import (
    BETWEEN_HOSTS,
    FOREIGN_FRAMES,
    HOSTS,
    OUR_FRAMES,
    OURS,
    OWN_PORT,
    TOKEN,
)
from tests.probe.cases_ports import (
    FRAMES_OF_PORT,
    INNER_OF_PORT,
    OTHER_FRAMES,
    OTHER_INNER,
    OTHER_PACKETS,
    OTHER_PORT,
    PACKETS_OF_PORT,
    PORT,
)
from tests.probe.machine import LOOPBACK, NONE, TUNNEL, count_steps, run_filter

SNAP_LENGTH = 256
PINGS = Wanted([OURS], [TOKEN], HOSTS, [OWN_PORT])
PROGRAM = build_filter(PINGS._replace(ports=[PORT]), SNAP_LENGTH)
PORT_ONLY = build_filter(Wanted(hosts=HOSTS, tunnel_ports=[OWN_PORT], ports=[PORT]), SNAP_LENGTH)
MOST_STEPS_MORE = 20


@pytest.mark.parametrize("frame", FRAMES_OF_PORT.values(), ids=FRAMES_OF_PORT)
def test_what_has_the_port_is_let_through(frame: bytes) -> None:
    for program in (PROGRAM, PORT_ONLY):
        assert run_filter(program, frame) == SNAP_LENGTH
        assert run_filter(program, frame, LOOPBACK) == SNAP_LENGTH


@pytest.mark.parametrize("frame", OTHER_FRAMES.values(), ids=OTHER_FRAMES)
def test_what_has_another_port_is_left_out(frame: bytes) -> None:
    assert run_filter(PROGRAM, frame) == run_filter(PORT_ONLY, frame) == 0


@pytest.mark.parametrize("device", [TUNNEL, NONE])
def test_devices_without_a_link_header_begin_with_ip(device: int) -> None:
    assert [n for n, each in PACKETS_OF_PORT.items() if not run_filter(PROGRAM, each, device)] == []
    assert [n for n, each in OTHER_PACKETS.items() if run_filter(PROGRAM, each, device)] == []


def test_pings_are_chosen_as_without_ports() -> None:
    assert [n for n, each in OUR_FRAMES.items() if not run_filter(PROGRAM, each)] == []
    assert [n for n, each in FOREIGN_FRAMES.items() if run_filter(PROGRAM, each)] == []


def test_without_ids_and_tokens_no_echo_is_let_through() -> None:
    assert run_filter(PORT_ONLY, OUR_FRAMES["request"]) == 0
    assert run_filter(PORT_ONLY, OUR_FRAMES["arp"]) == SNAP_LENGTH
    assert run_filter(PORT_ONLY, BETWEEN_HOSTS["esp"], NONE) == SNAP_LENGTH


def test_each_of_several_ports_counts() -> None:
    program = build_filter(Wanted(ports=[9, PORT, OTHER_PORT]), SNAP_LENGTH)
    for packet in (INNER_OF_PORT["syn"], INNER_OF_PORT["question"], OTHER_INNER["other-port-v6"]):
        assert run_filter(program, packet, NONE) == SNAP_LENGTH
    assert run_filter(program, OTHER_INNER["tcp"], NONE) == 0


def test_foreign_packets_cost_few_steps_more() -> None:
    pings = build_filter(PINGS, SNAP_LENGTH)
    for name in ("tcp", "udp", "tcp in vxlan", "foreign"):
        frame = OTHER_FRAMES[name]
        layers = 1 + (" in " in name)
        more = count_steps(PROGRAM, frame) - count_steps(pings, frame)
        assert more <= layers * MOST_STEPS_MORE, name


def test_cut_and_random_packets_end_the_program() -> None:
    for frame in FRAMES_OF_PORT.values():
        for size in range(len(frame)):
            assert run_filter(PROGRAM, frame[:size]) in (0, SNAP_LENGTH)
    source = random.Random(11)
    frames = list(FRAMES_OF_PORT.values())
    for _ in range(10_000):
        changed = bytearray(source.choice(frames))
        for _ in range(3):
            changed[source.randrange(len(changed))] = source.randrange(256)
        assert run_filter(PROGRAM, bytes(changed)) in (0, SNAP_LENGTH)
