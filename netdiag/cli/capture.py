"""``netdiag capture``: many interfaces, nodes and pods into one pcapng, or as lines of text."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from netdiag.cli import capture_completion
from netdiag.cli.exit_code import ExitCode
from netdiag.cli.inner_filter import WithFilterHelp, read_inner_filter
from netdiag.cli.inventory_options import LiveCommand, inventory_options, read_inventory
from netdiag.cli.kubernetes_options import (
    MOST_SECONDS,
    SPARE_SECONDS,
    KubernetesOptions,
    check_places,
    kubernetes_options,
    open_named,
    print_planned,
)
from netdiag.cli.output import say
from netdiag.sources.inventory.places import Inventory, InventoryError

if TYPE_CHECKING:
    from netdiag.sources.recording.listing import ListedInterface
    from netdiag.sources.recording.places import CapturedPlace, Pattern

LONGEST_SNAP = 262_144

EPILOG = """\
Examples:
  netdiag capture                                    all interfaces of this machine, as text
  netdiag capture -i eth0 -i 'veth*' udp port 8472   tcpdump's expressions, on several interfaces
  netdiag capture --lab --on node-1 --on pod-a -w out.pcapng
  netdiag capture --inventory nodes.toml --pods -i @overlay -i @pod --inner icmp
  netdiag capture --lab -w - | wireshark -k -i -     every node, live in Wireshark
  netdiag capture -k --on default/web -i eth0 -w out.pcapng   in a pod of a cluster
  netdiag capture -w ring.pcapng --rotate-mb 100 --files 10
  netdiag capture --lab -D                           interfaces with node, role, MTU, addresses
  netdiag analyze out.pcapng                         which way the pings in it went

EXPRESSION is tcpdump's (pcap-filter(7)) and sees the packet as it is on the interface; --inner
sees what is inside of tunnels. Roles for -i: @physical @bridge @overlay @veth @pod @macvlan
@loopback @other, as the interfaces are when the capture begins; 'veth*' also takes later ones.
Wireshark and analyze see interfaces as NODE/IFACE and NODE/POD/IFACE. Packets are ordered by time,
held back for at most 0.2 s. Unlike tcpdump it is not promiscuous unless told so.

