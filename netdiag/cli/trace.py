"""``netdiag trace``: ping between two pods, capture everywhere, and say which way it went."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from netdiag.cli import lacking
from netdiag.cli.exit_code import ExitCode
from netdiag.cli.inventory_options import (
    LackingHereError,
    LiveCommand,
    check_unused,
    check_writable,
    command_line,
    inventory_options,
    save_bundle,
)
from netdiag.cli.ip_version import ip_version_options
from netdiag.cli.kubernetes_options import (
    MOST_SECONDS,
    SPARE_SECONDS,
    KubernetesOptions,
    kubernetes_options,
    print_planned,
)
from netdiag.cli.output import say
from netdiag.cli.seconds import Seconds
from netdiag.cli.trace_places import NamedPlaces, open_places, tell_of_nested, with_addresses
from netdiag.sources.inventory.ends import End, Version, find_ends
from netdiag.sources.inventory.places import Inventory, InventoryError, LackingError

if TYPE_CHECKING:
    from netdiag.cli.judging import Shown
    from netdiag.sources.live.traced import TraceTaken

EPILOG = """\
Examples:
  netdiag trace pod-a pod-c                          in the lab that is up, or on this machine
  netdiag trace default/web 10.244.1.2 -c 5 --save CASE
  netdiag trace pod-a node/node-2 --size 1472 --df
  netdiag trace web db --mtu                         the largest packets that pass, there and back
  netdiag trace -k default/web kube-system/dns       in the cluster of kubectl's current context
  netdiag trace web db --inventory nodes.toml --json | jq '.findings[].title'
