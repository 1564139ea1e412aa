"""The rules: each turns what was seen into findings; a new one is a function and a line in RULES.

Every rule has the signature ``(context) -> findings``. Rules for losses are asked in turn about
each dead direction, the one with the strongest proof first, and only the first answer counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from netdiag.explain.findings.addresses import duplicate_ip
from netdiag.explain.findings.capturing import capture_dropped, capture_incomplete, clock_skew
from netdiag.explain.findings.checksums import bad_checksum
from netdiag.explain.findings.context import Context
from netdiag.explain.findings.leftover_devices import leftover_device
from netdiag.explain.findings.losses import losses
from netdiag.explain.findings.missing_facts import facts_missing
from netdiag.explain.findings.mode_mismatch import mode_mismatch
from netdiag.explain.findings.mtu_mismatch import mtu_mismatch
from netdiag.explain.findings.never_left import never_left
from netdiag.explain.findings.never_sent import never_sent
from netdiag.explain.findings.pod_subnets import pod_subnet_conflict
from netdiag.explain.findings.ports import port_closed
from netdiag.explain.findings.refused_pings import refused_pings
from netdiag.explain.findings.rewrites import nat_rewrite_unexpected
from netdiag.explain.findings.sizes import overlay_fragmented
from netdiag.explain.findings.swept_losses import swept_losses
from netdiag.explain.findings.symmetry import asymmetric_path
from netdiag.explain.findings.told_by_kernel import confirm
from netdiag.explain.findings.waiting_pings import waiting_pings
from netdiag.explain.findings.wrong_underlay import wrong_underlay_interface
from netdiag.model.report import Evidence, Finding, Severity

Rule = Callable[[Context], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    wrong_underlay_interface,
    pod_subnet_conflict,
    losses,
    never_sent,
    never_left,
    waiting_pings,
    refused_pings,
    swept_losses,
    duplicate_ip,
    bad_checksum,
    mode_mismatch,
    asymmetric_path,
    overlay_fragmented,
    mtu_mismatch,
    nat_rewrite_unexpected,
    port_closed,
    leftover_device,
    facts_missing,
    capture_incomplete,
    capture_dropped,
    clock_skew,
)

EXPLAINED: dict[str, frozenset[str]] = {
    "unexplained-loss": frozenset(("wrong-underlay-interface", "pod-subnet-conflict")),
    "underlay-loss": frozenset(("wrong-underlay-interface", "pod-subnet-conflict")),
    "pod-route-missing": frozenset(("pod-subnet-conflict",)),
    "destination-silent": frozenset(("bad-checksum",)),
    "mtu-mismatch": frozenset(
        ("mtu-exceeded", "mtu-blackhole", "fragments-lost", "overlay-fragmented")
    ),
}
"""Codes that are left out where one of these says more of the same."""

EXPLAINED_ON_NODE: dict[str, frozenset[str]] = {
    "mode-mismatch": frozenset(("route-missing", "return-route-missing", "overlay-device-missing")),
}
"""The same for findings on one node: without its route, packets leave plainly by the default."""

MAX_FINDINGS = 100
MAX_EVIDENCE = 8
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


def find_all(context: Context) -> tuple[Finding, ...]:
    """Return all findings, errors first, each cause once."""
    found: dict[tuple[str | None, ...], list[Finding]] = {}
    for rule in RULES:
        for finding in rule(context):
            key = (finding.code, finding.node, finding.pod, finding.interface)
            found.setdefault(key, []).append(finding)
    _join_unplaced(found)
    codes = {code for code, *_ in found}
    places = {(code, node) for code, node, *_ in found}
    merged = [
        _merge(same)
        for (code, node, *_), same in found.items()
        if not codes.intersection(EXPLAINED.get(code or "", ()))
        and not places & {(other, node) for other in EXPLAINED_ON_NODE.get(code or "", ())}
    ]
    merged = [confirm(finding, context.kernel) for finding in merged]
    return tuple(sorted(merged, key=lambda f: SEVERITIES.index(f.severity))[:MAX_FINDINGS])


def _join_unplaced(found: dict[tuple[str | None, ...], list[Finding]]) -> None:
    """Join findings that name no interface with those that do: they are of one cause."""
    for code, node, pod, interface in list(found):
        if interface is None and node is not None:
            others = [key for key in found if key[:3] == (code, node, pod) and key[3] is not None]
            if len(others) == 1:
                said = found.pop((code, node, pod, None))
                found[others[0]] = [*said, *found[others[0]]]


def _merge(same: list[Finding]) -> Finding:
    """Return one finding for several with the same cause."""
    first = same[0]
    if len(same) == 1:
        return first
    evidence: dict[Evidence, None] = {}
    for finding in same:
        evidence.update(dict.fromkeys(finding.evidence[:2]))
    more = "once more" if len(same) == 2 else f"{len(same) - 1} more times"
    explanation = f"{first.explanation} The same holds {more}."
    return Finding(
        first.code,
        first.severity,
        first.node,
        first.interface,
        first.title,
        explanation,
        first.remedy,
        tuple(evidence)[:MAX_EVIDENCE],
        first.pod,
    )
