"""``netdiag analyze``: which way pings went, by which encapsulation, and where they died."""

from __future__ import annotations

import click

from netdiag.cli.examples import WithExamples
from netdiag.cli.exit_code import ExitCode
from netdiag.cli.judging import Shown, judge
from netdiag.sources.paths import find_all

EPILOG = """\
Examples:
  netdiag analyze CASE
  netdiag analyze CASE.tar.gz --ping 3
  netdiag analyze node-1/ens33=a.pcap node-2/ens33=b.pcap --svg ladder.svg
  netdiag analyze CASE --json | jq '.findings[].title'
"""


@click.command(cls=WithExamples, epilog=EPILOG)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path())
@click.option("--ping", type=click.IntRange(1), metavar="N", help="Show only ping N, hop by hop.")
@click.option("--all", "keep_all", is_flag=True, help="Keep and show all pings; needs memory.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
@click.option(
    "--svg",
    type=click.Path(dir_okay=False, writable=True),
    metavar="FILE",
    help="Draw the ladder of the first ping that tells most, or of --ping N, into FILE.",
)
@click.option(
    "--vxlan-port",
    "vxlan_ports",
    type=click.IntRange(1, 65535),
    multiple=True,
    metavar="PORT",
    help="One more UDP port of VXLAN, besides 8472 and 4789; may be repeated.",
)
def analyze(
    paths: tuple[str, ...],
    ping: int | None,
    keep_all: bool,
    as_json: bool,
    svg: str | None,
    vxlan_ports: tuple[int, ...],
) -> ExitCode:
    """Follow each ping across every interface, tunnel and node.

    PATH is a bundle (NODE/IFACE.pcap, NODE/any.pcap, NODE/pods/POD/IFACE.pcap in it), its .zip or
    .tar.gz, a folder, a capture file, or NODE/IFACE=FILE to name a file's place.

    Says which encapsulation carried the pings between which nodes, how each ping ended, where a
    lost one was seen last and what that proves. Exit code 0: no error or warning; 1: there are.
    """
    return judge(find_all(paths), Shown(ping, keep_all, as_json, svg, vxlan_ports))
