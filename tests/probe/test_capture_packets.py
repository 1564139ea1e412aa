"""What ``capture`` records of real traffic, beside what tcpdump and tshark say of it."""

from __future__ import annotations

import shutil
import signal
import struct
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.captures import (
    ETHERNET,
    ICMPV6,
    NODE_1,
    NODE_2,
    RAW,
    echo_frame,
    ethernet,
    ipv4,
    ipv6,
    mac,
    ping,
    vlan,
)
from tests.probe.capturing import IN, OUT, File, capturing, read_capture
from tests.probe.cases_filters import (
    FOREIGN_FRAMES,
    NODE_1_V6,
    NODE_2_V6,
    OUR_FRAMES,
    OURS,
    OWN_PORT,
    TOKEN,
)
from tests.probe.cases_ports import FRAMES_OF_PORT, OTHER_FRAMES, PORT
from tests.probe.namespaces import Namespaces, namespaces, run
from tests.probe.processes import SECONDS, probe

pytestmark = pytest.mark.needs_lab

NEAR_MAC, FAR_MAC = "02:00:00:00:00:01", "02:00:00:00:00:02"
NEAR, FAR = "10.77.0.1", "10.77.0.2"
BIG = 262_144
PCAP_HEAD, PCAP_RECORD_HEAD = 24, 16
SHORTEST = 14
"""A socket takes no frame without an Ethernet header."""


class Pair:
    """Two namespaces connected by a veth pair: near0 in one, far0 in the other."""

    def __init__(self, made: Namespaces) -> None:
        self.made = made
        self.near, self.far = made.add("near"), made.add("far")
        made.add_veth((self.near, "near0"), (self.far, "far0"))
        for name, interface, own, address, other, peer in (
            (self.near, "near0", NEAR_MAC, NEAR, FAR_MAC, FAR),
            (self.far, "far0", FAR_MAC, FAR, NEAR_MAC, NEAR),
        ):
            made.ip(name, "link", "set", interface, "address", own)
            made.ip(name, "addr", "add", f"{address}/24", "dev", interface)
            made.ip(name, "neigh", "add", peer, "lladdr", other, "dev", interface)

    def at(self, name: str) -> str:
        """Return the option that records a namespace."""
        return f"--netns=/run/netns/{name}"

    def ping(self, *words: str) -> None:
        self.made.inside(self.near, "ping", "-n", "-c1", "-W5", "-e", str(OURS), *words)


@pytest.fixture
def pair() -> Iterator[Pair]:
    with namespaces() as made:
        yield Pair(made)


def test_the_kernel_runs_the_filter_as_it_is_meant(pair: Pair, tmp_path: Path) -> None:
    ours = [frame for frame in OUR_FRAMES.values() if len(frame) > SHORTEST]
    foreign = [frame for frame in FOREIGN_FRAMES.values() if len(frame) > SHORTEST]
    hosts = [f"--host={each}" for each in (NODE_1, NODE_2, NODE_1_V6, NODE_2_V6)]
    words = (f"--id={OURS}", f"--token={TOKEN.hex()}", f"--tunnel-port={OWN_PORT}", *hosts)
    wanted = (pair.at(pair.far), f"--snaplen={BIG}", *words)
    with capturing(tmp_path / "far.pcapng", *wanted) as capture:
        pair.made.send(pair.near, "near0", [*ours, *foreign])
        file = capture.end()
    assert sorted(file.data("far0", IN)) == sorted(ours)


def test_the_kernel_finds_ports_too(pair: Pair, tmp_path: Path) -> None:
    words = (pair.at(pair.far), f"--snaplen={BIG}", f"--port={PORT}", f"--tunnel-port={OWN_PORT}")
    with capturing(tmp_path / "far.pcapng", *words) as capture:
        pair.made.send(pair.near, "near0", [*OTHER_FRAMES.values(), *FRAMES_OF_PORT.values()])
        file = capture.end()
    assert sorted(file.data("far0", IN)) == sorted(FRAMES_OF_PORT.values())


