"""Which NetworkPolicy is about two pods."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.explain.expected.packet import Packet
from netdiag.explain.expected.steps import Obstacle
from netdiag.facts.kernel.describing import fact_evidence
from netdiag.model.facts.cluster import Cluster, NetworkPolicy, Pod

ALL = "all()"


def with_policy(obstacle: Obstacle, packet: Packet, cluster: Cluster) -> Obstacle:
    """Return what blocks a packet, as a policy's doing where one selects either pod."""
    if obstacle.code != "forward-blocked":
        return obstacle
    policy = next(_policies(packet, cluster), None)
    if policy is None:
        return obstacle
    name = f"{policy.namespace}/{policy.name}" if policy.namespace else policy.name
    explanation, _, _ = obstacle.explanation.rpartition(" No NetworkPolicy")
    return obstacle._replace(
        code="policy-blocked",
        explanation=f"{explanation or obstacle.explanation} The {policy.kind} {name} selects one "
        "of the two pods, so all that it does not allow is dropped: that is the likely reason.",
        remedy=f"allow this traffic in the {policy.kind} {name}; a rule that is deleted by hand "
        "comes back",
        evidence=(*obstacle.evidence, fact_evidence(None, policy.source, f"{policy.kind} {name}")),
    )


def _policies(packet: Packet, cluster: Cluster) -> Iterator[NetworkPolicy]:
    for address, kind in ((packet.destination, "Ingress"), (packet.source, "Egress")):
        pod = _pod_at(str(address), cluster)
        for policy in cluster.network_policies or () if pod is not None else ():
            if pod is not None and kind in policy.types and _selects(policy, pod):
                yield policy


def _pod_at(address: str, cluster: Cluster) -> Pod | None:
    return next((pod for pod in cluster.pods or () if address in pod.addresses), None)


def _selects(policy: NetworkPolicy, pod: Pod) -> bool:
    if policy.namespace is not None and policy.namespace != pod.namespace:
        return False
    if isinstance(policy.selector, dict):
        return policy.selector.items() <= pod.labels.items()
    return policy.selector in (None, "", ALL)