"""


@click.command(cls=LiveCommand, epilog=EPILOG)
@click.argument("source", metavar="SRC")
@click.argument("destination", metavar="DST")
@click.option("-c", "--count", type=click.IntRange(1, 65535), default=3, show_default=True,
              metavar="N", help="How many pings.")  # fmt: skip
@click.option("--interval", type=Seconds(0.01, 3600), default=0.2, show_default=True,
              metavar="SECONDS",
              help="Between two pings; the second waits if the first waits for ARP.")  # fmt: skip
@click.option("--size", type=click.IntRange(16, 65000), default=56, show_default=True,
              metavar="BYTES", help="Payload of a ping, as ping -s has it.")  # fmt: skip
@click.option("--df", "dont_fragment", is_flag=True, help="Forbid fragments, as ping -M do.")
@click.option("--mtu", is_flag=True,
              help="Find the path's MTU, there and back, with packets of other sizes.")  # fmt: skip
@click.option("--timeout", type=Seconds(0.05, 3600), default=1.0, show_default=True,
              metavar="SECONDS", help="How long to wait for the last reply.")  # fmt: skip
@ip_version_options
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
@click.option("--svg", type=click.Path(dir_okay=False, writable=True), metavar="FILE",
              help="Draw the ladder of the ping that tells most into FILE.")  # fmt: skip
@click.option("--save", type=click.Path(), metavar="BUNDLE",
              help="Keep captures and documents: a new folder, or NAME.tar.gz.")  # fmt: skip
@click.option("--redact", is_flag=True,
              help="Map addresses and names in what --save keeps, to share it.")  # fmt: skip
@click.option("--tcp", "tcp_ports", type=click.IntRange(1, 65535), multiple=True, metavar="PORT",
              help="Connect to this port as well, and follow that; repeatable.")  # fmt: skip
@click.option("--udp", "udp_ports", type=click.IntRange(1, 65535), multiple=True, metavar="PORT",
              help="Send datagrams to this port as well; repeatable.")  # fmt: skip
@click.option("--sweep", is_flag=True,
              help="--mtu, and TCP and UDP at the ports that DST listens on.")  # fmt: skip
@click.option("--watch", is_flag=True,
              help="Ping until Ctrl-C; print only what changes, and a summary.")  # fmt: skip
@click.option("--no-drops", is_flag=True,
              help="Do not ask kernels why they drop packets (by eBPF).")  # fmt: skip
@click.option("--rule", is_flag=True,
              help="Name the rule of nft or iptables that drops it. Meanwhile nodes have one more "
              "nft table, which traces our packets alone; needs CAP_NET_ADMIN there.")  # fmt: skip
@click.option("-v", "--verbose", is_flag=True, help="Say each step.")
@inventory_options
@kubernetes_options
def trace(
    source: str,
    destination: str,
    count: int,
    interval: float,
    size: int,
    dont_fragment: bool,
    mtu: bool,
    timeout: float,
    version: Version | None,
    as_json: bool,
    svg: str | None,
    save: str | None,
    redact: bool,
    tcp_ports: tuple[int, ...],
    udp_ports: tuple[int, ...],
    sweep: bool,
    watch: bool,
    no_drops: bool,
    rule: bool,
    verbose: bool,
    lab: str | None,
    local: bool,
    inventory: str | None,
    kubernetes: KubernetesOptions,
) -> ExitCode:
    """Ping from SRC to DST, capture at every interface on the way, and say which way it went.

    SRC is a pod (pod-a, default/web), its address, or a node; DST any of these, or any address.
    Where a name may be several: pod/NAME, node/NAME, ip/ADDRESS.

    Prints what 'netdiag analyze' prints of captures: path, encapsulation, the three truths, and if
    the ping died, where and why. Exit code 0: no error or warning; 1: there are.
    """
    if redact and save is None:
        raise click.UsageError("--redact is of what --save keeps: say where, with --save BUNDLE")
    if watch and (save or svg or tcp_ports or udp_ports or sweep or mtu or rule):
        raise click.UsageError("--watch only pings: not with --save, --svg, --tcp, --udp, --mtu, "
                               "--sweep, --rule")  # fmt: skip
    if save is not None:
        check_unused(save)
    if svg is not None:
        check_writable(svg)
    named = NamedPlaces(lab, local, inventory, kubernetes)
    named.check()
    asked = named.ask_ahead()
    from netdiag.cli.judging import Shown, load_meanwhile
    from netdiag.sources.live.connecting import new_ports
    from netdiag.sources.live.traced import TraceWanted, new_ping
    from netdiag.sources.live.tracing import take_trace
    from netdiag.sources.zipapp import probe_archive

    ping = new_ping(
        count=count, interval=interval, size=size, dont_fragment=dont_fragment, timeout=timeout
    )
    ports = new_ports(tcp_ports, udp_ports, ping, finds=sweep)
    tell = say if verbose else _say_nothing
    seconds = MOST_SECONDS if watch else ping.seconds * 2 + SPARE_SECONDS
    if kubernetes.dry_run:
        print_planned(kubernetes.cluster(seconds, tell, asked), source, destination)
        return ExitCode.OK
    typed = (source, destination)
    with open_places(named, typed, seconds, tell, load_meanwhile, asked) as found:
        places = with_addresses(found)
        ends = _ends(places, found.source, found.destination, version)
        for note in places.notes:
            tell(note)
        tell_of_nested(ends)
        say(f"tracing {ends[0].name} → {ends[1].name} in {places.source}")
        wanted = TraceWanted(*ends, ping, ports, not no_drops, rule, mtu or sweep, command_line())
        try:
            if watch:
                from netdiag.cli.watching import watch_trace

                return watch_trace(places, wanted, probe_archive(), as_json=as_json)
            taken = take_trace(places, wanted, probe_archive(), tell, warn=say)
        except LackingError as error:
            is_here = not any(node.is_container for node in places.nodes)
            raise (LackingHereError if is_here else lacking.LackingError)(str(error)) from None
        is_kept = save is None or _keep(taken, save, places if redact else None)
        return _report(taken, save, is_kept, Shown(as_json=as_json, svg=svg))


def _say_nothing(step: str) -> None:
    """Keep a step to oneself."""


def _ends(
    places: Inventory, source: str, destination: str, version: Version | None
) -> tuple[End, End]:
    try:
        return find_ends(places, source, destination, version)
    except InventoryError as error:
        raise click.UsageError(str(error)) from None


def _keep(taken: TraceTaken, path: str, redacted_of: Inventory | None) -> bool:
    """Keep a bundle, redacted if an inventory says whose names are in it; tell if that worked."""
    if redacted_of is None:
        return save_bundle(taken.gathered, path)
    from netdiag.sources.redaction.bundle import new_key, new_redaction, redacted

    copy = redacted(taken.gathered, new_redaction(taken.gathered, redacted_of, new_key()))
    is_kept = save_bundle(copy, path)
    copy.close()
    if is_kept:
        say("it is redacted: addresses and names are mapped, and the mapping is not kept")
    return is_kept


def _report(taken: TraceTaken, save: str | None, is_kept: bool, shown: Shown) -> ExitCode:
    from netdiag.cli.judging import judge

    not_watched = () if taken.interrupted else _not_watched(taken)
    for problem in (*taken.problems, *not_watched, *_told_to_the_ping(taken)):
        say(problem)
    found = taken.gathered.found(save.rstrip("/") if save else "")
    code = judge(found, shown)
    taken.gathered.close()
    if taken.interrupted:
        return ExitCode.INTERRUPTED
    if not is_kept:
        return ExitCode.USAGE
    return ExitCode.FOUND if code == ExitCode.OK and taken.is_partial else code


def _not_watched(taken: TraceTaken) -> list[str]:
    """Return on which nodes the kernel could not be asked why it drops packets, by reason."""
    nodes: dict[str, list[str]] = {}
    for node, why in taken.not_watched.items():
        nodes.setdefault(why, []).append(node)
    return [
        f"{', '.join(names)}: the kernel does not tell why it drops packets: {why}"
        for why, names in nodes.items()
    ]


def _told_to_the_ping(taken: TraceTaken) -> list[str]:
    """Return what the ping was told, each kind once."""
    told: dict[str, None] = {}
    for error in taken.errors:
        origin = f" by {error['from']}" if error.get("from") else ""
        told[f"the ping was told{origin}: {error.get('text') or error.get('kind')}"] = None
    return list(told)
