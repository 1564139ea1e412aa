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
WEBHOOK = """\
Warning: would violate PodSecurity "restricted:latest": host namespaces (hostNetwork=true)
Error from server: admission webhook "validate.kyverno.svc-fail" denied the request:

resource Pod/shop/netdiag-1 was blocked due to the following policies

disallow-host-namespaces:
  host-namespaces: 'Sharing the host namespaces is disallowed'
"""
ROLE_GONE = (
    'Error from server (Forbidden): pods "p" is forbidden: User "jane" cannot create resource '
    '"pods/exec" in API group "" in the namespace "netdiag": RBAC: role "x" not found'
)
NO_PYTHON = (
    "E1121 15:00:00.000000 1 websocket.go:296] Unknown stream id 1, discarding message\n"
    "error: Internal error occurred: error executing command in container: failed to exec in "
    'container: failed to start exec "1": OCI runtime exec failed: exec failed: unable to start '
    'container process: exec: "python3": executable file not found in $PATH: unknown\n'
    "command terminated with exit code 127"
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
        (WEBHOOK, Kind.OTHER, "denied the request: resource Pod/shop/netdiag-1 was blocked"),
        (
            ROLE_GONE,
            Kind.FORBIDDEN,
            'not allowed to create pods/exec in the namespace "netdiag" (as jane)',
        ),
        (NO_PYTHON, Kind.NO_PROGRAM, 'exec: "python3": executable file not found'),
        (
            "error: exec failed: executable file `sh` not found in $PATH: No such file",
            Kind.NO_PROGRAM,
            "exec failed: executable file `sh` not found",
        ),
        ("", Kind.OTHER, "kubectl: it failed and did not say why"),
        ("Warning: old\nerror: something else", Kind.OTHER, "kubectl: something else"),
        (
            "The connection to the server localhost:8080 was refused - did you specify the right",
            Kind.NO_CLUSTER,
            "no cluster: kubectl knows none here: --kubeconfig FILE, or KUBECONFIG, says which",
        ),
        (
            "error: stat /home/j/my config: no such file or directory",
            Kind.NO_CLUSTER,
            "no cluster: there is no file /home/j/my config",
        ),
        (
            "Error from server (InternalError): Internal error occurred: failed calling webhook"
            ' "v":'
            " dial tcp 10.96.1.2:443: connect: connection refused",
            Kind.NO_CLUSTER,
            'the API server failed: failed calling webhook "v": dial tcp 10.96.1.2:443',
        ),
        (
            "Error from server (InternalError): etcdserver: request timed out",
            Kind.NO_CLUSTER,
            "the API server failed: etcdserver: request timed out",
        ),
        (
            "error: Internal error occurred: error dialing backend: dial tcp 10.1.10.9:10250: no",
            Kind.NO_CLUSTER,
            "the API server does not reach the node's kubelet: dial tcp 10.1.10.9:10250: no",
        ),
        (
            "E1121 15:00:00.000000 1 memcache.go:265] no\ntoken expired: run 'foo login'\n"
            "Unable to connect to the server: getting credentials: exec: executable foo failed with"
            " exit code 1",
            Kind.NOT_LOGGED_IN,
            "executable foo failed with exit code 1 (token expired: run 'foo login')",
        ),
        ("x" * 100_000, Kind.OTHER, "kubectl: xxx"),
    ],
)
def test_refusal(complaint: str, kind: Kind, sentence: str) -> None:
    error = refusal(complaint)
    assert error.kind is kind
    assert sentence in str(error)
    assert "\n" not in str(error)
    assert len(str(error)) < 1000
