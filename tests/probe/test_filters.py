"""The filter for pings lets every packet of ours through, and nothing else."""

from __future__ import annotations

import random
from ipaddress import ip_address

import pytest

from netdiag_probe.filters.bpf import MOST_INSTRUCTIONS, FilterError
from netdiag_probe.filters.pings import Wanted, build_everything, build_filter
from tests.probe.cases_filters import (
    BETWEEN_HOSTS,
    FOREIGN_FRAMES,
    FOREIGN_INNER,
    FOREIGN_PACKETS,
    FROM_STRANGER,
    HOSTS,
    INNER,
    OUR_FRAMES,
    OUR_PACKETS,
    OURS,
    OWN_PORT,
    TOKEN,
)
from tests.probe.machine import LOOPBACK, NONE, TUNNEL, run_filter

SNAP_LENGTH = 200
WANTED = Wanted([OURS], [TOKEN], HOSTS, [OWN_PORT])
PROGRAM = build_filter(WANTED, SNAP_LENGTH)


@pytest.mark.parametrize("frame", OUR_FRAMES.values(), ids=OUR_FRAMES)
def test_ours_is_let_through(frame: bytes) -> None:
    assert run_filter(PROGRAM, frame) == SNAP_LENGTH
    assert run_filter(PROGRAM, frame, LOOPBACK) == SNAP_LENGTH


@pytest.mark.parametrize("frame", FOREIGN_FRAMES.values(), ids=FOREIGN_FRAMES)
def test_what_is_foreign_is_left_out(frame: bytes) -> None:
    assert run_filter(PROGRAM, frame) == 0


@pytest.mark.parametrize("device", [TUNNEL, NONE])
def test_devices_without_a_link_header_begin_with_ip(device: int) -> None:
    assert [
        name for name, each in OUR_PACKETS.items() if not run_filter(PROGRAM, each, device)
    ] == []
    assert [
        name for name, each in FOREIGN_PACKETS.items() if run_filter(PROGRAM, each, device)
    ] == []


def test_without_hosts_any_fragment_and_any_encrypted_packet_may_be_ours() -> None:
    program = build_filter(Wanted([OURS], tunnel_ports=[OWN_PORT]), SNAP_LENGTH)
    for packet in (*BETWEEN_HOSTS.values(), *FROM_STRANGER.values()):
        assert run_filter(program, packet, NONE) == SNAP_LENGTH


def test_hosts_of_one_family_say_nothing_of_the_other() -> None:
    hosts = [host for host in HOSTS if host.version == 4]
    program = build_filter(Wanted([OURS], hosts=hosts), SNAP_LENGTH)
    assert run_filter(program, BETWEEN_HOSTS["esp"], NONE) == SNAP_LENGTH
    assert run_filter(program, BETWEEN_HOSTS["esp-v6"], NONE) == 0


def test_a_token_of_four_bytes_or_none_may_be_given() -> None:
    by_token = build_filter(Wanted(tokens=[TOKEN[:4]]), SNAP_LENGTH)
    by_id = build_filter(Wanted([OURS]), SNAP_LENGTH)
    for name in ("token", "token-v6", "error-token"):
        assert run_filter(by_token, INNER[name], NONE) == SNAP_LENGTH
        assert run_filter(by_id, INNER[name], NONE) == 0
    assert run_filter(by_token, INNER["request"], NONE) == 0
    assert run_filter(by_id, INNER["request"], NONE) == SNAP_LENGTH
    assert run_filter(by_token, FOREIGN_INNER["foreign"], NONE) == 0


def test_each_of_several_ids_and_tokens_counts() -> None:
    program = build_filter(Wanted([1, OURS], [b"else", TOKEN]), SNAP_LENGTH)
    assert run_filter(program, INNER["request"], NONE) == SNAP_LENGTH
    assert run_filter(program, INNER["token"], NONE) == SNAP_LENGTH
    assert run_filter(program, FOREIGN_INNER["foreign-token"], NONE) == 0


def test_cut_and_random_packets_end_the_program() -> None:
    for frame in OUR_FRAMES.values():
        for size in range(len(frame)):
            assert run_filter(PROGRAM, frame[:size]) in (0, SNAP_LENGTH)
    source = random.Random(7)
    frames = list(OUR_FRAMES.values())
    for _ in range(20_000):
        changed = bytearray(source.choice(frames))
        for _ in range(3):
            changed[source.randrange(len(changed))] = source.randrange(256)
        assert run_filter(PROGRAM, bytes(changed)) in (0, SNAP_LENGTH)


def test_everything_is_let_through_without_a_wish() -> None:
    for frame in (*OUR_FRAMES.values(), *FOREIGN_FRAMES.values()):
        assert run_filter(build_everything(SNAP_LENGTH), frame) == SNAP_LENGTH


def test_more_hosts_than_the_kernel_takes_are_refused() -> None:
    hosts = [ip_address(0x0A000000 + number) for number in range(MOST_INSTRUCTIONS)]
    with pytest.raises(FilterError, match="the kernel takes 4096"):
        build_filter(Wanted([OURS], hosts=hosts), SNAP_LENGTH)
