"""``netdiag collect``: facts and a timed capture of nodes, without a ping."""

from __future__ import annotations

import click

from netdiag.cli import lacking
from netdiag.cli.exit_code import ExitCode
from netdiag.cli.inventory_options import (
    LackingHereError,
    LiveCommand,
    check_unused,
    command_line,
    inventory_options,
    read_inventory,
    save_bundle,
)
from netdiag.cli.kubernetes_options import (
    SPARE_SECONDS,
    KubernetesOptions,
    check_places,
    kubernetes_options,
    open_named,
    print_planned,
)
from netdiag.cli.output import ResultWriter, say
from netdiag.cli.seconds import Seconds
from netdiag.sources.inventory.places import Inventory, LackingError, PlacedNode
from netdiag.sources.live.collecting import CollectionWanted

EPILOG = """\
Examples:
  netdiag collect node-1 node-2 --save CASE
  netdiag collect -i 'flannel*' -i ens33 --seconds 60 --save CASE.tar.gz
  netdiag collect -k default/web node/n2 --save CASE in a cluster, on the nodes of these
  netdiag collect --script > collect.sh              for a node without Python
"""


@click.command(cls=LiveCommand, epilog=EPILOG)
@click.argument("names", metavar="[NODE...]", nargs=-1)
@click.option("-i", "--interface", "interfaces", multiple=True, metavar="GLOB",
              help="Only interfaces of such names; may be repeated.")  # fmt: skip
@click.option("--expression", metavar="EXPR", help="Only packets that tcpdump's EXPR selects.")
@click.option("--seconds", type=Seconds(0.1, 86400), default=10.0, show_default=True,
              metavar="SECONDS", help="How long to capture; Ctrl-C ends it sooner.")  # fmt: skip
@click.option("--save", type=click.Path(), metavar="BUNDLE",
              help="Where to keep it: a new folder, or NAME.tar.gz.")  # fmt: skip
@click.option("--script", is_flag=True, help="Print a shell script that does it without netdiag.")
@inventory_options
@kubernetes_options
def collect(
    names: tuple[str, ...],
    interfaces: tuple[str, ...],
    expression: str | None,
    seconds: float,
    save: str | None,
    script: bool,
    lab: str | None,
    local: bool,
    inventory: str | None,
    kubernetes: KubernetesOptions,
) -> ExitCode:
    """Capture on NODEs and in their pods for some time, and keep what they say of themselves.

    Without NODE on all of them. In a cluster (-k) NODE is a node, or a pod, which brings its node
    along. 'netdiag analyze BUNDLE' reads what is kept.
    """
    if script:
        from netdiag.sources.live.shell_probe import collect_script

        writer = ResultWriter()
        writer.write(collect_script())
        writer.flush()
        return ExitCode.OK
    if save is None:
        raise click.UsageError("--save BUNDLE says where to keep it")
    check_unused(save)
    check_places(kubernetes, lab, local, inventory)
    wanted = CollectionWanted(seconds, interfaces, expression, command_line())
    if kubernetes.dry_run:
        print_planned(kubernetes.cluster(seconds, say), *names)
        return ExitCode.OK
    if kubernetes.is_meant_besides(lab, local, inventory):
        with open_named(kubernetes, names, seconds + SPARE_SECONDS) as found:
            places = found.inventory
            return _collect(places, places.nodes, wanted, save)
    places = read_inventory(lab, local, inventory)
    return _collect(places, _nodes(places, names), wanted, save)


def _collect(
    places: Inventory, nodes: tuple[PlacedNode, ...], wanted: CollectionWanted, save: str
) -> ExitCode:
    from netdiag.sources.live.collecting import collect as take
    from netdiag.sources.zipapp import probe_archive

    try:
        collected = take(places, nodes, wanted, probe_archive(), say)
    except LackingError as error:
        is_here = not any(node.is_container for node in nodes)
        raise (LackingHereError if is_here else lacking.LackingError)(str(error)) from None
    for problem in collected.problems:
        say(problem)
    is_kept = save_bundle(collected.gathered, save)
    collected.gathered.close()
    if not is_kept:
        return ExitCode.USAGE
    if collected.interrupted:
        return ExitCode.INTERRUPTED
    return ExitCode.FOUND if collected.problems else ExitCode.OK


def _nodes(places: Inventory, names: tuple[str, ...]) -> tuple[PlacedNode, ...]:
    known = {node.name: node for node in places.nodes}
    for name in names:
        if name not in known:
            there = ", ".join(known)
            raise click.UsageError(f"{name!r} is no node of {places.source}; there is {there}")
    return tuple(known[name] for name in dict.fromkeys(names)) or places.nodes
