"""Ports that nothing listens on: the network is fine, the program is not there."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.explain.attempts import is_refused, target_of
from netdiag.explain.findings.context import Context, frames_of
from netdiag.explain.path_view import TrackView
from netdiag.model.report import Finding


def port_closed(context: Context) -> Iterator[Finding]:
    """The destination answers by TCP or UDP that it does not know the port."""
    told = set()
    for view in context.attempts:
        if target_of(view) not in told and is_refused(view, context.seen):
            told.add(target_of(view))
            yield _finding(view, context)


def _finding(view: TrackView, context: Context) -> Finding:
    protocol, source, destination, port = target_of(view)
    last = view.track.request[-1]
    name = context.names.told(destination)
    how = "a TCP reset" if protocol == "tcp" else "ICMP 'port unreachable'"
    flag = "t" if protocol == "tcp" else "u"
    return Finding(
        "port-closed",
        "warning",
        last.node,
        None,
        f"Nothing listens on {protocol.upper()} port {port} of {name}",
        f"{context.names.way(source, destination)}: the request reached {last.point!s}, and "
        f"{destination} itself answers with {how}. The network has done its part.",
        f"nsenter -t PID -n ss -{flag}lnp  # PID: a process of the pod; does the program listen, "
        "and on that address and port?",
        frames_of(view, [last, *view.track.reply[:1]]),
        last.point.pod,
    )