def test_old_kernels_have_room_for_the_filter(pair: Pair, tmp_path: Path) -> None:
    limit = "net.core.optmem_max"
    if not pair.made.has_own(pair.far, limit):
        pytest.skip(f"namespaces have no {limit} of their own on this kernel")
    hosts = [f"--host=10.0.0.{number}" for number in range(1, 10)]
    words = (pair.at(pair.far), f"--id={OURS}", f"--token={TOKEN.hex()}", f"--port={PORT}", *hosts)
    pair.made.inside(pair.far, "sysctl", "-qw", f"{limit}=20480")
    with capturing(tmp_path / "far.pcapng", *words) as capture:
        assert capture.end().packets == []
    pair.made.inside(pair.far, "sysctl", "-qw", f"{limit}=4096")
    refused = probe("capture", *words)
    assert refused.returncode == 3
    assert "net.core.optmem_max" in refused.stderr


def test_tcpdump_sees_the_same_packets_at_the_same_time(pair: Pair, tmp_path: Path) -> None:
    tcpdump = subprocess.Popen(
        ["ip", "netns", "exec", pair.far, "tcpdump", "-Z", "root", "-U", "--immediate-mode", "-s0",
         "-B", "65536", "-j", "host", "--time-stamp-precision=nano", "-i", "far0",
         "-w", str(tmp_path / "t.pcap")],
        stderr=subprocess.PIPE,
    )  # fmt: skip
    assert tcpdump.stderr is not None
    assert b"listening" in tcpdump.stderr.readline()
    words = (pair.at(pair.far), f"--snaplen={BIG}")
    with capturing(tmp_path / "far.pcapng", *words) as capture:
        frames = [*OUR_FRAMES.values(), *FOREIGN_FRAMES.values()]
        pair.made.send(pair.near, "near0", [each for each in frames if len(each) > SHORTEST])
        pair.ping("-s", "1000", FAR)
        file = capture.end()
    wait_until_written(tmp_path / "t.pcap", file)
    tcpdump.send_signal(signal.SIGINT)
    tcpdump.stderr.read()
    tcpdump.stderr.close()
    assert tcpdump.wait() == 0
    other = read_capture(tmp_path / "t.pcap")
    assert len(other.packets) > len(OUR_FRAMES)
    assert [(each.data, each.length) for each in file.packets] == [
        (each.data, each.length) for each in other.packets
    ]
    apart = [a.time_ns - b.time_ns for a, b in zip(file.packets, other.packets, strict=True)]
    assert max(map(abs, apart)) < 1_000_000


def wait_until_written(path: Path, file: File) -> None:
    """Wait until tcpdump has written as much: at its end it leaves out what it has not read."""
    size = PCAP_HEAD + sum(PCAP_RECORD_HEAD + len(each.data) for each in file.packets)
    deadline = time.monotonic() + SECONDS
    while path.stat().st_size < size:
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_wireshark_reads_names_addresses_directions_and_labels(pair: Pair, tmp_path: Path) -> None:
    path = tmp_path / "both.pcapng"
    places = (f"--netns=east={'/run/netns/' + pair.near}", f"--netns=west=/run/netns/{pair.far}")
    with capturing(path, *places, f"--id={OURS}") as capture:
        pair.ping(FAR)
        capture.end()
    fields = ("frame.interface_name", "frame.interface_description", "frame.packet_flags_direction",
              "frame.packet_flags_reception_type", "icmp.type", "icmp.ident")  # fmt: skip
    printed = run("tshark", "-n", "-r", str(path), "-T", "fields",
                  *(word for field in fields for word in ("-e", field)))  # fmt: skip
    assert sorted(line.split("\t") for line in printed.splitlines()) == sorted(
        [name, label, direction, reception, kind, str(OURS)]
        for name, label, direction, reception, kind in (
            ("near0", "east", "0x00000002", "0", "8"),
            ("far0", "west", "0x00000001", "1", "8"),
            ("far0", "west", "0x00000002", "0", "0"),
            ("near0", "east", "0x00000001", "1", "0"),
        )
    )
    told = run("capinfos", str(path))
    assert "Time precision = nanoseconds (9)" in told
    assert told.count("Number of stat entries = 1") == 4
    assert mac(FAR_MAC) in path.read_bytes()


