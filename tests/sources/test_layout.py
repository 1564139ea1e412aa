"""Which node, pod and interface a file's place in a bundle names."""

from __future__ import annotations

import pytest

from netdiag.sources.layout import (
    could_be_interface,
    facts_of_place,
    has_capture_name,
    interface_of_name,
    point_of_place,
)

CAPTURE_SUFFIXES = [
    *(".pcap", ".pcapng", ".cap", ".ntar", ".PCAP", ".pcap1", ".pcap12"),
    *(".pcap.gz", ".pcapng.zst", ".pcap3.gz", "+label.pcap"),
]
OTHER_SUFFIXES = ["", ".gz", ".zst", ".txt", ".json", ".pcap.txt", ".pcap.tcpdump", "pcap"]

INTERFACES = [
    ("eth0.pcap", "eth0"),
    ("eth0.pcapng.zst", "eth0"),
    ("eth0.100.pcap", "eth0.100"),
    ("flannel.1.pcap.gz", "flannel.1"),
    ("flannel.1", "flannel.1"),
    ("ens33+filter-icmp.pcap", "ens33"),
    ("ens33+a+b.pcap3", "ens33"),
    ("any.pcap", None),
    ("any+later.pcap", None),
    ("+label.pcap", None),
    (".pcap", None),
    ("-", None),
]

POINTS = [
    (("eth0.pcap",), "node-1/eth0"),
    (("any.pcap",), "node-1/?"),
    (("node-2", "eth0.pcap"), "node-2/eth0"),
    (("case", "deep", "node-2", "eth0.pcap"), "node-2/eth0"),
    (("node-2", "pods", "web", "eth0.pcap"), "node-2/web:eth0"),
    (("case", "node-2", "pods", "default_web", "eth0.pcap"), "node-2/default_web:eth0"),
    (("pods", "web", "eth0.pcap"), "node-1/web:eth0"),
    (("pods", "eth0.pcap"), "pods/eth0"),
]

FACTS = [
    (("eth0.pcap",), "facts"),
    (("node-2", "eth0.pcap"), "node-2/facts"),
    (("node-2", "pods", "web", "eth0.pcap"), "node-2/facts/pods/web"),
    (("pods", "web", "eth0.pcap"), "facts/pods/web"),
]


@pytest.mark.parametrize("suffix", CAPTURE_SUFFIXES)
def test_a_name_says_that_a_file_is_a_capture(suffix: str) -> None:
    assert has_capture_name(f"eth0{suffix}")


@pytest.mark.parametrize("suffix", OTHER_SUFFIXES)
def test_other_names_say_nothing(suffix: str) -> None:
    assert not has_capture_name(f"eth0{suffix}")


@pytest.mark.parametrize(("name", "interface"), INTERFACES)
def test_the_interface_is_in_the_name(name: str, interface: str | None) -> None:
    assert interface_of_name(name) == interface


@pytest.mark.parametrize(("parts", "point"), POINTS)
def test_folders_name_node_and_pod(parts: tuple[str, ...], point: str) -> None:
    assert str(point_of_place(parts, "node-1")) == point


@pytest.mark.parametrize(("parts", "folder"), FACTS)
def test_facts_are_beside_the_captures(parts: tuple[str, ...], folder: str) -> None:
    assert "/".join(facts_of_place(parts)) == folder


@pytest.mark.parametrize("name", ["eth0", "a" * 15, "cali14de3927136", "eth0.100", "veth@if2"])
def test_names_that_linux_accepts(name: str) -> None:
    assert could_be_interface(name)


@pytest.mark.parametrize("name", [None, "", "a" * 16, "a b", "a\tb", "a/b", "a\nb"])
def test_names_that_linux_refuses(name: str | None) -> None:
    assert not could_be_interface(name)
