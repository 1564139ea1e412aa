"""``netdiag lab``: a cluster of network namespaces to try netdiag on."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import click

from netdiag.cli import lab_completion
from netdiag.cli.examples import GroupWithExamples
from netdiag.cli.lab_text import cluster_text, faults_text, modes_text
from netdiag.cli.lacking import LackingError
from netdiag.cli.output import ResultWriter, say
from netdiag.lab import state
from netdiag.lab.errors import LabError, NotPermittedError, UsageError

EPILOG = """\
Examples:
  netdiag lab up flannel-vxlan                       two nodes, three pods
  netdiag lab exec pod-a -- ping -c 3 10.244.2.2     from pod-a to pod-c
  netdiag lab break vxlan-blocked                    what 'netdiag lab list' calls a fault
  netdiag lab mend vxlan-blocked
  netdiag lab down
  netdiag lab record calico-ipip --fault ipip-blocked CASE && netdiag analyze CASE
"""


_NOT_RUNNABLE = 126
_NO_SUCH_COMMAND = 127


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Turn the lab's errors into a sentence and an exit code."""
    try:
        yield
    except NotPermittedError as error:
        raise LackingError(str(error)) from None
    except LabError as error:
        raise click.ClickException(str(error)) from None


def _named(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option that names a lab."""
    return click.option(
        "--name", metavar="NAME", shell_complete=lab_completion.labs,
        help="Which lab; without it the only one, or the one named lab.",
    )(function)  # fmt: skip


def _made(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what lab is made."""
    for option in (
        click.option(
            "--fault",
            metavar="FAULT",
            shell_complete=lab_completion.faults,
            help="Break it at once: see 'netdiag lab list'.",
        ),
        click.option(
            "--nodes", type=click.IntRange(1, 20), help="How many nodes: 2, or as needed."
        ),
        click.option("--routed", is_flag=True, help="Each node in its own subnet behind a router."),
        click.option(
            "--iptables",
            type=click.Choice(["iptables", "iptables-nft", "iptables-legacy"]),
            default="iptables",
            help="The program that sets packet filters.",
        ),
    ):
        function = option(function)
    return function


@click.group(cls=GroupWithExamples, epilog=EPILOG)
def lab() -> None:
    """Make a cluster of network namespaces, in any network mode, with any fault.

    Nodes, pods, bridges, tunnels, routes, packet filters and configuration files as flannel,
    Calico and the others make them, on this machine, without a cluster. Everything is in
    namespaces of its own and ends with 'netdiag lab down'; nothing of this machine is changed.
    """


@lab.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_(as_json: bool) -> None:
    """List the network modes and the faults."""
    from netdiag.lab.catalogue import catalogue

    found = catalogue()
    if as_json:
        _write(json.dumps(found))
    else:
        _write(f"{modes_text(found['modes'])}\n\n{faults_text(found['faults'])}")


@lab.command()
@click.argument("mode", metavar="MODE", shell_complete=lab_completion.modes)
@_made
@click.option("--name", default=state.DEFAULT_NAME, show_default=True, metavar="NAME",
              help="What to call it.")  # fmt: skip
def up(
    mode: str, name: str, fault: str | None, nodes: int | None, routed: bool, iptables: str
) -> None:
    """Make a lab."""
    from netdiag.lab.breaking import break_lab
    from netdiag.lab.faults import fault_named
    from netdiag.lab.lifecycle import raised

    with _told():
        broken = fault_named(fault) if fault else None
        wanted = _wanted(name, mode, broken, nodes, routed, iptables)
        with raised(wanted, stays=True) as running:
            if broken is not None:
                running = break_lab(running, broken)
    _write(cluster_text(running))  # it stays also if nobody reads this


@lab.command("break")
@click.argument("fault", metavar="FAULT", shell_complete=lab_completion.faults)
@_named
def break_(fault: str, name: str | None) -> None:
    """Break a lab that is up."""
    from netdiag.lab.breaking import break_lab
    from netdiag.lab.faults import fault_named
    from netdiag.lab.lifecycle import opened

    with _told(), opened(name) as running:
        broken = fault_named(fault)
        break_lab(running, broken)
        say(f"{running.lab.name}: {broken.summary}")


@lab.command()
@click.argument("fault", metavar="FAULT", shell_complete=lab_completion.faults)
@_named
def mend(fault: str, name: str | None) -> None:
    """Undo a fault."""
    from netdiag.lab.breaking import mend_lab
    from netdiag.lab.faults import fault_named
    from netdiag.lab.lifecycle import opened

    with _told(), opened(name) as running:
        mend_lab(running, fault_named(fault))
        say(f"{running.lab.name}: {fault} is gone")


@lab.command()
@click.option("--name", metavar="NAME", help="Which lab; without it all of them.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status(name: str | None, as_json: bool) -> None:
    """Show the labs that are up: nodes, pods, addresses, faults, stand-ins."""
    from netdiag.lab.catalogue import known_lab, status_object

    with _told():
        alive = [each for each in state.read_labs() if each.is_alive]
        labs = [known_lab(each) for each in (alive if name is None else [state.read_lab(name)])]
    if as_json:
        _write(json.dumps({"labs": [status_object(each) for each in labs]}))
    else:
        texts = [cluster_text(each) for each in labs]
        _write("\n\n".join(texts) or "No lab is up: 'netdiag lab up MODE' makes one.")


@lab.command("exec", context_settings={"ignore_unknown_options": True,
                                       "allow_interspersed_args": False})  # fmt: skip
@_named
@click.argument("place", metavar="NODE|POD", shell_complete=lab_completion.places)
@click.argument("command", metavar="-- COMMAND...", nargs=-1, required=True,
                type=click.UNPROCESSED)  # fmt: skip
def exec_(place: str, command: tuple[str, ...], name: str | None) -> int:
    """Run a command in a node or pod; its exit code is this one's.

    As of a shell, it is 127 if there is no such command, 126 if it cannot be run.
    """
    words = list(command[1:] if command[0] == "--" else command)
    if not words:
        raise click.UsageError("Missing argument '-- COMMAND...'.")
    return _run_in(place, words, name)


@lab.command()
@_named
@click.argument("place", metavar="NODE|POD", shell_complete=lab_completion.places)
def shell(place: str, name: str | None) -> int:
    """Open a shell in a node or pod."""
    return _run_in(place, [os.environ.get("SHELL") or "/bin/sh"], name)


def _run_in(place: str, command: list[str], name: str | None) -> int:
    from netdiag.lab.site import Site

    with _told():
        found = state.read_lab(name)
        if place not in found.places:
            there = ", ".join(sorted(found.places))
            raise click.UsageError(f"there is no {place} in {found.name}, but {there}")
        folder = str(state.folder_of(found.name))
        with Site(folder, found.places, found.process) as site:
            try:
                return site.run_attached(place, command)
            except NotPermittedError as error:
                say(str(error))
                return _NO_SUCH_COMMAND
            except OSError as error:
                say(f"{command[0]} cannot be run: {error.strerror}")
                return _NOT_RUNNABLE


@lab.command()
@_named
def down(name: str | None) -> None:
    """Take a lab down: nothing of it is left."""
    from netdiag.lab.lifecycle import take_down

    with _told():
        ended = take_down(name)
    none = "no lab is up" if name is None else f"no lab named {name} is up"
    say(f"{', '.join(ended)}: gone" if ended else none)


@lab.command()
@click.argument("mode", metavar="MODE", shell_complete=lab_completion.modes)
@click.argument("folder", metavar="DIR", type=click.Path())
@_made
def record(
    mode: str, folder: str, fault: str | None, nodes: int | None, routed: bool, iptables: str
) -> None:
    """Record a bundle: make a lab, capture at every interface while it is pinged.

    DIR, new or empty, gets what 'netdiag analyze DIR' reads, and expected.json: what it must find.
    """
    from netdiag.lab import recording
    from netdiag.lab.breaking import break_lab
    from netdiag.lab.faults import fault_named
    from netdiag.lab.lifecycle import raised

    with _told():
        broken = fault_named(fault) if fault else None
        wanted = _wanted(f"record-{os.getpid()}", mode, broken, nodes, routed, iptables)
        if wanted.nodes < 2:
            raise UsageError("a recording pings from node to node: it needs 2 nodes")
        if missing := recording.tools_missing():
            raise NotPermittedError(missing)
        with recording.empty_folder(folder) as target, raised(wanted, stays=False) as running:
            if broken is not None and not broken.passing:
                running = break_lab(running, broken)
            printed = recording.record(running, broken, target)
    _write(printed.strip())
    say(f"recorded in {folder}: 'netdiag analyze {folder}' reads it")


def _wanted(
    name: str, mode: str, fault: Any, nodes: int | None, routed: bool, iptables: str
) -> Any:
    """Return what lab is wanted; a fault may need more nodes, or the router."""
    from netdiag.lab.breaking import check
    from netdiag.lab.lifecycle import Wanted

    if fault is not None:
        nodes = nodes or max(2, fault.nodes)
        routed = routed or fault.routed
        check(fault, mode=mode, routed=routed, nodes=nodes)
    return Wanted(name, mode, nodes or 2, routed, iptables)


def _write(text: str) -> None:
    writer = ResultWriter()
    writer.write(f"{text}\n")
    writer.flush()
