"""``netdiag packets``: what ``tcpdump -r`` should be for tunnels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import click

from netdiag.cli.exit_code import ExitCode
from netdiag.cli.inner_filter import WithFilterHelp, read_inner_filter
from netdiag.cli.output import ResultWriter, palette, say
from netdiag.model.link_types import SUPPORTED_LINK_TYPES
from netdiag.model.udp_tunnels import udp_tunnel_table
from netdiag.sources.capture_file import OpenCapture, open_captures
from netdiag.sources.found import Problem, gathered
from netdiag.sources.merge import merge_packets
from netdiag.sources.paths import find_captures

EPILOG = """\
Examples:
  netdiag packets node1-eth0.pcap
  netdiag packets CASE --inner 'icmp and host 10.244.1.2'
  netdiag packets node-1/ens33=a.pcap node-2/ens33=b.pcap.gz --utc
  tcpdump -i any -w - | netdiag packets -
  netdiag packets CASE.tar.gz --json | jq .layers
"""


@dataclass(frozen=True)
class Selection:
    """Which packets are wanted."""

    matches: Callable[[OpenCapture], bool] | None
    limit: int | None


@click.command(cls=WithFilterHelp, epilog=EPILOG)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path())
@click.option("--inner", metavar="EXPR", help="Only packets whose innermost packet matches.")
@click.option(
    "--vni", type=click.IntRange(0, 0xFFFFFF), help="Only packets in a tunnel with this VNI."
)
@click.option("-c", "limit", type=click.IntRange(0), metavar="N", help="Stop after N packets.")
@click.option(
    "--vxlan-port",
    "vxlan_ports",
    type=click.IntRange(1, 65535),
    multiple=True,
    metavar="PORT",
    help="One more UDP port of VXLAN, besides 8472 and 4789; may be repeated.",
)
@click.option("--sort", is_flag=True, help="Sort by time within each file too; needs memory.")
@click.option("--utc", is_flag=True, help="Print times in UTC, not in the local zone.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per packet.")
@click.option("--count", "only_count", is_flag=True, help="Only count, by encapsulation.")
def packets(
    paths: tuple[str, ...],
    inner: str | None,
    vni: int | None,
    limit: int | None,
    vxlan_ports: tuple[int, ...],
    sort: bool,
    utc: bool,
    as_json: bool,
    only_count: bool,
) -> ExitCode:
    """List packets of captures, merged by time, tunnels taken apart.

    PATH is a pcap or pcapng file (also .gz or .zst), NODE/IFACE=FILE to name a file's place,
    a folder of captures, a bundle (NODE/IFACE.pcap, NODE/pods/POD/IFACE.pcap in it) or its .zip
    or .tar.gz, or - for standard input.

    Each line: time, node/interface, direction, tunnels from the outside in (- for none), and the
    innermost packet in tcpdump's words. ICMP errors end with the packet that they are about.
    """
    selection = Selection(_matcher(inner, vni), limit)
    writer = ResultWriter()
    files, problems = find_captures(paths)
    tunnels = udp_tunnel_table(vxlan_ports)
    captures, unopened = open_captures(
        files, tunnels, in_order_of_time=sort, before_wait=writer.flush
    )
    problems += unopened
    try:
        if only_count:
            _count(captures, selection, writer, as_json)
        else:
            _list(captures, selection, writer, as_json=as_json, utc=utc)
    finally:
        writer.flush()
    return _conclude(captures, problems)


def _matcher(inner: str | None, vni: int | None) -> Callable[[OpenCapture], bool] | None:
    """Return the test of a decoded packet, None if every packet passes."""
    if inner is None and vni is None:
        return None
    from netdiag.decode.fields import inner_packet, vnis

    predicate = None if inner is None else read_inner_filter(inner)

    def matches(capture: OpenCapture) -> bool:
        decoder = capture.reader.decoder
        if vni is not None and vni not in vnis(decoder):
            return False
        return predicate is None or predicate(inner_packet(decoder))

    return matches


def _selected(captures: list[OpenCapture], selection: Selection) -> Iterator[OpenCapture]:
    """Yield the capture that stands at a wanted packet, decoded, once for each."""
    matches, limit = selection.matches, selection.limit
    if limit == 0:
        return
    found = 0
    told: set[int] = set()
    for capture in merge_packets(captures):
        reader = capture.reader
        decoder = reader.decoder
        decoder.decode(reader.start, reader.end, reader.length, reader.link_type)
        if decoder.count == 0:
            _tell_link_types(capture, {reader.link_type}, told)
        if matches is None or matches(capture):
            yield capture
            found += 1
            if found == limit:
                return


def _tell_link_types(capture: OpenCapture, found: set[int], told: set[int]) -> None:
    for link_type in sorted(found - SUPPORTED_LINK_TYPES - told):
        told.add(link_type)
        say(f"{capture.file.label}: link type {link_type} not supported, listed undecoded")


def _list(
    captures: list[OpenCapture],
    selection: Selection,
    writer: ResultWriter,
    *,
    as_json: bool,
    utc: bool,
) -> None:
    if as_json:
        from netdiag.render.packet_json import packet_json

        for capture in _selected(captures, selection):
            writer.write(
                packet_json(
                    capture.reader, capture.file.label, capture.point(), capture.direction()
                )
            )
        return
    from netdiag.render.packet_line import PacketLines

    width = max((len(str(capture.file.point)) for capture in captures), default=0)
    lines = PacketLines(palette(), utc, width)
    write, line = writer.write, lines.line
    for capture in _selected(captures, selection):
        write(line(capture.reader, capture.point()))


def _count(
    captures: list[OpenCapture], selection: Selection, writer: ResultWriter, as_json: bool
) -> None:
    from netdiag.decode.counts import PacketCounts
    from netdiag.render.count_table import count_json, count_table

    counts = PacketCounts()
    if selection.matches is None and selection.limit is None:
        told: set[int] = set()
        for capture in captures:
            counts.count_all(capture.reader)
            _tell_link_types(capture, {row.link_type for row in counts.rows()}, told)
    else:
        for capture in _selected(captures, selection):
            counts.add(capture.reader)
    if captures:
        writer.write(count_json(counts) if as_json else count_table(counts))


def _conclude(captures: Iterable[OpenCapture], problems: list[Problem]) -> ExitCode:
    """Say what went wrong and return the exit code."""
    read = 0
    for capture in captures:
        read += capture.reader.frame
        broken = capture.problem()
        if broken is not None:
            problems.append(broken)
        dropped = capture.reader.dropped_packets()
        if dropped:
            say(f"{capture.file.label}: {dropped} packets were dropped while it was captured")
        capture.close()
    for problem in gathered(problems):
        say(f"{problem.label}: {problem.reason}")
    if not problems:
        return ExitCode.OK
    return ExitCode.FOUND if read else ExitCode.USAGE
