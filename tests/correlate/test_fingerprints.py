"""Pings that are kept apart by their payload: neither numbered nor counted with the others."""

from __future__ import annotations

from netdiag.correlate.collector import Collector
from netdiag.correlate.fingerprints import BEGINNING_BYTES, fingerprint_of
from tests.captures import MILLISECOND_NS, START_NS, pcap
from tests.correlate.collecting import Collected, collect_files
from tests.correlate.echoes import answer, echo_packet, framed

SWEEP = bytes(range(100, 140))
ORDINARY = bytes(range(40))


def collected(*payloads: bytes, identifiers: tuple[int, ...] = (7, 7, 7)) -> Collected:
    """Follow pings across two places, alike in all but their payload and id."""
    files = {}
    for place, late_ns in (("n/eth0", 0), ("n/eth1", 1000)):
        packets = []
        for number, (data, identifier) in enumerate(zip(payloads, identifiers, strict=False)):
            at_ns = START_NS + number * MILLISECOND_NS + late_ns
            seq, ids = number + 1, (identifier, number + 1)
            asked = echo_packet(seq, data=data, identifier=ids[0], ip_id=ids[1])
            back = answer(seq, data=data, identifier=ids[0], ip_id=ids[1])
            packets += [(at_ns, framed(asked)), (at_ns + 500_000, framed(back))]
        files[place] = pcap(packets)
    collector = Collector(16)
    collector.shapes.apart = frozenset((fingerprint_of(SWEEP[:BEGINNING_BYTES]),))
    return collect_files(files, collector=collector)


def test_a_sweep_is_a_shape_of_its_own_without_numbers() -> None:
    found = collected(ORDINARY, SWEEP, ORDINARY)
    apart = {bool(shape.apart): shape for shape in found.shapes}
    assert len(found.shapes) == 2
    assert (found.pings, apart[False].pings, apart[True].pings) == (2, 2, 1)
    assert [apart[False].number(at) for at in range(2)] == [1, 2]
    assert apart[True].number(0) == -1
    assert apart[True].apart == fingerprint_of(SWEEP[:BEGINNING_BYTES])


def test_ids_that_nat_rewrites_do_not_matter() -> None:
    found = collected(ORDINARY, SWEEP, SWEEP, identifiers=(7, 8, 9))
    assert sorted((bool(shape.apart), shape.pings) for shape in found.shapes) == [
        (False, 1),
        (True, 2),
    ]


def test_without_a_sweep_all_count() -> None:
    assert collected(ORDINARY, ORDINARY, ORDINARY).pings == 3
