"""Tables of kubectl, as they are pasted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.facts.kubernetes.kubectl_tables import NO_ADDRESSES, parse_kubectl_table
from netdiag.model.facts.cluster import Node, Pod, Service, ServicePort
from netdiag.model.facts.source import Source
from tests.facts.hostile import check_parsed, cut_at_every_line

PODS = """\
NAMESPACE     NAME      READY   STATUS      RESTARTS     AGE   IP           NODE    NOMINATED NODE   READINESS GATES
shop          web-1     1/1     Running     1 (2d ago)   3d    10.244.0.4   node1   <none>           <none>
kube-system   job-abc   0/1     Completed   0            3d    <none>       node2   <none>           <none>
"""  # noqa: E501
NODES = """\
NAME    STATUS   ROLES           AGE   VERSION   INTERNAL-IP   EXTERNAL-IP   OS-IMAGE             KERNEL-VERSION
node1   Ready    control-plane   3d    v1.28.2   10.1.10.9     <none>        Ubuntu 22.04.3 LTS   5.15.0-84-generic
"""  # noqa: E501
SERVICES = """\
NAME         TYPE        CLUSTER-IP   EXTERNAL-IP    PORT(S)                AGE   SELECTOR
kubernetes   ClusterIP   10.96.0.1    <none>         443/TCP                3d    <none>
web          NodePort    10.96.0.7    198.51.100.1   80:30080/TCP,53/UDP    3d    app=web,tier=a
db           ClusterIP   None         <none>         5432/TCP               3d    app=db
"""


def at(line: int) -> Source:
    return Source("kubectl.txt", f"line {line}")


def pods(line: int) -> tuple[Pod, ...]:
    return (
        Pod("shop", "web-1", "node1", ("10.244.0.4",), False, "Running", (), {}, at(line)),
        Pod("kube-system", "job-abc", "node2", (), False, "Succeeded", (), {}, at(line + 1)),
    )


def node(line: int) -> Node:
    return Node("node1", ("10.1.10.9",), None, (), at(line), "linux")


def services(line: int, namespace: str = "default") -> tuple[Service, ...]:
    https, http = ServicePort(None, "TCP", 443), ServicePort(None, "TCP", 80, None, 30080)
    dns, sql = ServicePort(None, "UDP", 53), ServicePort(None, "TCP", 5432)
    labels = {"app": "web", "tier": "a"}
    return (
        Service(namespace, "kubernetes", "ClusterIP", ("10.96.0.1",), (), (https,), at(line)),
        Service(
            namespace,
            "web",
            "NodePort",
            ("10.96.0.7",),
            ("198.51.100.1",),
            (http, dns),
            at(line + 1),
            selector=labels,
        ),
        Service(namespace, "db", "ClusterIP", (), (), (sql,), at(line + 2), selector={"app": "db"}),
    )


def collapsed(table: str) -> str:
    """Return a table as a chat shows it: with single spaces."""
    return "\n".join(" ".join(line.split()) for line in table.split("\n"))


TEXTS: dict[str, tuple[str, tuple[object, ...]]] = {
    "pods": (PODS, pods(2)),
    "nodes": (NODES, (node(2),)),
    "services": (SERVICES, services(2)),
    "pods with single spaces": (collapsed(PODS), pods(2)),
    "services with single spaces": (collapsed(SERVICES), services(2)),
    "nodes with single spaces": (collapsed(NODES), (node(2),)),
    "tabs": (SERVICES.replace("   ", "\t"), services(2)),
    "a session": (
        f"[root@m ~]# kubectl get pods -A -o wide\n{PODS}\n$ kubectl -n prod get svc -o wide\n"
        f"{SERVICES}",
        (*pods(3), *services(8, "prod")),
    ),
    "several kinds at once": (
        f"{PODS}\n{NODES}".replace(" web-1    ", " pod/web-1").replace(
            "node1   Ready", "no/node1 Ready"
        ),
        (*pods(2), node(6)),
    ),
    "a table of another kind": ("NAME   DATA   AGE\ncoredns   1   3d\n", ()),
    "nothing": ("No resources found in default namespace.\n", ()),
}
every_text = pytest.mark.parametrize(("text", "items"), TEXTS.values(), ids=TEXTS)


@every_text
def test_tables(text: str, items: tuple[object, ...]) -> None:
    assert parse_kubectl_table(text, "kubectl.txt") == (items, ())


@every_text
def test_cut_tables(text: str, items: tuple[object, ...]) -> None:
    for cut in cut_at_every_line(text):
        check_parsed(parse_kubectl_table(cut, "kubectl.txt"))


def test_first_line() -> None:
    assert parse_kubectl_table(PODS, "kubectl.txt", 11).items == pods(12)


def test_lines_that_are_no_row() -> None:
    text = f"hello\n{SERVICES}what\n"
    assert parse_kubectl_table(text, "kubectl.txt") == (
        services(3),
        ("line 1 and 1 more are not understood",),
    )


@pytest.mark.parametrize(
    "text",
    [
        "NAME    READY   STATUS    RESTARTS   AGE\nweb-1   1/1     Running   0          3d\n",
        "NAME    STATUS   ROLES    AGE   VERSION\nnode1   Ready    <none>   3d    v1.28.2\n",
    ],
)
def test_tables_without_addresses(text: str) -> None:
    assert parse_kubectl_table(text, "kubectl.txt") == ((), (NO_ADDRESSES,))


def test_labels() -> None:
    text = PODS.replace("READINESS GATES", "READINESS GATES   LABELS").replace(
        "<none>           <none>\n", "<none>           <none>            app=web,x=\n"
    )
    assert parse_kubectl_table(text, "kubectl.txt").items[0].labels == {"app": "web", "x": ""}  # type: ignore[union-attr]


def test_an_address_that_is_none() -> None:
    parsed = parse_kubectl_table(PODS.replace("10.244.0.4", "10.244.0.x"), "kubectl.txt")
    assert parsed == (pods(2)[1:], ("line 2 is not understood",))


@given(st.lists(st.sampled_from([*PODS.split("\n"), *NODES.split("\n"), "x y", "kubectl -n a"])))
def test_any_lines(lines: list[str]) -> None:
    check_parsed(parse_kubectl_table("\n".join(lines), "kubectl.txt"))


@given(st.text(alphabet="NAMESTUIPODR <>none./10\n\t", max_size=80))
def test_any_text(text: str) -> None:
    check_parsed(parse_kubectl_table(text, "kubectl.txt"))
