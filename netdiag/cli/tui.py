"""``netdiag tui``, and ``netdiag`` alone: the screens."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

import click

from netdiag.cli.exit_code import ExitCode
from netdiag.cli.inventory_options import LiveCommand, inventory_options
from netdiag.cli.kubernetes_options import KubernetesOptions, probing_options
from netdiag.cli.trace_places import NamedPlaces

if TYPE_CHECKING:
    from netdiag.tui.session import Session

EPILOG = """\
Examples:
  netdiag                                    a lab that is up, this machine, or kubectl's cluster
  netdiag --lab demo                         a lab; also --local, --inventory nodes.toml
  netdiag -k                                 a Kubernetes cluster; also --context, -n
  netdiag tui CASE                           a bundle, its archive, or capture files
  netdiag tui node-1/ens33=a.pcap node-2/ens33=b.pcap
"""


@click.command(cls=LiveCommand, epilog=EPILOG)
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path())
@inventory_options
@probing_options
def tui(
    paths: tuple[str, ...],
    lab: str | None,
    local: bool,
    inventory: str | None,
    kubernetes: KubernetesOptions,
) -> ExitCode:
    """Look at a network on five screens: Network, Trace, Packets, Findings, Facts.

    PATH is what 'netdiag analyze' takes. Without PATH it is nodes that run: 't' pings between two
    of their pods, and captures everywhere. Without options too: a lab that is up; this machine, if
    it has pods and one may capture; else the cluster of kubectl's current context.

    In a cluster a node gets a probe, a pod of its own, when it is opened or traced, and not before;
    they are reused, and deleted at the end.

    '?' tells the keys, 'q' leaves. Without colours: NO_COLOR=1.
    """
    _require_terminal()
    if "-" in paths or any(path.endswith("=-") for path in paths):
        raise click.UsageError("- cannot be read: the screens need standard input for keys")
    from netdiag.cli.sessions.opening import open_session

    if lab == "" and len(paths) == 1:  # "--lab NAME" of a lab that is not up
        lab, paths = paths[0], ()
    _show(open_session(paths, NamedPlaces(lab, local, inventory, kubernetes)))
    return ExitCode.OK


def _require_terminal() -> None:
    """Raise UsageError unless keys come from a terminal and all that is drawn goes to one."""
    streams = {"input": sys.stdin, "output": sys.stdout, "error": sys.stderr}
    missing = [name for name, stream in streams.items() if not stream.isatty()]
    if missing == ["error"]:
        raise click.UsageError("the screens are drawn on standard error: leave it to the terminal")
    if missing:
        words = f"standard {' and '.join(missing)}"
        verb = "is" if len(missing) == 1 else "are"
        raise click.UsageError(
            f"the screens need a terminal, and {words} {verb} none; 'netdiag analyze' needs none"
        )


def _show(session: Session) -> None:
    """Show a session until the user quits; whatever happens, the session is closed.

    Told to end, by a signal or because the terminal is gone, it leaves the terminal as it was.
    """
    from netdiag.tui.app import NetdiagApp

    app = NetdiagApp(session)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: app.exit())
    try:
        app.run()
    finally:
        session.close()
    if app.fault is not None:
        raise app.fault
