"""NetworkPolicies of Kubernetes and of Calico: which there are, and whom they select.

https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
https://docs.tigera.io/calico/latest/reference/resources/networkpolicy
"""

from __future__ import annotations

from msgspec import Raw, Struct

from netdiag.facts.kubernetes.objects import Metadata
from netdiag.facts.parsed import Parsed
from netdiag.model.facts.cluster import NetworkPolicy


class _Expression(Struct, gc=False):
    key: str
    operator: str
    values: list[str] | None = None


class _PodSelector(Struct, rename="camel", gc=False):
    match_labels: dict[str, str] | None = None
    match_expressions: list[_Expression] | None = None


class _Spec(Struct, rename="camel", gc=False):
    pod_selector: _PodSelector | None = None
    selector: str | None = None
    policy_types: list[str] | None = None
    types: list[str] | None = None
    ingress: list[Raw] | None = None
    egress: list[Raw] | None = None


class PolicyObject(Struct, gc=False):
    """What is read of a policy of any kind."""

    metadata: Metadata
    kind: str = "NetworkPolicy"
    spec: _Spec | None = None


def read_network_policy(policy: PolicyObject, document: str) -> Parsed[NetworkPolicy]:
    """Return a policy that Kubernetes defines."""
    spec = policy.spec or _Spec()
    types = tuple(spec.policy_types or ()) or _types(True, bool(spec.egress))
    return _policy(policy, document, types, _selector(spec.pod_selector or _PodSelector()))


def read_calico_policy(policy: PolicyObject, document: str) -> Parsed[NetworkPolicy]:
    """Return a policy that Calico defines; it selects all where it has no selector."""
    spec = policy.spec or _Spec()
    has_ingress = bool(spec.ingress) or not spec.egress
    types = tuple(spec.types or ()) or _types(has_ingress, bool(spec.egress))
    return _policy(policy, document, types, spec.selector or "all()")


def _policy(
    policy: PolicyObject, document: str, types: tuple[str, ...], selector: dict[str, str] | str
) -> Parsed[NetworkPolicy]:
    metadata = policy.metadata
    is_global = policy.kind == "GlobalNetworkPolicy"
    found = NetworkPolicy(
        namespace=None if is_global else metadata.namespace or "default",
        name=metadata.name,
        kind=policy.kind,
        types=types,
        selector=selector,
        source=metadata.source(document),
    )
    return Parsed((found,))


def _types(has_ingress: bool, has_egress: bool) -> tuple[str, ...]:
    return ("Ingress",) * has_ingress + ("Egress",) * has_egress


def _selector(selector: _PodSelector) -> dict[str, str] | str:
    """Return the labels; with expressions, all of it in Calico's words, which can say both."""
    labels = selector.match_labels or {}
    if not selector.match_expressions:
        return labels
    terms = [f"{key} == '{value}'" for key, value in labels.items()]
    return " && ".join([*terms, *map(_term, selector.match_expressions)])


def _term(expression: _Expression) -> str:
    values = ", ".join(f"'{value}'" for value in expression.values or ())
    match expression.operator:
        case "In":
            return f"{expression.key} in {{{values}}}"
        case "NotIn":
            return f"{expression.key} not in {{{values}}}"
        case "DoesNotExist":
            return f"!has({expression.key})"
        case _:
            return f"has({expression.key})"