Exit codes: 0 also when ended by Ctrl-C or SIGTERM, 1 a place could not be captured on to the end,
2 usage, an expression that is wrong, or a file that cannot be written, 3 missing privilege.
"""


class CaptureCommand(LiveCommand, WithFilterHelp):
    """Tells names of labs from words, and adds the language of ``--inner`` to the help."""


@click.command(cls=CaptureCommand, epilog=EPILOG)
@click.argument("words", metavar="[EXPRESSION]", nargs=-1)
@click.option("-i", "--interface", "interfaces", multiple=True, metavar="IFACE",
              shell_complete=capture_completion.interfaces,
              help="An interface, a glob, a role such as @overlay, 'any', or NODE/IFACE; may be "
              "repeated; all without it.")  # fmt: skip
@click.option("--on", "named", multiple=True, metavar="NODE|POD",
              shell_complete=capture_completion.places,
              help="Capture there: a node, a pod, a glob; may be repeated.")  # fmt: skip
@click.option("--pods", is_flag=True, help="Capture inside the pods of the nodes too.")
@click.option("-w", "path", metavar="FILE", help="Write a pcapng file; - for standard output.")
@click.option("--inner", metavar="EXPR", help="Only packets whose innermost packet matches.")
@click.option("-c", "limit", type=click.IntRange(1), metavar="N", help="End after N packets.")
@click.option("--duration", type=click.FloatRange(0, min_open=True), metavar="SECONDS",
              help="End after so long.")  # fmt: skip
@click.option("--rotate-mb", type=click.FloatRange(0, min_open=True), metavar="N",
              help="With -w FILE: a new file FILE_00001_TIME each N million bytes.")  # fmt: skip
@click.option("--files", type=click.IntRange(1), metavar="K",
              help="With --rotate-mb: keep the last K files.")  # fmt: skip
@click.option("-s", "--snaplen", type=click.IntRange(0, LONGEST_SNAP), default=LONGEST_SNAP,
              show_default=True, metavar="BYTES", help="Bytes of each packet; 0: all.")  # fmt: skip
@click.option("--promiscuous", is_flag=True,
              help="Hear packets for other hosts too; on bridges that may disturb.")  # fmt: skip
@click.option("--vxlan-port", "vxlan_ports", type=click.IntRange(1, 65535), multiple=True,
              metavar="PORT", help="One more UDP port of VXLAN; may be repeated.")  # fmt: skip
@click.option("--utc", is_flag=True, help="Print times in UTC, not in the local zone.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: packets, or with -D interfaces.")
@click.option("-D", "--list", "lists", is_flag=True, help="List interfaces, capture nothing.")
@click.option("-v", "--verbose", is_flag=True, help="Tell each step on standard error.")
@inventory_options
@kubernetes_options
def capture(
    words: tuple[str, ...],
    interfaces: tuple[str, ...],
    named: tuple[str, ...],
    pods: bool,
    path: str | None,
    inner: str | None,
    limit: int | None,
    duration: float | None,
    rotate_mb: float | None,
    files: int | None,
    snaplen: int,
    promiscuous: bool,
    vxlan_ports: tuple[int, ...],
    utc: bool,
    as_json: bool,
    lists: bool,
    verbose: bool,
    lab: str | None,
    local: bool,
    inventory: str | None,
    kubernetes: KubernetesOptions,
) -> ExitCode:
    """Capture on interfaces of several nodes and pods at once, into one file or as text.

    Without --lab, --local, --inventory, -k and --on on this machine alone; --on by itself looks
    where 'netdiag trace' does. In a cluster (-k) --on says where: probe pods run meanwhile.
    Without -w each packet is a line, as 'netdiag packets' prints it.
    """
    from netdiag.cli.capture_job import Job, Target
    from netdiag.model.udp_tunnels import udp_tunnel_table
    from netdiag.sources.live.captures import Wanted
    from netdiag.sources.recording.selection import Selection
    from netdiag.sources.recording.session import Bounds

    _check(path, rotate_mb, files, as_json and not lists)
    tunnels = udp_tunnel_table(vxlan_ports)
    selection = None if inner is None else Selection(read_inner_filter(inner), tunnels)
    check_places(kubernetes, lab, local, inventory)
    with contextlib.ExitStack() as opened:
        if kubernetes.dry_run:
            print_planned(kubernetes.cluster(duration or MOST_SECONDS, say), *named)
            return ExitCode.OK
        if kubernetes.is_meant_besides(lab, local, inventory):
            seconds = MOST_SECONDS if duration is None else duration + SPARE_SECONDS
            there = opened.enter_context(open_named(kubernetes, named, seconds))
            found, named = there.inventory, there.typed
        else:
            found = _inventory(lab, local or pods, inventory, bool(named))
        places, patterns = _chosen(found, named, pods, interfaces)
        if lists:
            return _list(places, patterns, as_json)
        _check_words(found, words)
        wanted = Wanted(
            expression=" ".join(words) or None, snap_length=snaplen or LONGEST_SNAP,
            is_promiscuous=promiscuous, deadline=None,
        )  # fmt: skip
        most_bytes = None if rotate_mb is None else int(rotate_mb * 1_000_000)
        target = Target(path, most_bytes, files, as_json, utc, tunnels)
        bounds = Bounds(limit, duration)
        return Job(places, patterns, wanted, selection, target, bounds, verbose).run()


def _check(path: str | None, rotate_mb: float | None, files: int | None, prints_json: bool) -> None:
    """Refuse options that do not go together."""
    if rotate_mb is not None and path in (None, "-"):
        raise click.UsageError("--rotate-mb needs files: -w FILE says how they are called")
    if files is not None and rotate_mb is None:
        raise click.UsageError("--files goes with --rotate-mb, which says when one is full")
    if prints_json and path is not None:
        raise click.UsageError("--json prints packets, -w writes them: one or the other")
    if path == "-" and sys.stdout.isatty():
        raise click.UsageError("-w -: standard output is a terminal; send it to a file or program")


def _inventory(lab: str | None, local: bool, file: str | None, is_asked: bool) -> Inventory:
    """Return the inventory; without any need for one this machine, its pods not looked for."""
    if is_asked or local or lab is not None or file is not None:
        return read_inventory(lab, local and lab is None and file is None, file)
    from netdiag.sources.inventory.local import this_machine

    return Inventory("this machine", (this_machine(),), ())


def _chosen(
    inventory: Inventory, named: Sequence[str], pods: bool, interfaces: Sequence[str]
) -> tuple[Sequence[CapturedPlace], Sequence[Pattern]]:
    """Return the places and the interfaces that were typed."""
    from netdiag.sources.recording.places import all_places, places_typed, read_pattern

    try:
        patterns = [read_pattern(each) for each in interfaces]
        if named:
            return places_typed(inventory, named, with_pods=pods), patterns
    except InventoryError as error:
        raise click.UsageError(str(error)) from None
    return all_places(inventory, with_pods=pods), patterns


def _check_words(inventory: Inventory, words: Sequence[str]) -> None:
    """Tell who types a node or a pod where the expression begins."""
    names = {node.name for node in inventory.nodes} | {pod.name for pod in inventory.pods}
    if words and words[0] in names:
        name = words[0]
        raise click.UsageError(
            f"{name!r} is a place, not an expression: capture there by --on {name}"
        )


def _list(places: Sequence[CapturedPlace], patterns: Sequence[Pattern], as_json: bool) -> ExitCode:
    """Print the interfaces of places, those that were chosen."""
    from netdiag.cli.capture_job import names_of
    from netdiag.cli.capture_list import print_interfaces
    from netdiag.sources.recording.listing import list_interfaces
    from netdiag.sources.zipapp import probe_archive

    listed, problems = list_interfaces(places, probe_archive(), say)
    for problem in problems:
        say(problem)
    if not patterns:
        print_interfaces(listed, as_json=as_json)
        return ExitCode.OK if listed else ExitCode.FOUND
    chosen = [each for each in listed if any(_fits(pattern, each) for pattern in patterns)]
    unmet = [
        pattern.typed for pattern in patterns if not any(_fits(pattern, each) for each in chosen)
    ]
    if chosen or as_json:
        print_interfaces(chosen, as_json=as_json)
    for typed in unmet:
        say(f"-i {typed}: no such interface on {names_of(places)}; without -i, -D lists all")
    return ExitCode.USAGE if unmet else ExitCode.OK


def _fits(pattern: Pattern, each: ListedInterface) -> bool:
    """Tell whether ``-i`` chooses an interface, by name or by role."""
    is_there = pattern.fits_place(each.place.name)
    return is_there and (pattern.fits(each.name) or pattern.role == each.role)
