"""Ports that nothing listens on: the network is fine, the program is not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from netdiag.correlate.crossing import Crossing
from netdiag.explain.attempts import Target, is_refused, target_of, unasked_targets
from netdiag.explain.findings.context import Context, frames_of
from netdiag.explain.path_view import TrackView
from netdiag.explain.shell_words import where_to_run
from netdiag.model.report import Finding


def port_closed(context: Context) -> Iterator[Finding]:
    """The destination answers by TCP or UDP that it does not know the port."""
    unasked = unasked_targets(context.truths.facts)
    closed: dict[str, dict[Target, TrackView]] = {}
    for view in context.attempts:
        if target_of(view) not in unasked and is_refused(view, context.seen):
            target = target_of(view)
            closed.setdefault(target[2], {}).setdefault(target, view)
    for destination, views in closed.items():
        yield _finding(destination, views, context)


def _finding(destination: str, views: Mapping[Target, TrackView], context: Context) -> Finding:
    ports = ", ".join(f"{protocol.upper()} {port}" for protocol, _, _, port in views)
    (_, source, _, _), view = next(iter(views.items()))
    last = view.track.request[-1]
    frames = (
        frame
        for each in views.values()
        for frame in frames_of(each, [each.track.request[-1], *each.track.reply[:1]])
    )
    return Finding(
        "port-closed",
        "warning",
        last.node,
        None,
        f"Nothing listens on {ports} of {context.names.told(destination)}",
        f"{context.names.way(source, destination)}: what was sent reached {last.point!s}, and "
        f"{destination} itself answers that it does not know the port (a TCP reset, or ICMP 'port "
        "unreachable'). The network has done its part.",
        f"ss -lntup  # {where_to_run(last.node, _pod(destination, last, context))}: does the "
        "program listen, and on that address and port?",
        tuple(frames),
        last.point.pod,
    )


def _pod(destination: str, last: Crossing, context: Context) -> str | None:
    """Return the pod that was asked; None = the node itself."""
    return last.point.pod or context.names.pod_of(destination)
