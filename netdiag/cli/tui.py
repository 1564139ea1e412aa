"""``netdiag tui``, and ``netdiag`` alone: the screens."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

import click

from netdiag.cli.examples import WithExamples
from netdiag.cli.exit_code import ExitCode

if TYPE_CHECKING:
    from netdiag.tui.session import Session

EPILOG = """\
Examples:
  netdiag                                    this machine: its interfaces, routes, rules
  netdiag tui CASE                           a bundle, its archive, or capture files
  netdiag tui node-1/ens33=a.pcap node-2/ens33=b.pcap
"""


@click.command(cls=WithExamples, epilog=EPILOG)
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path())
def tui(paths: tuple[str, ...]) -> ExitCode:
    """Look at a network on five screens: Network, Trace, Packets, Findings, Facts.

    PATH is what 'netdiag analyze' takes. Without PATH this machine is looked at.

    '?' tells the keys, 'q' leaves. Without colours: NO_COLOR=1.
    """
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        raise click.UsageError("the screens need a terminal; 'netdiag analyze' does not")
    if "-" in paths or any(path.endswith("=-") for path in paths):
        raise click.UsageError("- cannot be read: the screens need standard input for keys")
    from netdiag.cli.sessions.opening import open_session

    _show(open_session(paths))
    return ExitCode.OK


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
