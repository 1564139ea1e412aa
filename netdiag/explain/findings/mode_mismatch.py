"""Two of the three truths differ: what is configured, programmed and observed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netdiag.explain.findings.context import Context, shell_word
from netdiag.explain.truths.truths import Row
from netdiag.model.facts.cluster import DaemonSet
from netdiag.model.report import Evidence, Finding, Mode

MAX_EVIDENCE = 8
KINDS = {
    "none": "plain, without a tunnel",
    "vxlan": "in VXLAN",
    "ipip": "in IPIP",
    "udp": "in flannel's UDP tunnel",
    "wireguard": "in WireGuard",
    "geneve": "in GENEVE",
    "gre": "in GRE",
    "6in4": "in 6in4",
    "mixed": "partly plain, partly in a tunnel",
}


def mode_mismatch(context: Context) -> Iterator[Finding]:
    """What carries packets between two nodes is not what was configured, or not what is routed."""
    rows = [row for row in context.modes.rows if row.pair.agree is False]
    if not rows:
        return
    deviating = {row.way.source.name for row in rows}
    node = deviating.pop() if len(deviating) == 1 else None
    row = rows[0]
    yield Finding(
        "mode-mismatch",
        "warning",
        node,
        None,
        _title(row),
        " ".join((*_sentences(row, context), _why(row), _where(rows))).strip(),
        _remedy(row, context),
        _evidence(rows, context),
    )


def _words(kind: str | None) -> str:
    return KINDS.get(kind or "", f"in {kind}")


def _backend(row: Row) -> str:
    return (row.configured.backend if row.configured else None) or "the configuration"


def _title(row: Row) -> str:
    pair = row.pair
    name = row.way.source.name
    target = row.way.destination.name if row.way.destination else pair.destination_node or "?"
    if pair.configured is not None and pair.programmed not in (None, pair.configured):
        device = row.programmed.detail.get("device") if row.programmed else None
        by = f" by {device}" if device else ""
        sends = f"{name} sends to {target} {_words(pair.programmed)}{by}"
        return f"{_backend(row)} is configured, but {sends}"
    if pair.configured is not None and pair.observed not in (None, pair.configured):
        return (
            f"{_backend(row)} is configured, but packets from {name} to {target} travel "
            f"{_words(pair.observed)}"
        )
    return (
        f"{name} routes to {target} {_words(pair.programmed)}, but packets travel "
        f"{_words(pair.observed)}"
    )


def _sentences(row: Row, context: Context) -> Iterator[str]:
    pair = row.pair
    if row.configured is not None and pair.configured is not None:
        told = row.configured.evidence[0] if row.configured.evidence else None
        where = _document(told)
        near = _distance(row)
        yield f"Configured{where}: {row.configured.backend}; {near}packets should travel " + (
            f"{_words(pair.configured)}."
        )
    if row.programmed is not None and pair.programmed is not None:
        route = next((e.text for e in row.programmed.evidence if e.text), None)
        told_route = f" has the route {route}, which" if route else ""
        yield f"Programmed: {row.way.source.name}{told_route} sends them {_words(pair.programmed)}."
    if pair.observed is not None:
        yield f"Observed: they travel {_words(pair.observed)}."


def _document(told: Evidence | None) -> str:
    if told is None:
        return ""
    key = f" {told.key}" if told.key else ""
    text = f" says {told.text}" if told.text else ""
    return f" ({told.document}{key}{text})"


def _distance(row: Row) -> str:
    backend = _backend(row)
    if not backend.endswith(("-directrouting", "-crosssubnet")) or row.way.same_subnet is None:
        return ""
    return "within a subnet " if row.way.same_subnet else "across subnets "


def _why(row: Row) -> str:
    backend = _backend(row)
    if backend.startswith(("flannel/", "canal/")):
        return (
            "flanneld reads its configuration only when it starts: a change to it does nothing "
            "until the flannel pods are restarted on every node."
        )
    if backend.startswith("calico/"):
        hint = (
            " Calico takes two nodes for one subnet by the prefix length of their addresses "
            "(projectcalico.org/IPv4Address); a /32 there makes every node a subnet of its own."
            if backend.endswith("-crosssubnet")
            else ""
        )
        return (
            "calico-node makes its routes and tunnels from the IPPool of the destination; if they "
            f"are others, it is not running well on that node, or another daemon made them.{hint}"
        )
    if backend.startswith("kube-router"):
        return "kube-router reads its flags only when it starts."
    return "Something else than the configured plugin makes these routes, or it was not restarted."


def _where(rows: Sequence[Row]) -> str:
    if len(rows) < 2:
        return ""
    more = "one more direction" if len(rows) == 2 else f"{len(rows) - 1} more directions"
    return f"The same holds for {more} between nodes."


def _remedy(row: Row, context: Context) -> str:
    backend = _backend(row)
    if backend.startswith(("flannel/", "canal/")):
        return _restart(context, "flannel" if backend.startswith("flannel") else "canal", row)
    if backend.startswith("calico/"):
        return _restart(context, "calico-node", row)
    if backend.startswith("kube-router"):
        return _restart(context, "kube-router", row)
    return "restart the network plugin's pods on the nodes concerned, then compare again"


def _restart(context: Context, name: str, row: Row) -> str:
    found = _daemon_set(context, name)
    safe = "safe: pods keep running; routes are made anew, which may cost a second of traffic"
    if found is not None:
        return (
            f"kubectl -n {shell_word(found.namespace)} rollout restart daemonset "
            f"{shell_word(found.name)}  # {safe}"
        )
    namespace = _namespace(row.configured) or (
        "kube-flannel" if name == "flannel" else "kube-system"
    )
    label = "app=flannel" if name == "flannel" else f"k8s-app={name}"
    return (
        f"kubectl get daemonset -A -l {label}; kubectl -n {shell_word(namespace)} rollout restart "
        f"daemonset -l {label}  # in the namespace that the first command shows; {safe}"
    )


def _daemon_set(context: Context, name: str) -> DaemonSet | None:
    sets = context.truths.facts.cluster.daemon_sets or ()
    return next((found for found in sets if name in found.name), None)


def _namespace(mode: Mode | None) -> str | None:
    """Return the namespace of the ConfigMap that configures it."""
    for told in mode.evidence if mode else ():
        if told.document == "kubernetes/configmaps.json" and told.key and "/" in told.key:
            return told.key.partition("/")[0]
    return None


def _evidence(rows: Sequence[Row], context: Context) -> tuple[Evidence, ...]:
    """Return what each truth rests on, one of each first."""
    first = rows[0]
    observed = context.modes.modes.observed
    truths = [first.configured, first.programmed, observed]
    truths += [mode for row in rows[1:2] for mode in (row.programmed, row.configured)]
    told = [mode.evidence for mode in truths if mode is not None]
    found = dict.fromkeys(evidence[0] for evidence in told if evidence)
    found.update(dict.fromkeys(item for evidence in told for item in evidence))
    return tuple(found)[:MAX_EVIDENCE]