def test_a_tag_that_the_kernel_took_off_is_put_back(pair: Pair, tmp_path: Path) -> None:
    kinds = {0x8100: vlan(0xE007, echo_frame(number=OURS)[14:]),
             0x88A8: vlan(8, vlan(9, echo_frame(number=OURS)[14:]), 0x8100)}  # fmt: skip
    frames = [ethernet(packet, kind) for kind, packet in kinds.items()]
    words = (pair.at(pair.far), f"--id={OURS}", "--snaplen=50")
    with capturing(tmp_path / "far.pcapng", *words) as capture:
        pair.made.send(pair.near, "near0", frames)
        file = capture.end()
    assert [(each.data, each.length) for each in file.packets] == [
        (frame[:54], len(frame)) for frame in frames
    ]


def test_devices_without_ethernet_begin_with_ip(pair: Pair, tmp_path: Path) -> None:
    with pair.made.tun(pair.far, "wg0") as tun:
        words = (pair.at(pair.far), f"--id={OURS}", "--snaplen=60", "--interface=wg0")
        with capturing(tmp_path / "far.pcapng", *words) as capture:
            tun.write(ipv4(NEAR, FAR, ping(OURS, 1)))
            tun.write(ipv4(NEAR, FAR, ping(OURS + 1, 1)))
            tun.write(ipv6("fd00::1", "fd00::2", ping(OURS, 1, 128), ICMPV6))
            file = capture.end()
    assert file.interfaces == {"wg0": RAW}
    assert [(each.data[0] >> 4, len(each.data), each.length) for each in file.packets] == [
        (4, 60, 84),
        (6, 60, 104),
    ]


def add_ipip(pair: Pair) -> None:
    """Connect the two by a tunnel, where this kernel has such devices."""
    for name, local, remote in ((pair.near, NEAR, FAR), (pair.far, FAR, NEAR)):
        try:
            pair.made.ip(name, *("tunnel", "add", "ipip", "mode", "ipip"),
                         *("local", local, "remote", remote))  # fmt: skip
        except AssertionError:
            pytest.skip("this kernel makes no ipip devices")
        pair.made.ip(name, "link", "set", "ipip", "up")
        pair.made.ip(name, "addr", "add", local.replace("77", "79") + "/24", "dev", "ipip")


def test_a_tunnel_shows_the_inner_packet_and_its_link_the_outer(pair: Pair, tmp_path: Path) -> None:
    add_ipip(pair)
    with capturing(tmp_path / "far.pcapng", pair.at(pair.far), f"--id={OURS}") as capture:
        pair.ping("10.79.0.2")
        file = capture.end()
    assert file.interfaces["ipip"] == file.interfaces["tunl0"] == RAW
    assert file.interfaces["far0"] == file.interfaces["lo"] == ETHERNET
    request, reply = file.data("ipip")
    assert (request[0], request[20], reply[20]) == (0x45, 8, 0)
    assert request in file.data("far0", IN)[0]


def test_the_loopback_shows_each_packet_twice(pair: Pair, tmp_path: Path) -> None:
    pair.made.ip(pair.near, "link", "set", "lo", "up")
    with capturing(tmp_path / "near.pcapng", pair.at(pair.near), f"--id={OURS}") as capture:
        pair.ping("127.0.0.1")
        file = capture.end()
    assert [each.direction for each in file.packets] == [OUT, IN, OUT, IN]
    assert len(set(file.data("lo"))) == 2


def test_an_interface_that_comes_later_is_recorded(pair: Pair, tmp_path: Path) -> None:
    with capturing(tmp_path / "far.pcapng", pair.at(pair.far), f"--id={OURS}") as capture:
        for number in range(2):
            pair.made.add_veth((pair.near, "new"), (pair.far, f"later{number}"))
            pair.made.send(pair.near, "new", [echo_frame(number, OURS)])
            pair.made.ip(pair.near, "link", "del", "new")
        file = capture.end()
    assert file.data("later0") == [echo_frame(0, OURS)]
    assert file.data("later1") == [echo_frame(1, OURS)]
    assert list(file.interfaces) == ["lo", "far0", "later0", "later1"]


