"""Which reader a stream gets, told by its first bytes."""

from __future__ import annotations

import pytest

from netdiag.decode.open_reader import CAPTURE_MAGICS, NotACaptureError, open_reader
from netdiag.decode.pcap import PcapReader
from netdiag.decode.pcapng import PcapngReader
from tests.decode.capture_files import (
    MICROSECONDS,
    MODIFIED,
    NANOSECONDS,
    ORDERS,
    Pcap,
    Pcapng,
    read_all,
    stream,
)
from tests.decode.observing import UDP_TUNNELS


@pytest.mark.parametrize("chunk", [1, 2, 3, 4, 1000])
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("magic", [MICROSECONDS, NANOSECONDS, MODIFIED])
def test_pcap(order: str, magic: int, chunk: int) -> None:
    pcap = Pcap("<" if order == "<" else ">", magic)
    data = pcap.header() + pcap.record(b"packet")
    reader = open_reader(stream(data, chunk), 64, UDP_TUNNELS)
    assert isinstance(reader, PcapReader)
    assert [record.data for record in read_all(reader).records] == [b"packet"]
    assert data[:4] in CAPTURE_MAGICS


@pytest.mark.parametrize("chunk", [1, 2, 3, 4, 1000])
@pytest.mark.parametrize("order", ORDERS)
def test_pcapng(order: str, chunk: int) -> None:
    ng = Pcapng("<" if order == "<" else ">")
    data = ng.section() + ng.interface() + ng.enhanced(b"packet")
    reader = open_reader(stream(data, chunk), 64, UDP_TUNNELS)
    assert isinstance(reader, PcapngReader)
    assert [record.data for record in read_all(reader).records] == [b"packet"]
    assert data[:4] in CAPTURE_MAGICS


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b"\xd4\xc3\xb2", "it begins with d4 c3 b2, as no pcap or pcapng file does"),
        (b"\n", "it begins with 0a, as no pcap or pcapng file does"),
        (b"snoop\0\0\0", "it is a snoop file, not pcap or pcapng"),
        (b"\x1f\x8b\x08\0", "it begins with 1f 8b 08 00, as no pcap or pcapng file does"),
        (b"PK\3\4 and so on", "it begins with 50 4b 03 04, as no pcap or pcapng file does"),
        (b"\x7fELF", "it begins with 7f 45 4c 46, as no pcap or pcapng file does"),
        (b"\xd5\xc3\xb2\xa1", "it begins with d5 c3 b2 a1, as no pcap or pcapng file does"),
        (b"hello\n", "it begins with 68 65 6c 6c, as no pcap or pcapng file does"),
    ],
)
@pytest.mark.parametrize("chunk", [1, 1000])
def test_a_stream_of_another_kind(data: bytes, reason: str, chunk: int) -> None:
    with pytest.raises(NotACaptureError) as caught:
        open_reader(stream(data, chunk), 64, UDP_TUNNELS)
    assert str(caught.value) == reason


@pytest.mark.parametrize("magic", sorted(CAPTURE_MAGICS))
def test_a_stream_of_nothing_but_a_magic_number_is_broken_off(magic: bytes) -> None:
    found = read_all(open_reader(stream(magic), 64, UDP_TUNNELS))
    assert found.records == []
    assert found.broken.startswith("the file ends within a")


def test_ports_given_are_known_to_the_decoder() -> None:
    reader = open_reader(stream(Pcap().header()), 64, UDP_TUNNELS)
    assert reader.decoder.express == 1
    assert reader.interfaces[0].link_type == 1
