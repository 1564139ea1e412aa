"""What kubectl prints becomes one sentence."""

from __future__ import annotations

import pytest

from netdiag.sources.kubernetes.refusals import Kind, refusal

FORBIDDEN = (
    'Error from server (Forbidden): pods "web" is forbidden: User "jane" cannot get resource '
    '"pods" in API group "" in the namespace "shop"'
)
SECURITY = (
    'Error from server (Forbidden): error when creating "STDIN": pods "netdiag-1" is forbidden: '
    'violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true, hostPID=true)'
)
REFUSED = (
    "E1121 15:00:00.000000 1 memcache.go:265] couldn't get current server API group list\n"
    "The connection to the server 127.0.0.1:6443 was refused - did you specify the right host?"
)


@pytest.mark.parametrize(
    ("complaint", "kind", "sentence"),
    [
        (FORBIDDEN, Kind.FORBIDDEN, 'not allowed to get pods in the namespace "shop" (as jane)'),
        (SECURITY, Kind.FORBIDDEN, 'violates PodSecurity "baseline:latest": host namespaces'),
        ('Error from server (NotFound): pods "web" not found', Kind.NOT_FOUND, 'pods "web" not'),
        (REFUSED, Kind.NO_CLUSTER, "the cluster does not answer: The connection to the server"),
        ('error: context "x" does not exist', Kind.NO_CLUSTER, 'no cluster: context "x" does'),
        (
            "error: You must be logged in to the server (Unauthorized)",
            Kind.NOT_LOGGED_IN,
            "the cluster knows nobody by these credentials: ",
        ),
        ("", Kind.OTHER, "kubectl: it failed and did not say why"),
        ("Warning: old\nerror: something else", Kind.OTHER, "kubectl: error: something else"),
        ("x" * 100_000, Kind.OTHER, "kubectl: xxx"),
    ],
)
def test_refusal(complaint: str, kind: Kind, sentence: str) -> None:
    error = refusal(complaint)
    assert error.kind is kind
    assert sentence in str(error)
    assert "\n" not in str(error)
    assert len(str(error)) < 1000
