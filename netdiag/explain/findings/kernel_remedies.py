"""What to do about a loss of which the kernel's reason alone is known: where to look next."""

from __future__ import annotations

from netdiag.explain.findings.kernel_reasons import FILTERED, NO_ROUTE, TOO_BIG, WRONG_MAC
from netdiag.explain.findings.kernel_words import Drop
from netdiag.explain.findings.loss import Loss
from netdiag.explain.shell_words import shell_word, where_to_run

FRAGMENTS = "nstat -az IpReasmFails IpReasmReqds IpFragOKs"
COUNTERS = "nstat -az | grep -iE 'drop|error|fail|filter'; dmesg | tail"


def kernel_remedy(code: str, drop: Drop, node: str | None, loss: Loss) -> str:
    """Return a command for the node where the cause sits, which shows it, or mends it."""
    is_there = node == drop.node
    place = where_to_run(node, drop.pod if is_there else None)
    source, destination = _ends(drop, loss)
    device = drop.told.interface if is_there else None
    if code in FILTERED or code == "destination-silent":
        return (
            f"iptables-save -c; nft -a list ruleset  # {place}: which rule counts while you ping?"
        )
    if code == "ip-forward-disabled":
        return f"{_forwarding(device)}  # {place}: is one of them 0? Set it to 1, by sysctl -w"
    if code == "rp-filter-drop":
        settings = " ".join(_setting(name, "rp_filter") for name in ("all", device) if name)
        return (
            f"ip route get {source}; sysctl {settings}  # {place}: mend the route back, or set "
            "rp_filter to 2"
        )
    if code in NO_ROUTE:
        return f"ip route get {destination}; ip neigh show nud failed  # {place}"
    return f"{_command(code, device)}  # {place}"


def _command(code: str, device: str | None) -> str:
    """Return what shows the state that a reason is about."""
    only = f" dev {shell_word(device)}" if device else ""
    if code in TOO_BIG:
        return "ip -br link; ip route show cache"
    if code in WRONG_MAC or code in ("fdb-missing", "vtep-neighbour-missing"):
        return f"ip neigh show{only}; bridge fdb show{only}"
    if code in ("vni-mismatch", "vxlan-port-mismatch"):
        return "ip -d link show type vxlan"
    if code == "bridge-port-missing":
        return "bridge link; bridge fdb show"
    if code == "intermittent-loss":
        return f"ip -s link show{only}; tc -s qdisc show{only}"
    return FRAGMENTS if code == "fragments-lost" else COUNTERS


def _forwarding(device: str | None) -> str:
    devices = ("all", device) if device else ("all",)
    return "sysctl " + " ".join(_setting(name, "forwarding") for name in devices)


def _setting(device: str, name: str) -> str:
    return shell_word(f"net.ipv4.conf.{device.replace('.', '/')}.{name}")


def _ends(drop: Drop, loss: Loss) -> tuple[str, str]:
    """Return from where to where the dropped packet went."""
    if drop.packet is not None and not drop.packet.encapsulation:
        return drop.packet.source, drop.packet.destination
    source, destination = loss.view.track.pair
    return (destination, source) if loss.packet == "reply" else (source, destination)
