"""Documents put together in this process, as a bundle would hold them."""

from __future__ import annotations

from netdiag.facts.assembly import Assembly
from netdiag.model.facts.facts import Facts
from netdiag.model.facts.node import NodeFacts

MAIN_TEXT = b"default via 10.1.10.1 dev eth0\n10.244.1.0/24 via 10.244.1.0 dev flannel.1 onlink\n"


def assembled(*documents: tuple[str, bytes], node: str = "node-1") -> NodeFacts:
    return facts(*((f"{node}/{name}", data) for name, data in documents)).nodes[node]


def facts(*documents: tuple[str, bytes]) -> Facts:
    """Put documents together: ``NODE/NAME``, ``NODE:POD/NAME``, ``NODE+after/NAME``, ``/NAME``."""
    put = Assembly()
    for path, data in documents:
        whose, _, name = path.partition("/")
        whose, after, _ = whose.partition("+after")
        node, _, pod = whose.partition(":")
        put.add(node or None, pod or None, bool(after), name, data)
    return put.facts()