def test_only_interfaces_with_such_a_name_are_recorded(pair: Pair, tmp_path: Path) -> None:
    pair.made.add_veth((pair.near, "cali0"), (pair.far, "other0"))
    words = (pair.at(pair.near), pair.at(pair.far), "--interface=cali*", "--interface=far?")
    with capturing(tmp_path / "x.pcapng", *words, f"--id={OURS}") as capture:
        pair.ping(FAR)
        pair.made.send(pair.near, "cali0", [echo_frame(1, OURS)])
        file = capture.end()
    assert set(file.interfaces) == {"cali0", "far0"}
    assert file.data("cali0", OUT) == [echo_frame(1, OURS)]
    assert len(file.data("far0")) == 2


def test_promiscuous_mode_ends_with_the_recording(pair: Pair, tmp_path: Path) -> None:
    def count(interface: str) -> str:
        shown = pair.made.ip(pair.far, "-d", "link", "show", interface).split()
        return shown[shown.index("promiscuity") + 1]

    words = (pair.at(pair.far), "--promiscuous", f"--id={OURS}")
    with capturing(tmp_path / "far.pcapng", *words) as capture:
        assert count("far0") == "1"
        pair.made.add_veth((pair.near, "new"), (pair.far, "later0"))
        pair.made.send(pair.near, "new", [echo_frame(1, OURS)])
        while count("later0") != "1":
            pass
        capture.end()
    assert (count("far0"), count("later0")) == ("0", "0")
    with capturing(tmp_path / "far.pcapng", pair.at(pair.far), f"--id={OURS}") as capture:
        assert count("far0") == "0"


def test_packets_are_cut_and_counted_as_asked(pair: Pair, tmp_path: Path) -> None:
    long = ethernet(ipv4(NEAR, FAR, ping(OURS, 1, size=1400)))
    words = (pair.at(pair.far), "--snaplen=60", "--count=3")
    with capturing(tmp_path / "far.pcapng", *words) as capture:
        pair.made.send(pair.near, "near0", [long] * 5)
        file = capture.read()
    assert [(each.data, each.length) for each in file.packets] == [(long[:60], len(long))] * 3


def test_an_expression_chooses_on_devices_of_both_kinds(pair: Pair, tmp_path: Path) -> None:
    words = (pair.at(pair.far), "--expression=icmp[icmptype] == icmp-echo")
    path = tmp_path / "far.pcapng"
    with pair.made.tun(pair.far, "wg0") as tun, capturing(path, *words) as capture:
        tun.write(ipv4(NEAR, FAR, ping(OURS, 1, 0)))
        tun.write(ipv4(NEAR, FAR, ping(OURS, 1)))
        pair.ping(FAR)
        file = capture.end()
    seen = [(each.interface, each.direction) for each in file.packets]
    assert seen == [("wg0", IN), ("far0", IN)]
    assert b"icmp[icmptype] == icmp-echo" in capture.path.read_bytes()


def test_what_the_ring_has_no_room_for_is_counted(pair: Pair, tmp_path: Path) -> None:
    sent = 60_000
    with capturing(tmp_path / "far.pcapng", pair.at(pair.far), f"--snaplen={BIG}") as capture:
        capture.process.send_signal(signal.SIGSTOP)
        frame = ethernet(ipv4(NEAR, FAR, ping(OURS, 1, size=1000)))
        pair.made.send(pair.near, "near0", [frame] * sent)
        capture.process.send_signal(signal.SIGCONT)
        file = capture.end()
    assert file.dropped > 0
    assert len(file.data("far0", IN)) + file.dropped == sent
    assert b"of all interfaces of this namespace together" in capture.path.read_bytes()


@pytest.mark.parametrize("sizes", [1, 500])
def test_nothing_is_lost_at_a_pace_that_fills_blocks(
    pair: Pair, tmp_path: Path, sizes: int
) -> None:
    frames = [ethernet(ipv4(NEAR, FAR, ping(OURS, number, size=8 + number % sizes)))
              for number in range(30_000)]  # fmt: skip
    words = (pair.at(pair.far), f"--id={OURS}")
    with capturing(tmp_path / "far.pcapng", *words) as capture:
        pair.made.send(pair.near, "near0", frames)
        file = capture.end()
    assert file.dropped == 0
    seen = [struct.unpack_from(">H", data, 40)[0] for data in file.data("far0", IN)]
    assert seen == list(range(30_000))
    times = [each.time_ns for each in file.packets]
    assert times == sorted(times)
